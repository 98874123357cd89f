// Estimates of KL(pi | pi_ref) from a token drawn by pi, l its log-probability, d = l_ref - l, and their derivatives by l:
//
//   K1  -d, 1      K2  d^2 / 2, -d      absolute  |d|, -sign d      K3  e^d - 1 - d, 1 - e^d, near 0 by its series
//   K3 clamped: d within +-20 and the value at most 10, without derivative where either limits
#pragma once

#include "device/math.h"
#include "gibbs/gibbs.h"

namespace gibbs::kernels {

using namespace gibbs::device;

constexpr double kLargestLogRatio = 20, kLargestKl = 10;

// A loss of a token, its derivative by l, and what happened to it: gibbs_policy_flags.
struct TokenValue {
  double loss, slope;
  uint32_t flags;
};

// a - b; 0 where they are equal, infinities too.
GIBBS_DEVICE double log_difference(double a, double b) { return a == b ? 0 : a - b; }

GIBBS_DEVICE double within(double x, double limit) { return x > limit ? limit : x < -limit ? -limit : x; }

// e^d - 1 - d.
GIBBS_DEVICE double exponential_remainder(double d) {
  if (is_infinite(d)) return Limits<double>::infinity();
  if (!(absolute(d) < 0.5)) return expm1(d) - d;
  double series = 1;
  GIBBS_UNROLL_BY(1)
  for (int k = 15; k >= 3; --k) series = 1 + d / k * series;
  return d * d / 2 * series;
}

GIBBS_DEVICE TokenValue kl_term(int32_t estimator, double log_probability, double reference) {
  const double d = log_difference(reference, log_probability);
  if (estimator == GIBBS_KL_K1) return {-d, is_nan(d) ? d : 1.0, 0};
  if (estimator == GIBBS_KL_K2) return {d * d / 2, -d, 0};
  if (estimator == GIBBS_KL_ABSOLUTE) return {absolute(d), d > 0 ? -1.0 : d < 0 ? 1.0 : d, 0};
  const bool clamps = estimator == GIBBS_KL_K3_CLAMPED;
  const double value = exponential_remainder(clamps ? within(d, kLargestLogRatio) : d);
  if (clamps && (absolute(d) > kLargestLogRatio || value > kLargestKl))
    return {value < kLargestKl ? value : kLargestKl, 0, GIBBS_TOKEN_KL_LIMITED};
  return {value, -expm1(d), 0};
}

}  // namespace gibbs::kernels
