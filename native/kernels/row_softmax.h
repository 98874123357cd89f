// Softmax of a row of logits in a row scope, z given, T the temperature:
//
//   x_j = (z_j - max z) / T,   p_j = exp(x_j - log_sum),   lse(z / T) = max z / T + log_sum
//   sum = sum exp(x_j),  log_sum = log sum,  moment = sum exp(x_j) x_j,  entropy = log_sum - moment / sum
//
// Entries at the maximum are counted, and left out of the sum of the rest: log_sum = log1p(ties - 1 + rest) and so the entropy of
// a confident row keep relative accuracy, and those of a one-hot row are 0. A masked entry (-inf) adds nothing. The row is read
// once where the scope keeps rows, and twice where it does not.
#pragma once

#include "kernels/row_scan.h"

namespace gibbs::kernels {

template <class R>
struct RowSoftmax {
  R maximum, inverse_temperature;  // the latter finite: 0 / T is 0
  R sum, log_sum, moment;
  int32_t argmax;  // the first; -1 where the status is not OK
  uint8_t status;  // GIBBS_ROW_OK, _NOT_A_NUMBER, _PLUS_INFINITY, _ALL_MASKED: then sum is 1, log_sum and moment 0

  GIBBS_DEVICE R offset(R z) const {
    // An inverse temperature that rounds to 0 would make NaN of a masked entry.
    return z == -Limits<R>::infinity() ? z : (z - maximum) * inverse_temperature;
  }
  GIBBS_DEVICE R log_probability(R z) const { return offset(z) - log_sum; }
  GIBBS_DEVICE R probability(R z) const { return exp(offset(z) - log_sum); }
  GIBBS_DEVICE R entropy() const { return log_sum - moment / sum; }
  GIBBS_DEVICE R log_sum_exp() const { return maximum * inverse_temperature + log_sum; }
};

// 1 / T for the arithmetic type: a subnormal T overflows its inverse, and 0 times infinity would be NaN.
template <class R>
GIBBS_DEVICE R finite_inverse(double temperature) {
  const double inverse = 1 / temperature, largest = double(Limits<R>::largest());
  return R(inverse < largest ? inverse : largest);
}
GIBBS_DEVICE bool valid_temperature(double temperature) { return temperature > 0 && temperature < Limits<double>::infinity(); }

template <class R>
struct SoftmaxSums {
  R rest, moment;
  int32_t ties, argmax;
};
constexpr int32_t kNoArgmax = 0x7fffffff;
template <class R>
GIBBS_DEVICE SoftmaxSums<R> merge(const SoftmaxSums<R>& a, const SoftmaxSums<R>& b) {
  return {a.rest + b.rest, a.moment + b.moment, a.ties + b.ties, a.argmax < b.argmax ? a.argmax : b.argmax};
}

// Of a row that a scan has been over.
template <class T>
GIBBS_DEVICE RowSoftmax<Real<T>> row_softmax(const RowScope& scope, const RowSource<T>& source, const RowScan<Real<T>>& scan,
                                             Real<T> inverse_temperature) {
  using R = Real<T>;
  RowSoftmax<R> s{scan.maximum + R(0), inverse_temperature, R(1), R(0), R(0), -1, masked_status(scan)};
  if (s.status != GIBBS_ROW_OK) return s;
  const auto sums = scope.template reduce<SoftmaxSums<R>, T>(
      [&](SoftmaxSums<R>& sum, PackPlace at) GIBBS_INLINE {
        const Pack<T> pack = source.at(at, scope.columns);
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          if (e >= at.count) continue;
          const R z = to_real(pack.get(e));
          if (z == s.maximum) {
            sum.ties += 1;
            if (at.index + e < sum.argmax) sum.argmax = at.index + e;
          } else if (z > -Limits<R>::infinity()) {
            const R x = s.offset(z), term = exp(x);
            sum.rest += term;
            if (term > 0) sum.moment = fma(term, x, sum.moment);  // 0 times an overflowed x
          }
        }
      },
      SoftmaxSums<R>{R(0), R(0), 0, kNoArgmax});
  s.sum = R(sums.ties) + sums.rest;
  s.log_sum = log1p(R(sums.ties - 1) + sums.rest);
  s.moment = sums.moment;
  s.argmax = sums.argmax;
  return s;
}

// Reads the row, and keeps it where the scope keeps rows.
template <class T>
GIBBS_DEVICE RowSoftmax<Real<T>> row_softmax(const RowScope& scope, const RowSource<T>& source, Real<T> inverse_temperature) {
  return row_softmax(scope, source, scan_row(scope, source, false), inverse_temperature);
}

}  // namespace gibbs::kernels
