// Maps of each element by itself, with t the row's, the column's or the call's parameter, s = sign(x), and what their gradients
// need, which is found from y alone since every map is monotone:
//
//                     y                                                       dy/dx                 dy/dt            dy/dsecond
//   l-infinity ball   clip(x, -t, t)                                          1 |y| < t             s |y| = t
//   soft threshold    s (|x| - t)_+                                           1 y != 0              -s
//   hard threshold    x where |x| > t                                         1 y != 0              0
//   n of m            (n_of_m.h)                                              1 y != 0
//   elastic net       s (|x| - t)_+ / (1 + ridge)                             1 / (1 + ridge)       -s / (1 + ridge) -y / (1 +
//   ridge) MCP               s (|x| - t)_+ g / (g - 1) for |x| <= g t, else x        g / (g - 1) or 1      -s g / (g - 1)   -y /
//   (g (g - 1)) SCAD              s (|x| - t)_+ for |x| <= 2 t,                           1                     -s
//                     ((a-1) x - s a t) / (a-2) for |x| <= a t, else x        (a-1) / (a-2) or 1    -s a / (a-2)     (2 s t - x)
//                     / (a-2)^2
//   Huber             x / (1 + t) for |x| <= d (1 + t), else x - t d s        1 / (1 + t) or 1      -y / (1+t) or -d s   0 or -t
//   s
//
// A warp takes a segment of any row, so that a vector is as many segments side by side; what a segment says of its row is merged
// by a second launch, in a fixed tree.
#pragma once

#include "kernels/row_scan.h"

namespace gibbs::kernels {

template <class T>
GIBBS_DEVICE T elementwise_value(int32_t map, T element, Real<T> t, Real<T> second) {
  using R = Real<T>;
  const R x = to_real(element), size = absolute(x), rest = size - t;
  const auto rounded = [&](R magnitude) GIBBS_INLINE { return From<T>::real(x < 0 ? -magnitude : magnitude); };
  if (is_nan(x)) return element;
  switch (map) {
    case GIBBS_MAP_LINF_BALL:
      return size <= t ? element : rounded(t);
    case GIBBS_MAP_SOFT_THRESHOLD:
      return t == 0 ? element : rest > 0 ? rounded(rest) : From<T>::real(R(0));
    case GIBBS_MAP_HARD_THRESHOLD:
      return rest > 0 ? element : From<T>::real(R(0));
    case GIBBS_MAP_ELASTIC_NET:
      return rest > 0 ? rounded(rest / (R(1) + second)) : From<T>::real(R(0));
    case GIBBS_MAP_MCP:
      if (size > second * t) return element;
      return rest > 0 ? rounded(rest * (second / (second - R(1)))) : From<T>::real(R(0));
    case GIBBS_MAP_SCAD:
      if (size > second * t) return element;
      if (size > R(2) * t) return rounded(((second - R(1)) * size - second * t) / (second - R(2)));
      return rest > 0 ? rounded(rest) : From<T>::real(R(0));
    default:  // Huber
      return rounded(size <= second * (R(1) + t) ? size / (R(1) + t) : size - t * second);
  }
}

template <class R>
struct ElementGradient {
  R x, t, second;
};

// Times the upstream v, which is not looked at where the derivative is 0.
template <class T>
GIBBS_DEVICE ElementGradient<Real<T>> elementwise_gradient(int32_t map, Real<T> y, Real<T> v, Real<T> t, Real<T> second) {
  using R = Real<T>;
  const R size = absolute(y), s = y < 0 ? R(-1) : y > 0 ? R(1) : R(0);
  if (is_nan(y)) return {y, y, y};
  switch (map) {
    case GIBBS_MAP_LINF_BALL:
      if (size < to_real(From<T>::real(t))) return {v, 0, 0};
      return {0, s == 0 ? R(0) : s * v, 0};
    case GIBBS_MAP_SOFT_THRESHOLD:
      if (y == 0) return {0, 0, 0};
      return {v, -s * v, 0};
    case GIBBS_MAP_HARD_THRESHOLD:
    case GIBBS_MAP_N_OF_M:
      return {y == 0 ? R(0) : v, 0, 0};
    case GIBBS_MAP_ELASTIC_NET: {
      if (y == 0) return {0, 0, 0};
      const R slope = R(1) / (R(1) + second);
      return {v * slope, -s * v * slope, -y * v * slope};
    }
    case GIBBS_MAP_MCP: {
      if (y == 0) return {0, 0, 0};
      if (!(size < second * t)) return {v, 0, 0};
      const R slope = second / (second - R(1));
      return {v * slope, -s * v * slope, -y * v / (second * (second - R(1)))};
    }
    case GIBBS_MAP_SCAD: {
      if (y == 0) return {0, 0, 0};
      if (size <= t) return {v, -s * v, 0};
      if (!(size < second * t)) return {v, 0, 0};
      // In fp64: with a near 2 what is left of 2 s t - x is small.
      const double a = double(second), gap = a - 2, st = double(s) * double(t), x = (double(y) * gap + a * st) / (a - 1);
      return {v * R((a - 1) / gap), -s * v * R(a / gap), R((2 * st - x) * double(v) / (gap * gap))};
    }
    default:  // Huber
      if (size <= second) return {v / (R(1) + t), y == 0 ? R(0) : -y * v / (R(1) + t), 0};
      return {v, -second * s * v, -t * s * v};
  }
}

template <class R>
GIBBS_DEVICE R element_parameter(const RowMapParameters<R>& p, int64_t row, int32_t column) {
  return p.column_parameters != nullptr ? p.column_parameters[column]
         : p.row_parameters != nullptr  ? p.row_parameters[row]
                                        : R(p.parameter);
}

GIBBS_DEVICE SegmentNote merge(const SegmentNote& a, const SegmentNote& b) {
  return {a.nans + b.nans,       a.infinite + b.infinite,         a.invalid + b.invalid,
          a.support + b.support, a.by_parameter + b.by_parameter, a.by_second + b.by_second};
}

// A warp per segment of any row.
template <class T, class F>
GIBBS_DEVICE void each_row_segment(const RowMapParameters<Real<T>>& p, F f) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp), items = p.rows * p.scope.segments;
  for (int64_t item = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); item < items; item += warps) {
    const int32_t begin = int32_t(item % p.scope.segments) * kSegment<T>, left = p.columns - begin;
    SegmentNote note = {};
    f(item / p.scope.segments, begin, left < kSegment<T> ? int(left) : int(kSegment<T>), note);
    if (p.notes == nullptr) continue;
    note = lanes_merge(note);
    if (lane_index() == 0) p.notes[item] = note;
  }
}

