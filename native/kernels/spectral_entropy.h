// Entropies of spectra, a row of eigenvalues lambda each, H times the unit of its logarithms:
//
//   diffusion     -sum p log p, p_j = e^(x_j) / sum e^x, x_j = t log(|lambda_j| / max |lambda|)     dH = -(t p_j / lambda_j) (log p_j + H)
//                 H = log sum e^x - sum e^x x / sum e^x: two terms of one sign, and no power overflows; dH = 0 at lambda_j = 0
//   von Neumann   -sum lambda log lambda as given; dH = -(log lambda_j + 1), +inf at 0. Negative values within columns eps max lambda
//                 are an eigen-solver's zeros
//
// In fp64 whatever the storage. A row is read once and written once.
#pragma once

#include "kernels/row_epilogue.h"
#include "kernels/row_scope.h"
#include "kernels/spectral_entropy_parameters.h"

namespace gibbs::kernels {

struct SpectralRange {
  double largest, least;  // of |lambda|, and of lambda
  int32_t is_nan, unused;
};
GIBBS_DEVICE SpectralRange merge(const SpectralRange& a, const SpectralRange& b) {
  return {a.largest < b.largest ? b.largest : a.largest, b.least < a.least ? b.least : a.least, a.is_nan | b.is_nan, 0};
}

struct SpectralSums {
  double rest, moment;  // without the terms at the maximum
  int32_t ties, unused;
};
GIBBS_DEVICE SpectralSums merge(const SpectralSums& a, const SpectralSums& b) {
  return {a.rest + b.rest, a.moment + b.moment, a.ties + b.ties, 0};
}

template <class T>
struct SpectralRow {
  uint8_t status;
  int32_t von_neumann;
  double largest, log_sum, power, unit, entropy, weight;

  // log(value / largest): the quotient first, whose rounding near 1 is nothing; of subnormal quotients the logarithms' difference.
  GIBBS_DEVICE double offset(double value) const {
    const double ratio = value / largest;
    return ratio > 0 && ratio < 1e-300 ? log(value) - log(largest) : log(ratio);
  }
  GIBBS_DEVICE double derivative(double value) const {
    if (status != GIBBS_ROW_OK) return status == GIBBS_ROW_ALL_MASKED ? 0 : Limits<double>::nan();
    if (von_neumann) return value <= 0 ? Limits<double>::infinity() : -unit * (log(value) + 1);
    if (value == 0) return 0;
    const double log_p = power * offset(absolute(value)) - log_sum, p = exp(log_p);
    return p == 0 ? 0 : -power * (p / value) * (log_p * unit + entropy);
  }
  GIBBS_DEVICE T operator()(T element, int32_t) const {
    return weight == 0 ? T(0) : T(weight * derivative(double(element)));
  }
};

// f(S&, value) over the row.
template <class S, class T, class F>
GIBBS_DEVICE S reduce_values(const RowScope& scope, const RowSource<T>& source, F f) {
  return scope.template reduce<S, T>([&](S& s, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = source.at(at, scope.columns);
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) f(s, double(pack.at(e)));
  });
}

template <class T>
GIBBS_DEVICE void spectral_entropy(const SpectralParameters<T>& p) {
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const RowSource<T> source = {static_cast<const T*>(p.eigenvalues) + row * p.stride, scope.template kept<T>(0)};
    source.keep(scope);
    const SpectralRange range = reduce_values<SpectralRange>(scope, source, [](SpectralRange& s, double value) GIBBS_INLINE {
      const double magnitude = absolute(value);
      s.is_nan |= is_nan(value);
      if (magnitude > s.largest) s.largest = magnitude;
      if (value < s.least) s.least = value;
    });
    const double epsilon = sizeof(T) == 8 ? 2.220446049250313e-16 : 1.1920928955078125e-07;
    SpectralRow<T> r{GIBBS_ROW_OK, p.von_neumann, range.largest, 0, p.power, p.unit, 0, 1};
    if (p.row_weights != nullptr) r.weight = double(p.row_weights[row]);
    if (range.is_nan) {
      r.status = GIBBS_ROW_NOT_A_NUMBER;
    } else if (range.largest == Limits<double>::infinity()) {
      r.status = GIBBS_ROW_PLUS_INFINITY;
    } else if (p.von_neumann && range.least < -(double(p.columns) * epsilon) * range.largest) {
      r.status = GIBBS_ROW_INVALID_PROBABILITY;
    } else if (!p.von_neumann && range.largest == 0) {
      r.status = GIBBS_ROW_ALL_MASKED;
    }
    if (r.status == GIBBS_ROW_OK) {
      const SpectralSums sums = reduce_values<SpectralSums>(scope, source, [&](SpectralSums& s, double value) GIBBS_INLINE {
        if (p.von_neumann) {
          if (value > 0) s.moment -= value * log(value);
          return;
        }
        const double x = p.power * r.offset(absolute(value)), term = exp(x);
        s.ties += x == 0;
        if (x != 0) s.rest += term;
        if (term != 0) s.moment += term * x;
      });
      r.log_sum = p.von_neumann ? 0 : log1p(double(sums.ties - 1) + sums.rest);
      r.entropy = p.unit * (p.von_neumann ? sums.moment : r.log_sum - sums.moment / (double(sums.ties) + sums.rest));
    } else if (r.status != GIBBS_ROW_ALL_MASKED) {
      r.entropy = Limits<double>::nan();
    }
    if (scope.leader()) {
      if (p.status != nullptr) p.status[row] = r.status;
      if (p.entropies != nullptr) p.entropies[row] = T(r.entropy);
    }
    if (p.gradient != nullptr) map_row(scope, source, static_cast<T*>(p.gradient) + row * p.gradient_stride, r);
  }
}

}  // namespace gibbs::kernels
