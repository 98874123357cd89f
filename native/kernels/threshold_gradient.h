// Vector-Jacobian products of the threshold maps, from the result y and the upstream v (and the saved threshold, l1 ball). Most
// are one line in
//
//   dx_j = s_j (v_j - t_j beta),   beta = sum a_j v_j / sum b_j       over the support S; beta is also the gradient by the
//   parameter
//
//   simplex, sparse simplex   S = {y > 0}          s = t = a = b = 1
//   capped simplex            S = {0 < y < cap}    s = t = a = b = 1           by the cap: sum_{y = cap} v - |y = cap| beta
//   box section               S = {l < y < u}      s = 1, t = a = w, b = w^2
//   l1 ball                   S = {y != 0}         s = 1, t = a = sign(y) w, b = w^2;  inside: dx = v
//   l0 ball                   S = {y != 0}         s = 1, t = 0
//   entmax                    S = {y > 0}          s = a = b = y^(2 - alpha), t = 1
//     by alpha: sum v_j p_j (M2 (1 - beta l_j) - phi(-beta l_j) (1 + beta H)) / (beta^2 (1 + M)), beta = alpha - 1, l = log p,
//     phi(w) = e^w - 1 - w, H = -sum p l, M2 = sum p phi(-beta l), M = M2 + beta H
//   normmax                   dx = n (s (v - A) - p (B - A C)), n = |p|_alpha, s = c (p / n)^(2 - alpha), c = 1 / (alpha - 1),
//                             A = <p, v>, B = sum s v, C = sum s
//
// A NaN result counts as support, so that it makes its row NaN; upstream outside the support is never touched.
#pragma once

#include "kernels/threshold_maps.h"

namespace gibbs::kernels {

struct GradientSums {
  double a_v, b, upper_v, upper, entropy, rest, v_p, v_p_log, v_p_rest;
};
GIBBS_DEVICE GradientSums merge(const GradientSums& a, const GradientSums& b) {
  return {a.a_v + b.a_v,   a.b + b.b,     a.upper_v + b.upper_v, a.upper + b.upper,      a.entropy + b.entropy,
          a.rest + b.rest, a.v_p + b.v_p, a.v_p_log + b.v_p_log, a.v_p_rest + b.v_p_rest};
}

// e^w - 1 - w without cancellation.
GIBBS_DEVICE double exponential_rest(double w) {
  if (absolute(w) > 0.5) return expm1(w) - w;
  return w * w *
         horner(w, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
                1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0);
}

// What an element contributes, and how its gradient is made.
template <class R>
struct AffineElement {
  bool free, upper;
  R s, t, a, b;
};

template <class T>
struct ThresholdGradient {
  using R = Real<T>;
  const RowMapParameters<R>& p;
  double parameter;
  bool inside, empty;
  R beta;
  double n, dot, slope_dot, slopes;  // normmax

  GIBBS_DEVICE AffineElement<R> element(R y, int32_t j) const {
    const R w = p.weights != nullptr ? p.weights[j] : R(1);
    // A NaN makes its whole row NaN, but where entries do not meet.
    if (is_nan(y))
      return p.map == GIBBS_MAP_L0_BALL ? AffineElement<R>{true, false, y, 0, 0, 0} : AffineElement<R>{true, false, y, y, y, y};
    switch (p.map) {
      case GIBBS_MAP_CAPPED_SIMPLEX: {
        const R cap = to_real(From<T>::real(R(p.second)));
        return {!(y <= 0) && !(y >= cap), y >= cap, 1, 1, 1, 1};
      }
      case GIBBS_MAP_BOX_SECTION: {
        const R l = p.lower != nullptr ? to_real(From<T>::real(p.lower[j])) : R(0);
        const R u = p.upper != nullptr ? to_real(From<T>::real(p.upper[j])) : Limits<R>::infinity();
        return {!(y <= l) && !(y >= u), false, 1, w, w, w * w};
      }
      case GIBBS_MAP_L1_BALL: {
        const R t = inside ? R(0) : y < 0 ? -w : w;
        return {(inside || y != 0) && !empty, false, 1, t, t, w * w};
      }
      case GIBBS_MAP_L0_BALL:
        return {y != 0, false, 1, 0, 0, 1};
      case GIBBS_MAP_ENTMAX: {
        if (y <= 0) return {false, false, 0, 0, 0, 0};
        const R s = parameter == 2 ? R(1) : parameter == 1.5 ? square_root(y) : R(exp((2 - parameter) * log(double(y))));
        return {true, false, s, 1, s, s};
      }
      default:
        return {!(y <= 0), false, 1, 1, 1, 1};
    }
  }

  GIBBS_DEVICE double normmax_slope(double y) const {
    const double c = 1 / (parameter - 1);
    return c * exp((2 - parameter) * log(y / n));
  }

  GIBBS_DEVICE T operator()(T upstream, T result, int32_t j) const {
    const R y = to_real(result), v = to_real(upstream);
    if (p.map == GIBBS_MAP_NORMMAX) {
      if (y <= 0) return From<T>::real(R(0));
      return From<T>::real(R(n * (normmax_slope(double(y)) * (double(v) - dot) - double(y) * (slope_dot - dot * slopes))));
    }
    const AffineElement<R> e = element(y, j);
    return From<T>::real(e.free ? e.s * (v - e.t * beta) : R(0));
  }
};

template <class T, class F>
GIBBS_DEVICE GradientSums gradient_sums(const RowScope& scope, const RowSource<T>& result, const RowSource<T>& upstream, F f) {
  return scope.reduce<GradientSums, T>([&](GradientSums& s, PackPlace at) GIBBS_INLINE {
    const Pack<T> y = result.at(at, scope.columns), v = upstream.at(at, scope.columns);
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) f(s, to_real(y.at(e)), to_real(v.at(e)), at.index + e);
  });
}

