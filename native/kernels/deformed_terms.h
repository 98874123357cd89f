// The terms that entropies are sums of, for x = log p up to a constant of the row, x <= 0, beta = |alpha - 1|:
//
//   alpha = 1   u = e^x x          alpha > 1   u = e^x expm1(beta x)          alpha < 1   u = e^(alpha x) expm1(beta x)
//
// all of one sign, and without cancellation near alpha = 1: sum e^(alpha x) = sum e^x + sum u above 1, - sum u below.
#pragma once

#include "device/math.h"
#include "device/types.h"

namespace gibbs::kernels {

using namespace gibbs::device;

enum : int32_t { kShannonTerms = 0, kAboveTerms = 1, kBelowTerms = 2 };

template <class R>
struct DeformedTerm {
  R u, power;   // power: e^(alpha x); 0 where alpha = 1
  R deviation;  // expm1(beta x); x where alpha = 1
  R factor;     // e^(beta x)
};

template <class R>
struct DeformedTerms {
  int32_t form;
  R alpha, beta;

  // Of x and e = e^x.
  GIBBS_DEVICE DeformedTerm<R> operator()(R x, R e) const {
    if (form == kShannonTerms) return {e > 0 ? e * x : R(0), R(0), x, R(1)};  // 0 times an overflowed x
    const R t = beta * x, factor = exp(t);
    const R deviation = t > R(-0.35) ? expm1(t) : factor - R(1);
    if (form == kAboveTerms) return {e * deviation, e * factor, deviation, factor};
    const R power = exp(alpha * x);
    return {power * deviation, power, deviation, factor};
  }
};

template <class R>
GIBBS_DEVICE DeformedTerms<R> deformed_terms(double alpha) {
  return {alpha == 1 ? kShannonTerms : alpha > 1 ? kAboveTerms : kBelowTerms, R(alpha), R(alpha > 1 ? alpha - 1 : 1 - alpha)};
}

}  // namespace gibbs::kernels
