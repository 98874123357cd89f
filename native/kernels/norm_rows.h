// Rows and their norms n = |x|_2, u = y / r:
//
//   l2 ball   y = x r / n where n > r, else x     saved r / n, 1 inside    dx = factor (v - u <u, v>), dr = <u, v>; inside dx =
//   v, dr = 0 sphere    y = x r / n, 0 at x = 0             saved r / n, 0 at x = 0  the same tangent   y = x - w <w, x> / <w,
//   w>, x at w = 0                        the same map of v
//
// In fp64 per row, with entries scaled by a power of two where they are fp64 themselves (scaled_norm.h).
#pragma once

#include "kernels/norm_parameters.h"
#include "kernels/row_scan.h"
#include "kernels/scaled_norm.h"

namespace gibbs::kernels {

// f(x_j, j) over the row that a scope holds.
template <class S, class T, class F>
GIBBS_DEVICE S reduce_entries(const RowScope& scope, const RowSource<T>& source, F f) {
  return scope.reduce<S, T>([&](S& s, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = source.at(at, scope.columns);
    GIBBS_UNROLL
    for (int e = 0; e < Pack<T>::size; ++e) {
      if (e < at.count) f(s, to_real(pack.get(e)), at.index + e);
    }
  });
}

// The norm of a row that is kept, or read again.
template <class T>
GIBBS_DEVICE ScaledNorm row_norm(const RowScope& scope, const RowSource<T>& source) {
  using R = Real<T>;
  int exponent = 0;
  if constexpr (sizeof(R) == 8) {
    const auto largest = reduce_entries<LargestEntry<R>>(scope, source, [&](LargestEntry<R>& s, R x, int32_t) GIBBS_INLINE {
      s.magnitude = max_number(s.magnitude, absolute(x));
      s.nan |= uint32_t(is_nan(x));
    });
    if (largest.nan != 0) return {Limits<double>::nan(), 0, 0};
    if (is_infinite(largest.magnitude)) return {largest.magnitude, 0, 0};
    exponent = norm_exponent(largest.magnitude);
  }
  const auto squares = reduce_entries<ProductSum<R>>(scope, source, [&](ProductSum<R>& s, R x, int32_t) GIBBS_INLINE {
    const double scaled = scaled_entry(x, exponent);
    add_product(s, scaled, scaled);
  });
  return {root_of_sum(squares), exponent, 0};
}

// y_j of a row.
template <class T>
struct NormResult {
  using R = Real<T>;
  int32_t constant, copies;
  R value;
  int32_t exponent;  // of x
  int32_t raised;    // y is that times 2^raised
  double factor;     // y = x 2^-exponent factor
  const T* point;    // tangent: y = (x 2^-exponent - w 2^-point_exponent factor) 2^raised
  int32_t point_exponent;

  GIBBS_DEVICE T operator()(T element, int32_t j) const {
    if (constant) return From<T>::real(value);
    if (copies) return element;
    const double x = scaled_entry(to_real(element), exponent);
    if (point == nullptr) return From<T>::real(R(scale_by_exponent(x * factor, raised)));
    const double w = scaled_entry(to_real(point[j]), point_exponent);
    return w == 0 ? element : From<T>::real(R(scale_by_exponent(fma(-w, factor, x), raised)));
  }
};

template <class T>
GIBBS_DEVICE NormResult<T> constant_row(Real<T> value) {
  NormResult<T> result{};
  result.constant = 1;
  result.value = value;
  return result;
}

template <class T>
GIBBS_DEVICE NormResult<T> ball_or_sphere(const RowMapParameters<Real<T>>& p, const RowScope& scope, const RowSource<T>& x,
                                          int64_t row, uint8_t& status, double& threshold) {
  using R = Real<T>;
  const bool sphere = p.map == GIBBS_MAP_SPHERE;
  const double radius = row_parameter(p, row);
  const ScaledNorm norm = row_norm(scope, x);
  threshold = Limits<double>::nan();
  status = norm_status(norm);
  if (!(radius >= 0 && is_finite(radius)) || (sphere && radius == 0)) status = GIBBS_ROW_INVALID_PARAMETER;
  if (status != GIBBS_ROW_OK) return constant_row<T>(Limits<R>::nan());
  NormResult<T> result{};
  const bool inside = R(scale_by_exponent(norm.value, norm.exponent)) <= R(radius);
  if (sphere ? norm.value == 0 : inside) {
    result.copies = 1;
    threshold = sphere ? 0 : 1;
    if (sphere) status = GIBBS_ROW_ZERO_NORM;
    return result;
  }
  result.exponent = norm.exponent;
  result.raised = norm_exponent(R(radius));
  result.factor = scaled_entry(R(radius), result.raised) / norm.value;
  threshold = double(held<R>(scale_by_exponent(result.factor, result.raised - norm.exponent)));
  // 1 means inside.
  if (!sphere && R(threshold) >= R(1)) threshold = 1 - (sizeof(R) == 4 ? 5.9604644775390625e-8 : 1.1102230246251565e-16);
  return radius == 0 ? constant_row<T>(R(0)) : result;
}

// The tangent map of x, which may be the upstream of its gradient.
template <class T>
GIBBS_DEVICE NormResult<T> tangent(const RowScope& scope, const RowSource<T>& x, const RowSource<T>& w, uint8_t& status) {
  using R = Real<T>;
  const ScaledNorm size = row_norm(scope, x), point = row_norm(scope, w);
  const uint8_t of_point = norm_status(point);
  status = norm_status(size);
  if (status != GIBBS_ROW_NOT_A_NUMBER && of_point != GIBBS_ROW_OK) status = of_point;
  if (status != GIBBS_ROW_OK) return constant_row<T>(Limits<R>::nan());
  NormResult<T> result{};
  if (point.value == 0) {
    status = GIBBS_ROW_ZERO_NORM;
    result.copies = 1;
    return result;
  }
  const auto along = scope.template reduce<ProductSum<R>, T>([&](ProductSum<R>& s, PackPlace at) GIBBS_INLINE {
    const Pack<T> a = x.at(at, scope.columns), b = w.at(at, scope.columns);
    GIBBS_UNROLL
    for (int e = 0; e < Pack<T>::size; ++e) {
      if (e < at.count)
        add_product(s, scaled_entry(to_real(a.get(e)), size.exponent), scaled_entry(to_real(b.get(e)), point.exponent));
    }
  });
  result.exponent = result.raised = size.exponent;
  result.point = w.row;
  result.point_exponent = point.exponent;
  result.factor = rounded_sum(along) / (point.value * point.value);
  return result;
}

template <class T>
GIBBS_DEVICE void write_norm_row(const RowMapParameters<Real<T>>& p, const RowScope& scope, const RowSource<T>& x, int64_t row,
                                 const NormResult<T>& result, uint8_t status, double threshold) {
  if (scope.leader()) {
    if (p.status != nullptr) p.status[row] = status;
    if (p.thresholds != nullptr) p.thresholds[row] = Real<T>(threshold);
  }
  if (p.support_size != nullptr) {
    const Count support = scope.template reduce<Count, T>([&](Count& c, PackPlace at) GIBBS_INLINE {
      const Pack<T> pack = x.at(at, scope.columns);
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        if (e < at.count) c.value += to_real(result(pack.get(e), at.index + e)) != 0;
      }
    });
    if (scope.leader()) p.support_size[row] = support.value;
  }
  if (p.output != nullptr) map_row(scope, x, static_cast<T*>(p.output) + row * p.output_stride, result);
}

