// Costs of transport problems by (i, j), from a matrix of any storage type or from points with a metric: a kernel that only needs
// costs takes one of these as a template argument and never knows which.
//
//   MatrixCosts<T>(CostMatrix)    costs(i, j)
//   PointCosts<R>(CostPoints)     costs(i, j); and with pair = costs.pair(i, j): pair.cost and
//                                 dc/dx_ik = costs.slope(pair, x_ik, y_jk), x_ik = costs.x(i)[k], y_jk = costs.y(j)[k]
//                                 costs.exchanged(): those of y and x, whose slopes are by y
//
// +inf forbids a pair. Differences are taken coordinate by coordinate: an offset that both clouds share costs no digits.
#pragma once

#include "device/math.h"
#include "gibbs/sinkhorn.h"
#include "kernels/transport_costs_parameters.h"

namespace gibbs::kernels {

using namespace device;

template <class T>
class MatrixCosts {
 public:
  using Storage = T;
  using Arithmetic = Real<T>;
  GIBBS_DEVICE MatrixCosts(const void* costs, int64_t stride) : costs_(static_cast<const T*>(costs)), stride_(stride) {}
  explicit GIBBS_DEVICE MatrixCosts(const CostMatrix& m) : MatrixCosts(m.costs, m.stride) {}

  GIBBS_DEVICE Arithmetic operator()(int64_t i, int64_t j) const { return to_real(row(i)[j]); }
  GIBBS_DEVICE const T* row(int64_t i) const { return costs_ + i * stride_; }
  GIBBS_DEVICE int64_t stride() const { return stride_; }

 private:
  const T* costs_;
  int64_t stride_;
};

// A pair's cost, and what its slopes share:
//   Euclidean   first = 1/|z|, 0 at z = 0
//   cosine      first = 1/(|x||y|), second = <x, y>/(|x|^3 |y|), both 0 at the origin
//   k-support   first = the level: coordinates above it count by themselves
template <class R>
struct PointPair {
  R cost, first, second;
};

template <class R>
class PointCosts {
 public:
  using Storage = R;
  using Arithmetic = R;
  explicit GIBBS_DEVICE PointCosts(const CostPoints& p)
      : x_(static_cast<const R*>(p.x)),
        y_(static_cast<const R*>(p.y)),
        x_stride_(p.x_stride),
        y_stride_(p.y_stride),
        dimensions_(p.dimensions),
        metric_(p.metric),
        k_(p.k < p.dimensions ? p.k : p.dimensions),
        parameter_(p.parameter) {}

  GIBBS_DEVICE const R* x(int64_t i) const { return x_ + i * x_stride_; }
  GIBBS_DEVICE const R* y(int64_t j) const { return y_ + j * y_stride_; }
  GIBBS_DEVICE int dimensions() const { return dimensions_; }
  GIBBS_DEVICE int metric() const { return metric_; }

  // The same pairs with x and y exchanged: every metric is symmetric.
  GIBBS_DEVICE PointCosts exchanged() const {
    PointCosts other = *this;
    other.x_ = y_;
    other.y_ = x_;
    other.x_stride_ = y_stride_;
    other.y_stride_ = x_stride_;
    return other;
  }

  GIBBS_DEVICE R operator()(int64_t i, int64_t j) const { return pair(i, j).cost; }
  GIBBS_DEVICE PointPair<R> pair(int64_t i, int64_t j) const { return pair_of(x(i), 1, y(j), 1); }

  // Of points whose coordinates are strides apart.
  GIBBS_DEVICE PointPair<R> pair_of(const R* x, int64_t x_step, const R* y, int64_t y_step) const {
    if (metric_ == GIBBS_METRIC_POWER_NORM) return {power(x, x_step, y, y_step), 0, 0};
    if (metric_ == GIBBS_METRIC_DOT_PRODUCT || metric_ == GIBBS_METRIC_COSINE) return product(x, x_step, y, y_step);
    R squares = 0, sums = 0;
    GIBBS_UNROLL_BY(4)
    for (int k = 0; k < dimensions_; ++k) {
      const R z = x[k * x_step] - y[k * y_step];
      squares = fma(z, z, squares);
      sums += absolute(z);
    }
    if (metric_ == GIBBS_METRIC_EUCLIDEAN) {
      const R distance = square_root(squares);
      return {distance, distance > 0 ? 1 / distance : R(0), 0};
    }
    if (metric_ == GIBBS_METRIC_ELASTIC_L1) return {fma(squares, R(0.5), R(parameter_) * sums), 0, 0};
    if (metric_ == GIBBS_METRIC_ELASTIC_K_SUPPORT) return k_support(x, x_step, y, y_step, double(sums));
    return {squares, 0, 0};
  }