// The sums of normmax, and its gradient by alpha.
template <class T>
GIBBS_DEVICE double solve_normmax_gradient(const RowScope& scope, const RowSource<T>& result, const RowSource<T>& upstream,
                                           ThresholdGradient<T>& g) {
  using R = Real<T>;
  const double alpha = g.parameter, c = 1 / (alpha - 1);
  const GradientSums powers = gradient_sums(scope, result, upstream, [&](GradientSums& s, R y, R, int32_t) GIBBS_INLINE {
    if (!(y <= 0)) s.b += exp(alpha * log(double(y)));
  });
  if (powers.b == 0) return 0;  // a row of zeros: all masked
  g.n = exp(log(powers.b) / alpha);
  // With g_j = (p_j / n)^(alpha - 1), lg = log g and w = p / n: sums of s, s v, p v, and of w, w lg, w g lg, w / g, with v too.
  const GradientSums s = gradient_sums(scope, result, upstream, [&](GradientSums& sums, R y, R v, int32_t) GIBBS_INLINE {
    if (y <= 0) return;
    const double w = double(y) / g.n, lg = (alpha - 1) * log(w), gap = exp(lg), slope = g.normmax_slope(double(y));
    sums.b += slope;
    sums.a_v += slope * double(v);
    sums.v_p += double(y) * double(v);
    sums.entropy += w * gap * lg;
    sums.rest += w;
    sums.upper += w * lg;
    sums.upper_v += w / gap;
    sums.v_p_log += double(v) * w * lg;
    sums.v_p_rest += double(v) * w / gap;
  });
  g.slopes = s.b;
  g.slope_dot = s.a_v;
  g.dot = s.v_p;
  const double c_slope = -c * c, tau_slope = c_slope * s.entropy / ((c + 1) * s.rest);
  const double all = c_slope * s.upper - c * tau_slope * s.upper_v, weighted = c_slope * s.v_p_log - c * tau_slope * s.v_p_rest;
  return g.n * (weighted - g.dot * all);
}

template <class T>
GIBBS_DEVICE void threshold_gradient(const RowMapParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const RowSource<T> result = {static_cast<const T*>(p.result) + row * p.result_stride, scope.template kept<T>(0)};
    const RowSource<T> upstream = {static_cast<const T*>(p.upstream) + row * p.upstream_stride, scope.template kept<T>(1)};
    result.keep(scope);
    upstream.keep(scope);
    ThresholdGradient<T> g = {p, row_parameter(p, row), false, false, R(0), 0, 0, 0, 0};
    double by_parameter = 0, by_second = 0;
    if (p.map == GIBBS_MAP_NORMMAX) {
      by_parameter = solve_normmax_gradient(scope, result, upstream, g);
    } else {
      const double curvature = g.parameter - 1;
      g.empty = p.map == GIBBS_MAP_L1_BALL && g.parameter == 0;
      g.inside = p.map == GIBBS_MAP_L1_BALL && !g.empty && p.saved_thresholds[row] == 0;
      const bool by_alpha = p.map == GIBBS_MAP_ENTMAX && p.parameter_gradient != nullptr;
      const GradientSums s = gradient_sums(scope, result, upstream, [&](GradientSums& sums, R y, R v, int32_t j) GIBBS_INLINE {
        const AffineElement<R> e = g.element(y, j);
        if (e.upper) {
          sums.upper += 1;
          sums.upper_v += double(v);
        }
        if (!e.free) return;
        sums.a_v += double(e.a) * double(v);
        sums.b += double(e.b);
        if (!by_alpha) return;
        const double prob = double(y), l = log(prob), rest = exponential_rest(-curvature * l);
        sums.entropy -= prob * l;
        sums.rest += prob * rest;
        sums.v_p += double(v) * prob;
        sums.v_p_log += double(v) * prob * l;
        sums.v_p_rest += double(v) * prob * rest;
      });
      const double beta = s.b == 0 ? 0 : s.a_v / s.b;
      g.beta = R(beta);
      by_parameter = g.inside ? 0 : beta;
      by_second = s.b == 0 ? 0 : s.upper_v - s.upper * beta;
      if (by_alpha) {
        const double mass = s.rest + curvature * s.entropy;
        by_parameter = (s.rest * (s.v_p - curvature * s.v_p_log) - (1 + curvature * s.entropy) * s.v_p_rest) /
                       (curvature * curvature * (1 + mass));
      }
    }
    if (scope.leader()) {
      if (p.parameter_gradient != nullptr) p.parameter_gradient[row] = R(by_parameter);
      if (p.second_gradient != nullptr) p.second_gradient[row] = R(by_second);
    }
    if (p.gradient != nullptr) {
      map_row(scope, upstream, static_cast<T*>(p.gradient) + row * p.gradient_stride,
              [&](T v, int32_t j) GIBBS_INLINE { return g(v, result.element(j), j); });
    }
  }
}

}  // namespace gibbs::kernels
