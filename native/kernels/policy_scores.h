// What tokens compete by to be selected (policy_scores), the larger the better, and how many are (policy_pick):
//
//   KL-Cov    cov = (A - mean A) (l - mean l)                               of all tokens
//   Lp-Reg    -l                                                            of those with A < 0
//   Clip-Cov  minus the first Philox word of the token's index              of the unclipped with cov between the bounds
//
// A token that does not compete, or whose number is NaN, has a NaN. The count is the share of the tokens that it is a share of,
// rounded down, but one at least and no more than compete. The selection itself is that of masks over tensors (global_mask.h).
#pragma once

#include "device/philox.h"
#include "kernels/policy_sequences.h"
#include "kernels/token_loss.h"

namespace gibbs::kernels {

template <class R>
GIBBS_DEVICE double policy_score(const PolicyParameters<R>& p, Token& t, int64_t index) {
  const double none = Limits<double>::nan();
  if (p.terms.kind == GIBBS_POLICY_LP_REG) return t.advantage < 0 ? -t.log_probability : none;
  const double covariance = (t.advantage - p.state->advantage) * (t.log_probability - p.state->log_probability);
  if (p.terms.kind == GIBBS_POLICY_KL_COV) return covariance;
  if (!(covariance > p.terms.covariance_low && covariance < p.terms.covariance_high)) return none;
  set_ratio(t);
  if (clipped_loss(p.terms, t, 0).flags != 0) return none;
  return -double(philox({uint32_t(index), uint32_t(index >> 32), 0, 0}, p.terms.seed).a);
}

template <class R>
GIBBS_DEVICE void policy_scores(const PolicyParameters<R>& p) {
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const TokenRow<R> advantages(p.advantages, row), log_probabilities(p.log_probabilities, row), old(p.old, row);
    const double advantage = p.sequence_advantages == nullptr ? 0.0 : double(p.sequence_advantages[row]);
    const auto competing = scope.template reduce<Count, R>([&](Count& c, PackPlace at) GIBBS_INLINE {
      const Pack<R> a = advantages.at(at, p.columns), l = log_probabilities.at(at, p.columns), o = old.at(at, p.columns);
      GIBBS_UNROLL_BY(1)
      for (int e = 0; e < at.count; ++e) {
        const int64_t index = row * p.columns + at.index + e;
        double score = Limits<double>::nan();
        if (is_token(p.mask, row, at.index + e)) {
          Token t{};
          t.log_probability = double(l.at(e));
          t.old = old.given() ? double(o.at(e)) : t.log_probability;
          t.advantage = advantages.given() ? double(a.at(e)) : advantage;
          score = policy_score(p, t, index);
        }
        p.scores[index] = score;
        c.value += !is_nan(score);
      }
    });
    if (scope.leader()) p.eligible[row] = competing.value;
  }
}

// A share of a count, as a number of tokens.
GIBBS_DEVICE int64_t selected_of_share(double share, int64_t count, int64_t eligible) {
  if (share == 0) return 0;
  const int64_t wanted = int64_t(share * double(count));
  const int64_t one = wanted < 1 ? 1 : wanted;
  return one < eligible ? one : eligible;
}

// One block.
template <class R>
GIBBS_DEVICE void policy_pick(const PolicyParameters<R>& p) {
  CountedSum own{0, 0};
  for (int64_t row = thread_index(); row < p.rows; row += block_size()) own.count += p.eligible[row];
  const int64_t eligible = block_reduce(own).count;
  if (thread_index() == 0)
    p.state->count = selected_of_share(p.terms.share, p.terms.kind == GIBBS_POLICY_LP_REG ? eligible : p.state->tokens, eligible);
}

}  // namespace gibbs::kernels
