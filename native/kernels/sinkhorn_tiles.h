// Costs in tiles of a group of rows by a quad of columns, as a lane of a crew takes them: from a matrix, or from points, whose
// tiles reuse every coordinate that is loaded.
#pragma once

#include "kernels/sinkhorn_parameters.h"
#include "kernels/transport_costs.h"

namespace gibbs::kernels {

template <class T>
struct alignas(sizeof(T) * 4 > 16 ? 16 : sizeof(T) * 4) SinkhornQuad {
  T v[4];
};
template <class T>
GIBBS_DEVICE SinkhornQuad<T> load_quad(const T* address) {
  return *reinterpret_cast<const SinkhornQuad<T>*>(address);
}
template <class T>
GIBBS_DEVICE void store_quad(T* address, const SinkhornQuad<T>& quad) {
  *reinterpret_cast<SinkhornQuad<T>*>(address) = quad;
}
// The first count elements; nothing behind them is read.
template <class T>
GIBBS_DEVICE SinkhornQuad<T> load_quad(const T* address, bool aligned, int count, T fill) {
  if (aligned && count == 4) return load_quad(address);
  SinkhornQuad<T> quad = {fill, fill, fill, fill};
  GIBBS_UNROLL
  for (int e = 0; e < 4; ++e) {
    if (e < count) quad.v[e] = address[e];
  }
  return quad;
}
template <class T>
GIBBS_DEVICE bool quads_aligned(const T* address, int64_t stride) {
  return uint64_t(address) % alignof(SinkhornQuad<T>) == 0 && stride % 4 == 0;
}

template <class T>
GIBBS_DEVICE T infinite_cost() {
  if constexpr (sizeof(T) == 2) {
    return T{uint16_t(is_bfloat16<T> ? 0x7f80u : 0x7c00u)};
  } else {
    return Limits<T>::infinity();
  }
}

// Of a group of rows; those behind the last are the last.
struct SinkhornRows {
  int64_t first;
  int count;  // at least 1
  GIBBS_DEVICE int64_t row(int r) const { return first + (r < count ? r : count - 1); }
};

template <class T>
class MatrixTiles {
 public:
  using Storage = T;
  using R = Real<T>;
  static constexpr bool ranged = true;  // costs share an offset, and a greatest
  GIBBS_DEVICE MatrixTiles(const SinkhornParameters& p, int64_t first, int64_t stride, int64_t, int64_t, int columns)
      : costs_(static_cast<const T*>(p.matrix.costs) + first, stride),
        columns_(columns),
        aligned_(quads_aligned(costs_.row(0), stride)) {}

  GIBBS_DEVICE SinkhornQuad<T> quad(int64_t row, int64_t j) const {
    const int64_t left = columns_ - j;
    return load_quad(costs_.row(row) + j, aligned_, left < 4 ? int(left) : 4, infinite_cost<T>());
  }
  GIBBS_DEVICE void tile(const SinkhornRows& rows, int64_t j, SinkhornQuad<T> (&tile)[kSinkhornGroup]) const {
    GIBBS_UNROLL
    for (int r = 0; r < kSinkhornGroup; ++r) tile[r] = quad(rows.row(r), j);
  }
  GIBBS_DEVICE R cost(int64_t i, int64_t j) const { return costs_(i, j); }

 private:
  MatrixCosts<T> costs_;
  int columns_;
  bool aligned_;
};

template <class S>
class PointTiles {
 public:
  using Storage = S;
  using R = S;
  static constexpr bool ranged = false;
  GIBBS_DEVICE PointTiles(const SinkhornParameters& p, int64_t, int64_t, int64_t source, int64_t target, int columns)
      : costs_(at(p.points, source, target)),
        x_(static_cast<const R*>(p.x_units) + source * p.x_units_stride),
        y_(static_cast<const R*>(p.y_coordinates) + target),
        x_stride_(p.x_units_stride),
        pitch_(p.y_pitch),
        columns_(columns),
        aligned_(quads_aligned(y_, p.y_pitch)),
        gamma_(R(p.points.parameter)) {}