template <class T>
GIBBS_DEVICE void norm_rows(const NormParameters<Real<T>>& parameters) {
  const auto& p = parameters.map;
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const RowSource<T> x = {static_cast<const T*>(p.input) + row * p.input_stride, scope.template kept<T>(0)};
    x.keep(scope);
    uint8_t status;
    double threshold = 0;
    NormResult<T> result;
    if (p.map == GIBBS_MAP_TANGENT) {
      const RowSource<T> w = {static_cast<const T*>(parameters.point) + row * parameters.point_stride, nullptr};
      result = tangent(scope, x, w, status);
      if (result.constant) threshold = Limits<double>::nan();
    } else {
      result = ball_or_sphere(p, scope, x, row, status, threshold);
    }
    write_norm_row(p, scope, x, row, result, status, threshold);
  }
}

// dx_j of the ball and the sphere: factor (v - y along), along = <y, v> / r^2.
template <class T>
struct NormGradient {
  using R = Real<T>;
  RowSource<T> result;
  int32_t copies, zero;
  double factor, along;
  int32_t exponent;  // of y

  GIBBS_DEVICE T operator()(T upstream, int32_t j) const {
    if (copies) return upstream;
    if (zero) return From<T>::real(R(0));
    const double y = scaled_entry(to_real(result.element(j)), exponent), v = double(to_real(upstream));
    return From<T>::real(R(factor * (y == 0 ? v : fma(-y, along, v))));
  }
};

template <class T>
GIBBS_DEVICE void norm_gradient(const RowMapParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const RowSource<T> y = {static_cast<const T*>(p.result) + row * p.result_stride, scope.template kept<T>(0)};
    const RowSource<T> v = {static_cast<const T*>(p.upstream) + row * p.upstream_stride, scope.template kept<T>(1)};
    y.keep(scope);
    v.keep(scope);
    const R saved = p.saved_thresholds[row];
    const double radius = row_parameter(p, row);
    NormGradient<T> g = {y, p.map == GIBBS_MAP_L2_BALL && saved == 1, saved == 0, double(held<R>(double(saved))), 0, 0};
    double by_radius = 0;
    if (!g.copies && !g.zero) {
      g.exponent = norm_exponent(R(absolute(radius)));
      const double scaled_radius = scaled_entry(R(radius), g.exponent);
      const auto dot = scope.template reduce<ProductSum<R>, T>([&](ProductSum<R>& s, PackPlace at) GIBBS_INLINE {
        const Pack<T> a = y.at(at, scope.columns), b = v.at(at, scope.columns);
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          const double value = scaled_entry(to_real(a.get(e)), g.exponent);
          if (e < at.count && value != 0) add_product(s, value, double(to_real(b.get(e))));
        }
      });
      by_radius = rounded_sum(dot) / scaled_radius;
      g.along = by_radius / scaled_radius;
    }
    if (scope.leader() && p.parameter_gradient != nullptr) p.parameter_gradient[row] = R(by_radius);
    if (p.gradient != nullptr) map_row(scope, v, static_cast<T*>(p.gradient) + row * p.gradient_stride, g);
  }
}

}  // namespace gibbs::kernels
