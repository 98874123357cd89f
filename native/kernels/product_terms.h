// Of two kernels on the same rows, K of channel 0 and L of channel 1:
//
//   sums      sum_j of K, L, K L, K^2, L^2
//   weights   w_ij = K_ij (g + g_L L_ij + g_K K_ij + rho_i + rho_j): the gradient, by channel 0, of any function of those sums
#pragma once

#include "kernels/pair_tile.h"
#include "kernels/sample_entropy_parameters.h"

namespace gibbs::kernels {

template <class R>
struct ProductSums {
  using Terms = ProductTerms;
  static constexpr int channels = 2, totals = 5;

  static GIBBS_DEVICE void clear(double (&t)[totals]) {
    GIBBS_UNROLL
    for (int s = 0; s < totals; ++s) t[s] = 0;
  }
  static GIBBS_DEVICE void merge(double (&t)[totals], const double (&o)[totals]) {
    GIBBS_UNROLL
    for (int s = 0; s < totals; ++s) t[s] += o[s];
  }
  static GIBBS_DEVICE void add(const Terms& terms, const PairTile<R>& tile, const R (&squares)[channels][kPairPatch][kPairPatch],
                               int a, double (&t)[totals]) {
    R sums[totals] = {};
    GIBBS_UNROLL
    for (int b = 0; b < kPairPatch; ++b) {
      if (!tile.inside(b)) continue;
      const R k = exp(squares[0][a][b] * R(-terms.scale)), l = exp(squares[1][a][b] * R(-terms.other_scale));
      sums[0] = sums[0] + k;
      sums[1] = sums[1] + l;
      sums[2] = sums[2] + k * l;
      sums[3] = sums[3] + k * k;
      sums[4] = sums[4] + l * l;
    }
    GIBBS_UNROLL
    for (int s = 0; s < totals; ++s) t[s] += double(lanes_sum(sums[s], kPairSide));
  }
};

template <class R>
struct ProductWeights {
  using Terms = ProductTerms;
  static constexpr int channels = 2, terms = 1;
  static GIBBS_DEVICE int channel_of(int) { return 0; }

  static GIBBS_DEVICE R weight(int, const Terms& terms, const PairTile<R>& tile,
                               const R (&squares)[channels][kPairPatch][kPairPatch], int a, int b) {
    const R k = exp(squares[0][a][b] * R(-terms.scale)), l = exp(squares[1][a][b] * R(-terms.other_scale));
    const R rows = R(terms.constants[0]) + R(terms.rho[tile.row(a)]) + R(terms.rho[tile.column(b)]);
    return k * fma(R(terms.constants[1]), l, fma(R(terms.constants[2]), k, rows));
  }
};

}  // namespace gibbs::kernels