  GIBBS_DEVICE void tile(const SinkhornRows& rows, int64_t j, SinkhornQuad<R> (&tile)[kSinkhornGroup]) const {
    const R* x[kSinkhornGroup];
    GIBBS_UNROLL
    for (int r = 0; r < kSinkhornGroup; ++r) x[r] = x_ + rows.row(r) * x_stride_;
    switch (costs_.metric()) {
      case GIBBS_METRIC_COSINE:
      case GIBBS_METRIC_DOT_PRODUCT: {
        sum(x, j, tile, [](R own, R other, R s) GIBBS_INLINE { return fma(own, other, s); });
        const R first = costs_.metric() == GIBBS_METRIC_COSINE ? R(1) : R(0);
        each(tile, [=](R s) GIBBS_INLINE { return first - s; });
        break;
      }
      case GIBBS_METRIC_ELASTIC_L1: {
        // z^2 / 2 + gamma |z|, coordinate by coordinate.
        const R gamma = gamma_;
        sum(x, j, tile, [=](R own, R other, R s) GIBBS_INLINE {
          const R z = own - other;
          return fma(absolute(z), gamma, fma(z * R(0.5), z, s));
        });
        break;
      }
      case GIBBS_METRIC_POWER_NORM:
      case GIBBS_METRIC_ELASTIC_K_SUPPORT:
        pair_by_pair(rows, j, tile);
        break;
      default:
        sum(x, j, tile, [](R own, R other, R s) GIBBS_INLINE {
          const R z = own - other;
          return fma(z, z, s);
        });
        if (costs_.metric() == GIBBS_METRIC_EUCLIDEAN) each(tile, [](R s) GIBBS_INLINE { return square_root(s); });
    }
    GIBBS_UNROLL
    for (int e = 0; e < 4; ++e) {
      if (j + e < columns_) continue;
      GIBBS_UNROLL
      for (int r = 0; r < kSinkhornGroup; ++r) tile[r].v[e] = Limits<R>::infinity();
    }
  }
  GIBBS_DEVICE R cost(int64_t i, int64_t j) const { return costs_(i, j); }
  GIBBS_DEVICE const PointCosts<R>& points() const { return costs_; }

 private:
  static GIBBS_DEVICE PointCosts<R> at(CostPoints points, int64_t source, int64_t target) {
    points.x = static_cast<const R*>(points.x) + source * points.x_stride;
    points.y = static_cast<const R*>(points.y) + target * points.y_stride;
    return PointCosts<R>(points);
  }

  template <class F>
  GIBBS_DEVICE void sum(const R* const (&x)[kSinkhornGroup], int64_t j, SinkhornQuad<R> (&tile)[kSinkhornGroup], F add) const {
    GIBBS_UNROLL
    for (int r = 0; r < kSinkhornGroup; ++r) tile[r] = {0, 0, 0, 0};
    const R* y = y_ + j;
    GIBBS_UNROLL_BY(2)
    for (int k = 0; k < costs_.dimensions(); ++k, y += pitch_) {
      const SinkhornQuad<R> other = load_quad(y, aligned_, 4, R(0));  // behind the last point there is room
      GIBBS_UNROLL
      for (int r = 0; r < kSinkhornGroup; ++r) {
        const R own = x[r][k];
        GIBBS_UNROLL
        for (int e = 0; e < 4; ++e) tile[r].v[e] = add(own, other.v[e], tile[r].v[e]);
      }
    }
  }
  // Costs that are long to make: one at a time, and none behind the last column.
  GIBBS_DEVICE void pair_by_pair(const SinkhornRows& rows, int64_t j, SinkhornQuad<R> (&tile)[kSinkhornGroup]) const {
    each(tile, [](R) GIBBS_INLINE { return R(0); });
    GIBBS_UNROLL_BY(1)
    for (int q = 0; q < 4 * kSinkhornGroup; ++q) {
      if (j + q % 4 >= columns_ || q / 4 >= rows.count) continue;
      const R cost = costs_(rows.first + q / 4, j + q % 4);
      GIBBS_UNROLL
      for (int r = 0; r < kSinkhornGroup; ++r) {
        GIBBS_UNROLL
        for (int e = 0; e < 4; ++e) tile[r].v[e] = q == 4 * r + e ? cost : tile[r].v[e];
      }
    }
  }
  template <class F>
  static GIBBS_DEVICE void each(SinkhornQuad<R> (&tile)[kSinkhornGroup], F f) {
    GIBBS_UNROLL
    for (int r = 0; r < kSinkhornGroup; ++r) {
      GIBBS_UNROLL
      for (int e = 0; e < 4; ++e) tile[r].v[e] = f(tile[r].v[e]);
    }
  }

  PointCosts<R> costs_;
  const R *x_, *y_;
  int64_t x_stride_, pitch_;
  int columns_;
  bool aligned_;
  R gamma_;
};

}  // namespace gibbs::kernels