template <class T>
GIBBS_DEVICE void elementwise_maps(const RowMapParameters<Real<T>>& p) {
  using R = Real<T>;
  each_row_segment<T>(p, [&](int64_t row, int32_t begin, int count, SegmentNote& note) GIBBS_INLINE {
    Pack<T> packs[kPacks];
    load_segment(packs, static_cast<const T*>(p.input) + row * p.input_stride + begin, count, From<T>::real(R(0)));
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        const int j = k * kStep<T> + int(lane_index()) * Pack<T>::size + e;
        if (j >= count) continue;
        const R t = element_parameter(p, row, begin + j);
        const bool valid = t >= 0 && t < Limits<R>::infinity();
        const R x = to_real(packs[k].get(e));
        const T y = valid ? elementwise_value(p.map, packs[k].get(e), t, R(p.second)) : From<T>::real(Limits<R>::nan());
        packs[k].set(e, y);
        note.nans += is_nan(x);
        note.infinite += is_infinite(x);
        note.invalid += !valid;
        note.support += to_real(y) != 0;
      }
    }
    if (p.output != nullptr) store_segment(static_cast<T*>(p.output) + row * p.output_stride + begin, count, packs);
  });
}

template <class T>
GIBBS_DEVICE void elementwise_gradients(const RowMapParameters<Real<T>>& p) {
  using R = Real<T>;
  each_row_segment<T>(p, [&](int64_t row, int32_t begin, int count, SegmentNote& note) GIBBS_INLINE {
    Pack<T> y[kPacks], v[kPacks];
    load_segment(y, static_cast<const T*>(p.result) + row * p.result_stride + begin, count, From<T>::real(R(0)));
    load_segment(v, static_cast<const T*>(p.upstream) + row * p.upstream_stride + begin, count, From<T>::real(R(0)));
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        const int j = k * kStep<T> + int(lane_index()) * Pack<T>::size + e;
        if (j >= count) continue;
        const R t = element_parameter(p, row, begin + j);
        const auto g = elementwise_gradient<T>(p.map, to_real(y[k].get(e)), to_real(v[k].get(e)), t, R(p.second));
        v[k].set(e, From<T>::real(g.x));
        note.by_parameter += double(g.t);
        note.by_second += double(g.second);
      }
    }
    if (p.gradient != nullptr) store_segment(static_cast<T*>(p.gradient) + row * p.gradient_stride + begin, count, v);
  });
}

// A warp per row: lane over segments, then butterfly.
template <class R>
GIBBS_DEVICE void merge_notes(const RowMapParameters<R>& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t row = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); row < p.rows; row += warps) {
    SegmentNote note = {};
    for (int32_t i = int32_t(lane_index()); i < p.scope.segments; i += int32_t(kWarp))
      note = merge(note, p.notes[row * p.scope.segments + i]);
    note = lanes_merge(note);
    if (lane_index() != 0) continue;
    if (p.status != nullptr) {
      p.status[row] = note.invalid > 0    ? GIBBS_ROW_INVALID_PARAMETER
                      : note.nans > 0     ? GIBBS_ROW_NOT_A_NUMBER
                      : note.infinite > 0 ? GIBBS_ROW_PLUS_INFINITY
                                          : GIBBS_ROW_OK;
    }
    if (p.support_size != nullptr) p.support_size[row] = note.support;
    if (p.thresholds != nullptr)
      p.thresholds[row] = p.column_parameters != nullptr ? Limits<R>::nan() : element_parameter(p, row, 0);
    if (p.parameter_gradient != nullptr) p.parameter_gradient[row] = R(note.by_parameter);
    if (p.second_gradient != nullptr) p.second_gradient[row] = R(note.by_second);
  }
}

// A thread per column, over rows in order.
template <class T>
GIBBS_DEVICE void column_gradients(const RowMapParameters<Real<T>>& p) {
  using R = Real<T>;
  const int64_t threads = int64_t(grid_size()) * block_size();
  for (int64_t j = int64_t(block_index()) * block_size() + thread_index(); j < p.columns; j += threads) {
    double sum = 0;
    for (int64_t row = 0; row < p.rows; ++row) {
      const R y = to_real(static_cast<const T*>(p.result)[row * p.result_stride + j]);
      const R v = to_real(static_cast<const T*>(p.upstream)[row * p.upstream_stride + j]);
      sum += double(elementwise_gradient<T>(p.map, y, v, p.column_parameters[j], R(p.second)).t);
    }
    p.column_parameter_gradient[j] = R(sum);
  }
}

}  // namespace gibbs::kernels
