// Of the conditional Cauchy-Schwarz divergence, K the kernel of the conditions, L1 of the targets, L2 of the predictions, L21 of
// predictions i against targets j, r_i, A_1, A_2 and A_3 as in sample_entropy.h:
//
//   sums      sum_j of K (or K^2), K L1, K L2, and log sum_j K L21 as (maximum, sum): predictions may be far from their targets
//   weights   by the conditions: K L1 (a_i + a_j) + K L2 (b_i + b_j) - 2 (c_i e^(u + v_ij - s) + c_j e^(u + v_ji - s))
//             + (e_i + e_j) K (or K^2), with a = r / A_1, b = r / A_2, A_3 = S e^s, c = r / S, v of L21: far-away predictions
//             underflow nowhere by one side: its own K L (a_i + a_j), and -2 c e^(u + v_ij - s), c that of the pair's prediction
#pragma once

#include "kernels/log_sums.h"
#include "kernels/pair_tile.h"
#include "kernels/sample_entropy_parameters.h"

namespace gibbs::kernels {

// Channels: conditions; targets; predictions; predictions i against targets j.
template <class R>
struct ConditionalSums {
  using Terms = ConditionalTerms;
  static constexpr int channels = 4, totals = 5;

  static GIBBS_DEVICE void clear(double (&t)[totals]) {
    t[0] = t[1] = t[2] = t[4] = 0;
    t[3] = -Limits<double>::infinity();
  }
  static GIBBS_DEVICE void merge(double (&t)[totals], const double (&o)[totals]) {
    double unused = 0;
    GIBBS_UNROLL
    for (int s = 0; s < 3; ++s) t[s] += o[s];
    merge_log_sums(t[3], t[4], unused, o[3], o[4], 0.0);
  }
  static GIBBS_DEVICE void add(const Terms& terms, const PairTile<R>& tile, const R (&squares)[channels][kPairPatch][kPairPatch],
                               int a, double (&t)[totals]) {
    const R scale = R(-terms.scale);
    R sums[3] = {}, v[kPairPatch];
    GIBBS_UNROLL
    for (int b = 0; b < kPairPatch; ++b) {
      v[b] = -Limits<R>::infinity();
      if (!tile.inside(b)) continue;
      const R u = squares[0][a][b] * R(-terms.condition_scale), k = exp(u);
      sums[0] = sums[0] + (terms.squared ? k * k : k);
      sums[1] = sums[1] + exp(fma(squares[1][a][b], scale, u));
      sums[2] = sums[2] + exp(fma(squares[2][a][b], scale, u));
      v[b] = fma(squares[3][a][b], scale, u);
    }
    GIBBS_UNROLL
    for (int s = 0; s < 3; ++s) t[s] += double(lanes_sum(sums[s], kPairSide));
    double unused = 0;
    add_log_sums(v, t[3], t[4], unused);
  }
};

// Channels as above, then targets i against predictions j.
template <class R>
struct ConditionWeights {
  using Terms = ConditionalTerms;
  static constexpr int channels = 5, terms = 1;
  static GIBBS_DEVICE int channel_of(int) { return 0; }

  static GIBBS_DEVICE R weight(int, const Terms& terms, const PairTile<R>& tile,
                               const R (&squares)[channels][kPairPatch][kPairPatch], int a, int b) {
    const int64_t i = tile.row(a), j = tile.column(b);
    const R u = squares[0][a][b] * R(-terms.condition_scale), scale = R(-terms.scale), k = exp(u);
    R w = (R(terms.of_norm[i]) + R(terms.of_norm[j])) * (terms.squared ? k * k : k);
    w = fma(R(terms.of_targets[i]) + R(terms.of_targets[j]), exp(fma(squares[1][a][b], scale, u)), w);
    w = fma(R(terms.of_predictions[i]) + R(terms.of_predictions[j]), exp(fma(squares[2][a][b], scale, u)), w);
    const R shift = R(*terms.shift);
    const R own = R(terms.of_cross[i]) * exp(fma(squares[3][a][b], scale, u) - shift);
    const R other = R(terms.of_cross[j]) * exp(fma(squares[4][a][b], scale, u) - shift);
    return R(terms.outer) * fma(R(-2), own + other, w);
  }
};

// Channels: conditions; the side; the side i against the other side j.
template <class R>
struct SideWeights {
  using Terms = ConditionalTerms;
  static constexpr int channels = 3, terms = 2;
  static GIBBS_DEVICE int channel_of(int term) { return term + 1; }

  static GIBBS_DEVICE R weight(int term, const Terms& terms, const PairTile<R>& tile,
                               const R (&squares)[channels][kPairPatch][kPairPatch], int a, int b) {
    const int64_t i = tile.row(a), j = tile.column(b);
    const R u = squares[0][a][b] * R(-terms.condition_scale);
    const R v = fma(squares[term + 1][a][b], R(-terms.scale), u);
    if (term == 1) return R(-2 * terms.outer) * (R(terms.of_cross[terms.predictions ? i : j]) * exp(v - R(*terms.shift)));
    const double* const own = terms.predictions ? terms.of_predictions : terms.of_targets;
    return R(terms.outer) * ((R(own[i]) + R(own[j])) * exp(v));
  }
};

}  // namespace gibbs::kernels
