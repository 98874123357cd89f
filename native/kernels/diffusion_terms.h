// Of a diffusion matrix P_ij = exp(u_ij + b_j - n_i), t_ij = P_ij (log P_ij + H_i) the slope of -H_i by u_ij:
//
//   sums      sum_j t_ji for row i: the slope by the degree of point i
//   weights   w_ij = f (t_ij + t_ji) + c_i e^(u_ij - s_i) + c_j e^(u_ij - s_j): slopes by the kernel, and by it through the
//   degrees
#pragma once

#include "kernels/pair_tile.h"
#include "kernels/sample_entropy_parameters.h"

namespace gibbs::kernels {

template <class R>
GIBBS_DEVICE R diffusion_slope(R log_p, R entropy) {
  const R p = exp(log_p);
  return p == 0 ? R(0) : p * (log_p + entropy);
}

template <class R>
struct DiffusionColumnSums {
  using Terms = DiffusionTerms;
  static constexpr int channels = 1, totals = 1;

  static GIBBS_DEVICE void clear(double (&t)[totals]) { t[0] = 0; }
  static GIBBS_DEVICE void merge(double (&t)[totals], const double (&o)[totals]) { t[0] += o[0]; }
  static GIBBS_DEVICE void add(const Terms& terms, const PairTile<R>& tile, const R (&squares)[channels][kPairPatch][kPairPatch],
                               int a, double (&t)[totals]) {
    const R bias = R(terms.bias[tile.known_row(a)]);
    R sum = 0;
    GIBBS_UNROLL
    for (int b = 0; b < kPairPatch; ++b) {
      const int64_t column = tile.known_column(b);
      const R log_p = squares[0][a][b] * R(-terms.scale) + bias - R(terms.log_norm[column]);
      if (tile.inside(b)) sum = sum + diffusion_slope(log_p, R(terms.entropy[column]));
    }
    t[0] += double(lanes_sum(sum, kPairSide));
  }
};

template <class R>
struct DiffusionWeights {
  using Terms = DiffusionTerms;
  static constexpr int channels = 1, terms = 1;
  static GIBBS_DEVICE int channel_of(int) { return 0; }
  static GIBBS_DEVICE R bias(const Terms& terms, int64_t i) { return terms.bias != nullptr ? R(terms.bias[i]) : R(0); }

  static GIBBS_DEVICE R weight(int, const Terms& terms, const PairTile<R>& tile,
                               const R (&squares)[channels][kPairPatch][kPairPatch], int a, int b) {
    const R u = squares[0][a][b] * R(-terms.scale);
    const int64_t i = tile.row(a), j = tile.column(b);
    const R own = diffusion_slope(u + bias(terms, j) - R(terms.log_norm[i]), R(terms.entropy[i]));
    const R other = diffusion_slope(u + bias(terms, i) - R(terms.log_norm[j]), R(terms.entropy[j]));
    const R slopes = R(terms.factor) * (own + other);
    if (terms.coefficients == nullptr) return slopes;
    return slopes +
           (R(terms.coefficients[i]) * exp(u - R(terms.shifts[i])) + R(terms.coefficients[j]) * exp(u - R(terms.shifts[j])));
  }
};

}  // namespace gibbs::kernels
