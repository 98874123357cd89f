// phi(l), l = -log p_y >= 0: what takes the place of l in a row's loss, and its slope phi'(l), so that d phi / dz_j = phi' (p_j -
// 1[j = y]).
//
//   loss             phi                                  phi'
//   cross-entropy    l                                    1
//   focal            (1 - p)^gamma l                      (1 - p)^gamma (1 + gamma p l / (1 - p))          Lin et al. 2017
//   Poly-1           l + epsilon (1 - p)                  1 + epsilon p                                    Leng et al. 2022
//   comp-sum         (1 - p^(tau-1)) / (tau - 1)          p^(tau-1)                                        Mao, Mohri, Zhong 2023
//
// A further loss is one struct here and one line in target_loss.
#pragma once

#include "device/math.h"
#include "gibbs/gibbs.h"

namespace gibbs::kernels {

using namespace gibbs::device;

template <class R>
struct TargetTerm {
  R value, slope;
};

// l, p = exp(-l) and 1 - p, each accurate relative to itself.
template <class R>
struct TargetProbability {
  R l, p, complement;
};

// Below tau = 1 the slope of an improbable target overflows: a finite one keeps the row's gradient free of inf * 0. A NaN stays.
template <class R>
GIBBS_DEVICE R finite(R x) {
  const R largest = Limits<R>::largest();
  return x > largest ? largest : x < -largest ? -largest : x;
}

template <class R>
GIBBS_DEVICE TargetTerm<R> focal(const TargetProbability<R>& t, R gamma) {
  const R power = pow(t.complement, gamma);
  const R ratio = t.complement == 0 ? R(1) : t.p == 0 ? R(0) : t.p * t.l / t.complement;
  return {t.complement == 0 && gamma > 0 ? R(0) : power * t.l, power * fma(gamma, ratio, R(1))};
}

template <class R>
GIBBS_DEVICE TargetTerm<R> poly1(const TargetProbability<R>& t, R epsilon) {
  return {fma(epsilon, t.complement, t.l), fma(epsilon, t.p, R(1))};
}

// Takes 1 - tau: formed in fp32 it would lose a tau near 1.
template <class R>
GIBBS_DEVICE TargetTerm<R> comp_sum(const TargetProbability<R>& t, R exponent) {
  if (exponent == 0) return {t.l, R(1)};
  const R argument = exponent * t.l;
  return {expm1(argument) / exponent, finite(exp(argument))};
}

template <class R>
GIBBS_DEVICE TargetTerm<R> target_loss(int kind, const TargetProbability<R>& t, R parameter) {
  if (kind == GIBBS_LOSS_FOCAL) return focal(t, parameter);
  if (kind == GIBBS_LOSS_POLY1) return poly1(t, parameter);
  if (kind == GIBBS_LOSS_COMP_SUM) return comp_sum(t, parameter);
  return {t.l, R(1)};
}

}  // namespace gibbs::kernels
