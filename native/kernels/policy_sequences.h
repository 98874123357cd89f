// Before the losses of a policy loss: tokens of each sequence (policy_count), sequences of each group (policy_groups), and what
// the batch adds up to (policy_totals): the weight of a token follows from these.
#pragma once

#include "kernels/block_reduce.h"
#include "kernels/token_rows.h"

namespace gibbs::kernels {

struct CountSums {
  int64_t tokens;
  double advantage, log_probability;
};
GIBBS_DEVICE CountSums merge(const CountSums& a, const CountSums& b) {
  return {a.tokens + b.tokens, a.advantage + b.advantage, a.log_probability + b.log_probability};
}

GIBBS_DEVICE bool needs_covariance(const PolicyTerms& p) {
  return p.kind == GIBBS_POLICY_CLIP_COV || p.kind == GIBBS_POLICY_KL_COV;
}

template <class R>
GIBBS_DEVICE void policy_count(const PolicyParameters<R>& p) {
  const RowScope scope(p.scope, p.columns);
  const bool sums = needs_covariance(p.terms);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const TokenRow<R> advantages(p.advantages, row), log_probabilities(p.log_probabilities, row);
    const double advantage = p.sequence_advantages == nullptr ? 0.0 : double(p.sequence_advantages[row]);
    const auto total = scope.template reduce<CountSums, R>([&](CountSums& s, PackPlace at) GIBBS_INLINE {
      Pack<R> a = fill_pack(R(0)), l = a;
      if (sums) {
        a = advantages.at(at, p.columns);
        l = log_probabilities.at(at, p.columns);
      }
      GIBBS_UNROLL_BY(1)
      for (int e = 0; e < at.count; ++e) {
        if (!is_token(p.mask, row, at.index + e)) continue;
        s.tokens += 1;
        s.advantage += advantages.given() ? double(a.at(e)) : advantage;
        s.log_probability += double(l.at(e));
      }
    });
    if (scope.leader()) p.counts[row] = {total.tokens, 0, total.advantage, total.log_probability};
  }
}

// Offsets that lie are kept within the rows.
GIBBS_DEVICE int64_t group_border(const int64_t* offsets, int64_t group, int64_t rows) {
  const int64_t offset = offsets[group];
  return offset < 0 ? 0 : offset > rows ? rows : offset;
}

// A warp per group.
template <class R>
GIBBS_DEVICE void policy_groups(const PolicyParameters<R>& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t g = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); g < p.groups; g += warps) {
    const int64_t begin = group_border(p.group_offsets, g, p.rows), end = group_border(p.group_offsets, g + 1, p.rows);
    int64_t members = 0;
    for (int64_t row = begin + lane_index(); row < end; row += kWarp) members += p.counts[row].tokens > 0;
    members = lanes_sum(members);
    for (int64_t row = begin + lane_index(); row < end; row += kWarp) p.counts[row].members = members;
  }
}

struct BatchSums {
  int64_t tokens, sequences, groups;
  double advantage, log_probability;
};
GIBBS_DEVICE BatchSums merge(const BatchSums& a, const BatchSums& b) {
  return {a.tokens + b.tokens, a.sequences + b.sequences, a.groups + b.groups, a.advantage + b.advantage,
          a.log_probability + b.log_probability};
}

// One block.
template <class R>
GIBBS_DEVICE void policy_totals(const PolicyParameters<R>& p) {
  BatchSums own{};
  for (int64_t row = thread_index(); row < p.rows; row += block_size()) {
    const SequenceCounts c = p.counts[row];
    own = merge(own, BatchSums{c.tokens, c.tokens > 0, 0, c.advantage, c.log_probability});
  }
  for (int64_t g = thread_index(); g < p.groups; g += block_size()) {
    bool holds = false;
    const int64_t end = group_border(p.group_offsets, g + 1, p.rows);
    for (int64_t row = group_border(p.group_offsets, g, p.rows); row < end && !holds; ++row) holds = p.counts[row].tokens > 0;
    own.groups += holds;
  }
  const BatchSums all = block_reduce(own);
  if (thread_index() != 0) return;
  const int32_t aggregation = p.terms.aggregation;
  double normaliser = double(aggregation == GIBBS_TOKEN_MEAN   ? all.tokens
                             : aggregation == GIBBS_GROUP_MEAN ? all.groups
                                                               : all.sequences);
  if (aggregation == GIBBS_TOKEN_SUM_NORM) normaliser = 1;
  if (p.terms.given) normaliser = p.normaliser != nullptr ? double(*p.normaliser) : p.terms.normaliser_value;
  PolicyState s{all.tokens, all.sequences, all.groups, 0, 0, normaliser, normaliser == 0 ? 0.0 : 1 / normaliser, 0};
  if (all.tokens > 0) {
    s.advantage = all.advantage / double(all.tokens);
    s.log_probability = all.log_probability / double(all.tokens);
  }
  *p.state = s;
}

// Of every token of a sequence.
template <class R>
GIBBS_DEVICE double token_weight(const PolicyParameters<R>& p, int64_t row) {
  const SequenceCounts c = p.counts[row];
  const double one = p.state->inverse;
  if (c.tokens == 0) return 0;
  switch (p.terms.aggregation) {
    case GIBBS_TOKEN_MEAN:
    case GIBBS_SEQUENCE_MEAN_TOKEN_SUM:
      return one;
    case GIBBS_SEQUENCE_MEAN_TOKEN_MEAN:
      return one / double(c.tokens);
    case GIBBS_GROUP_MEAN:
      return c.members == 0 ? 0.0 : one / double(c.members) / double(c.tokens);
    default:
      return one / p.terms.length;
  }
}

}  // namespace gibbs::kernels
