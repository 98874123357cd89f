// Of one kernel, u_ij = -|x_i - y_j|^2 / (2 sigma^2):
//
//   sums      log sum_j e^(u_ij + b_j), as (maximum, sum, moment)
//   weights   w_ij = c_i e^(u_ij - s_i) + c'_j e^(u_ij - s'_j): the gradient of any function of the kernel's row sums; the shifts
//             keep the exponentials in range where the sums are far below it
#pragma once

#include "kernels/log_sums.h"
#include "kernels/pair_tile.h"
#include "kernels/sample_entropy_parameters.h"

namespace gibbs::kernels {

template <class R>
struct LogKernelSums {
  using Terms = LogKernelTerms;
  static constexpr int channels = 1, totals = 3;

  static GIBBS_DEVICE void clear(double (&t)[totals]) {
    t[0] = -Limits<double>::infinity();
    t[1] = t[2] = 0;
  }
  static GIBBS_DEVICE void merge(double (&t)[totals], const double (&o)[totals]) {
    merge_log_sums(t[0], t[1], t[2], o[0], o[1], o[2]);
  }
  static GIBBS_DEVICE void add(const Terms& terms, const PairTile<R>& tile, const R (&squares)[channels][kPairPatch][kPairPatch],
                               int a, double (&t)[totals]) {
    const R scale = R(-terms.scale);
    R v[kPairPatch];
    GIBBS_UNROLL
    for (int b = 0; b < kPairPatch; ++b) {
      const R bias = terms.bias != nullptr ? R(terms.bias[tile.known_column(b)]) : R(0);
      v[b] = tile.inside(b) ? squares[0][a][b] * scale + bias : -Limits<R>::infinity();
    }
    add_log_sums(v, t[0], t[1], t[2]);
  }
};

template <class R>
struct KernelWeights {
  using Terms = KernelWeightTerms;
  static constexpr int channels = 1, terms = 1;
  static GIBBS_DEVICE int channel_of(int) { return 0; }

  static GIBBS_DEVICE R weight(int, const Terms& terms, const PairTile<R>& tile,
                               const R (&squares)[channels][kPairPatch][kPairPatch], int a, int b) {
    const R u = squares[0][a][b] * R(-terms.scale);
    const int64_t row = tile.row(a) * terms.row_step;
    const R own = R(terms.coefficients[row]) * exp(u - R(terms.shifts[row]));
    if (terms.column_coefficients == nullptr) return own;
    const int64_t column = tile.column(b);
    return own + R(terms.column_coefficients[column]) * exp(u - R(terms.column_shifts[column]));
  }
};

}  // namespace gibbs::kernels