  // dc/dx_k from the coordinates x_k and y_k.
  GIBBS_DEVICE R slope(const PointPair<R>& pair, R x, R y) const {
    return metric_ == GIBBS_METRIC_POWER_NORM ? power_slope(x, y) : plain_slope(pair, x, y);
  }
  // That of the power norm, and those of all others: a loop that is unrolled would rather not hold the power.
  GIBBS_DEVICE R power_slope(R x, R y) const {
    const R z = x - y;
    return z == 0 ? R(0) : R(parameter_ * pow(double(absolute(z)), parameter_ - 1)) * sign(z);
  }
  GIBBS_DEVICE R plain_slope(const PointPair<R>& pair, R x, R y) const {
    const R z = x - y;
    switch (metric_) {
      case GIBBS_METRIC_EUCLIDEAN:
        return z * pair.first;
      case GIBBS_METRIC_COSINE:
        return fma(x, pair.second, -y * pair.first);
      case GIBBS_METRIC_DOT_PRODUCT:
        return -y;
      case GIBBS_METRIC_ELASTIC_L1:
        return fma(R(parameter_), sign(z), z);
      case GIBBS_METRIC_ELASTIC_K_SUPPORT:
        return fma(R(parameter_), absolute(z) > pair.first ? z : pair.first * sign(z), z);
      default:
        return 2 * z;
    }
  }

 private:
  static GIBBS_DEVICE R sign(R z) { return z > 0 ? R(1) : z < 0 ? R(-1) : R(0); }

  GIBBS_DEVICE R power(const R* x, int64_t x_step, const R* y, int64_t y_step) const {
    double sum = 0;
    for (int k = 0; k < dimensions_; ++k) sum += pow(absolute(double(x[k * x_step]) - double(y[k * y_step])), parameter_);
    return R(sum);
  }

  GIBBS_DEVICE PointPair<R> product(const R* x, int64_t x_step, const R* y, int64_t y_step) const {
    R sum = 0, x_squares = 0, y_squares = 0;
    GIBBS_UNROLL_BY(4)
    for (int k = 0; k < dimensions_; ++k) {
      const R own = x[k * x_step], other = y[k * y_step];
      sum = fma(own, other, sum);
      x_squares = fma(own, own, x_squares);
      y_squares = fma(other, other, y_squares);
    }
    if (metric_ == GIBBS_METRIC_DOT_PRODUCT) return {-sum, 0, 0};
    const R x_norm = square_root(x_squares), y_norm = square_root(y_squares);
    if (x_norm == 0 || y_norm == 0) return {1, 0, 0};
    const R first = 1 / (x_norm * y_norm), cosine = sum / x_norm / y_norm;
    return {1 - cosine, first, cosine / x_squares};
  }

  // The squared k-support norm is min over theta in [0, 1]^d, sum theta = k, of sum z^2 / theta: theta = min(1, |z| / level), and
  // half its gradient is z above the level and the level, with z's sign, below. 1/level is the root of a concave function: Newton
  // from the left takes a few rounds, ends in the exact one, and needs no sorted copy. Argyriou, Foygel, Srebro, 2012.
  GIBBS_DEVICE PointPair<R> k_support(const R* x, int64_t x_step, const R* y, int64_t y_step, double sum) const {
    double level = sum / k_, squares = 0, above = 0, tail = 0;
    GIBBS_UNROLL_BY(1)
    for (int last = -1;;) {
      int count = 0;
      squares = above = tail = 0;
      for (int k = 0; k < dimensions_; ++k) {
        const double z = double(x[k * x_step]) - double(y[k * y_step]), magnitude = absolute(z);
        squares = fma(z, z, squares);
        if (magnitude > level) {
          above = fma(z, z, above);
          ++count;
        } else {
          tail += magnitude;
        }
      }
      if (count <= last || count >= k_) break;
      last = count;
      level = tail / (k_ - count);
    }
    return {R(0.5 * (squares + parameter_ * (above + tail * level))), R(level), 0};
  }

  const R *x_, *y_;
  int64_t x_stride_, y_stride_;
  int dimensions_, metric_, k_;
  double parameter_;
};

}  // namespace gibbs::kernels
