// F(m) of a segment and dF/dm, by one block, in fp64:
//
//   marginal H(m) + conditional term + class term + prior KL(m | tau) + between (log G - H(P)) + within sum_g (log K_g - H(m_g /
//   P_g)) dF/dm_k = -marginal (log m_k + 1) + prior (log (m_k / tau_k) + 1) + between (log P_g + 1) + within (log q_k + H_g) /
//   P_g
//
// The largest probability of the row, of a group and of the groups is taken from the sum of the others where it is above 1/2:
// 1 - rest and log1p(-rest), so that an entropy near 0 keeps its digits.
#pragma once

#include "kernels/batch_rows.h"
#include "kernels/block_reduce.h"

namespace gibbs::kernels {

GIBBS_DEVICE BatchChunkSums merge(const BatchChunkSums& a, const BatchChunkSums& b) {
  return {a.marginal_weight + b.marginal_weight,
          a.row_weight + b.row_weight,
          a.conditional + b.conditional,
          a.class_entropy + b.class_entropy,
          a.rows + b.rows,
          a.invalid + b.invalid,
          a.nans + b.nans,
          a.infinite + b.infinite,
          0};
}

struct LargestMean {
  double value;
  int32_t index, members;
};
GIBBS_DEVICE LargestMean merge(const LargestMean& a, const LargestMean& b) {
  const bool first = a.value > b.value || (a.value == b.value && a.index < b.index);
  return {first ? a.value : b.value, first ? a.index : b.index, a.members + b.members};
}
GIBBS_DEVICE LargestMean no_largest_mean() { return {-1, 0x7fffffff, 0}; }

struct MassSums {
  double inside, outside;  // beside the largest, and of the other groups
};
GIBBS_DEVICE MassSums merge(MassSums a, MassSums b) { return {a.inside + b.inside, a.outside + b.outside}; }

struct RowTerms {
  double entropy, divergence;
  int32_t nans, invalid, disjoint, reserved;
};
GIBBS_DEVICE RowTerms merge(const RowTerms& a, const RowTerms& b) {
  return {a.entropy + b.entropy, a.divergence + b.divergence, a.nans + b.nans, a.invalid + b.invalid, a.disjoint + b.disjoint, 0};
}

// f(S&, k) over the columns of the block's threads.
template <class S, class F>
GIBBS_DEVICE S reduce_columns(int32_t columns, F f, S identity = S{}) {
  S own = identity;
  GIBBS_UNROLL_BY(1)
  for (int32_t k = int32_t(thread_index()); k < columns; k += int32_t(block_size())) f(own, k);
  return block_reduce(own, identity);
}

// The chunks of a segment, merged: each column's sum over them, over W.
template <class R>
GIBBS_DEVICE BatchChunkSums merge_chunks(const BatchEntropyParameters<R>& p, int64_t segment) {
  const int64_t rows = segment_offset(p, segment + 1) - segment_offset(p, segment);
  const int64_t first = first_chunk(p, segment), count = rows > 0 ? (rows + p.chunk_rows - 1) / p.chunk_rows : 0;
  BatchChunkSums own{};
  for (int64_t c = thread_index(); c < count; c += block_size()) own = merge(own, p.sums[first + c]);
  const BatchChunkSums sums = block_reduce(own);
  double* means = p.means + segment * p.columns;
  const double* partials = p.partials + first * p.columns;
  if (count <= int64_t(kWarp)) {
    for (int32_t k = int32_t(thread_index()); k < p.columns; k += int32_t(block_size())) {
      double sum = 0;
      for (int64_t c = 0; c < count; ++c) sum += partials[c * p.columns + k];
      means[k] = sum / sums.marginal_weight;
    }
  } else {  // many chunks, and then seldom many columns: a warp for a column
    for (int32_t k = int32_t(warp_index()); k < p.columns; k += int32_t(block_size() / kWarp)) {
      double sum = 0;
      for (int64_t c = lane_index(); c < count; c += kWarp) sum += partials[c * p.columns + k];
      sum = lanes_sum(sum);
      if (lane_index() == 0) means[k] = sum / sums.marginal_weight;
    }
  }
  block_barrier();  // columns change hands
  return sums;
}

// H(m) and KL(m | tau), with their slopes.
template <class R>
GIBBS_DEVICE void whole_terms(const BatchEntropyParameters<R>& p, int64_t segment, SegmentState& state) {
  const double* m = p.means + segment * p.columns;
  double* slopes = p.slopes + segment * p.columns;
  const LargestMean top = reduce_columns<LargestMean>(
      p.columns,
      [&](LargestMean& s, int32_t k) GIBBS_INLINE {
        s = merge(s, LargestMean{m[k], k, 1});
      },
      no_largest_mean());
  const double rest =
      reduce_columns<RealSum>(p.columns, [&](RealSum& s, int32_t k) GIBBS_INLINE { s.value += k == top.index ? 0 : m[k]; }).value;
  const R* prior = p.priors != nullptr ? p.priors + segment * p.priors_stride : nullptr;
  const auto terms = reduce_columns<RowTerms>(p.columns, [&](RowTerms& s, int32_t k) GIBBS_INLINE {
    double q = 1.0 / double(p.columns);
    if (prior != nullptr) q = double(prior[k]);
    s.nans += is_nan(q);
    s.invalid += q < 0 || q > 1;
    slopes[k] = 0;
    if (m[k] == 0) return;
    const bool large = k == top.index && m[k] > 0.5;
    const double mass = large ? 1 - rest : m[k], log_mass = large ? log1p(-rest) : log(m[k]);
    s.entropy -= mass * log_mass;
    double slope = -p.marginal_weight * (log_mass + 1);
    if (p.prior_weight != 0) {
      const double ratio = log_mass - log(q);
      s.divergence += mass * ratio;
      s.disjoint += q == 0;
      slope += p.prior_weight * (ratio + 1);
    }
    slopes[k] = slope;
  });
  state.value += p.marginal_weight * terms.entropy;
  if (p.prior_weight == 0) return;
  state.value += p.prior_weight * terms.divergence;
  state.status = terms.nans > 0       ? GIBBS_ROW_NOT_A_NUMBER
                 : terms.invalid > 0  ? GIBBS_ROW_INVALID_PROBABILITY
                 : terms.disjoint > 0 ? GIBBS_ROW_DISJOINT_SUPPORT
                                      : GIBBS_ROW_OK;
}

// A class's share q of its group, and log q; rest: of the group's other classes, where the class is its largest.
struct GroupShare {
  double share, log_share;
};
GIBBS_DEVICE GroupShare group_share(double q, bool is_top, double rest) {
  if (is_top && q > 0.5) return {1 - rest, log1p(-rest)};
  return {q, log(q)};
}

template <class R>
GIBBS_DEVICE void group_terms(const BatchEntropyParameters<R>& p, int64_t segment, SegmentState& state) {
  const double* m = p.means + segment * p.columns;
  double* slopes = p.slopes + segment * p.columns;
  const double between = p.between_groups_weight, within = p.within_groups_weight;
  if (between == 0 && within == 0) return;
  state.value += between * log(double(p.groups));
  GIBBS_UNROLL_BY(1)
  for (int32_t g = 0; g < p.groups; ++g) {
    const LargestMean top = reduce_columns<LargestMean>(
        p.columns,
        [&](LargestMean& s, int32_t k) GIBBS_INLINE {
          if (p.class_groups[k] == g) s = merge(s, LargestMean{m[k], k, 1});
        },
        no_largest_mean());
    const auto masses = reduce_columns<MassSums>(p.columns, [&](MassSums& s, int32_t k) GIBBS_INLINE {
      if (p.class_groups[k] != g) {
        s.outside += m[k];
      } else if (k != top.index) {
        s.inside += m[k];
      }
    });
    const double mass = top.members == 0 ? 0 : top.value + masses.inside;
    if (mass == 0) continue;
    const double share = mass > 0.5 ? 1 - masses.outside : mass, log_mass = mass > 0.5 ? log1p(-masses.outside) : log(mass);
    const double rest = masses.inside / mass;
    const double entropy = reduce_columns<RealSum>(p.columns, [&](RealSum& s, int32_t k) GIBBS_INLINE {
                             if (p.class_groups[k] != g || m[k] == 0) return;
                             const GroupShare q = group_share(m[k] / mass, k == top.index, rest);
                             s.value -= q.share * q.log_share;
                           }).value;
    state.value += between * share * log_mass + within * (log(double(top.members)) - entropy);
    GIBBS_UNROLL_BY(1)
    for (int32_t k = int32_t(thread_index()); k < p.columns; k += int32_t(block_size())) {
      if (p.class_groups[k] != g || m[k] == 0) continue;
      const GroupShare q = group_share(m[k] / mass, k == top.index, rest);
      slopes[k] += between * (log_mass + 1) + within * (q.log_share + entropy) / mass;
    }
  }
}

template <class R>
GIBBS_DEVICE void batch_entropy_functional(const BatchEntropyParameters<R>& p) {
  for (int64_t segment = block_index(); segment < p.segments; segment += grid_size()) {
    const BatchChunkSums sums = merge_chunks(p, segment);
    SegmentState state{};
    state.status = sums.rows == 0      ? GIBBS_ROW_ALL_MASKED
                   : sums.invalid > 0  ? GIBBS_ROW_INVALID_PARAMETER
                   : sums.nans > 0     ? GIBBS_ROW_NOT_A_NUMBER
                   : sums.infinite > 0 ? GIBBS_ROW_PLUS_INFINITY
                                       : GIBBS_ROW_OK;
    double* slopes = p.slopes + segment * p.columns;
    const double* m = p.means + segment * p.columns;
    if (state.status == GIBBS_ROW_OK) {
      state.inverse_marginal_weight = 1 / sums.marginal_weight;
      state.inverse_row_weight = 1 / sums.row_weight;
      state.value = p.conditional_weight * (sums.conditional / sums.row_weight) +
                    p.class_entropy_weight * (sums.class_entropy / sums.row_weight);
      whole_terms(p, segment, state);
      group_terms(p, segment, state);
      const double mean = reduce_columns<RealSum>(p.columns, [&](RealSum& s, int32_t k) GIBBS_INLINE {
                            if (m[k] > 0) s.value += m[k] * slopes[k];
                          }).value;
      // What is equal for all classes has no gradient, and would cost the differences their digits.
      for (int32_t k = int32_t(thread_index()); k < p.columns; k += int32_t(block_size()))
        slopes[k] = m[k] > 0 ? slopes[k] - mean : 0;
    }
    const bool counts = state.status == GIBBS_ROW_OK || state.status == GIBBS_ROW_DISJOINT_SUPPORT;
    const double nothing = state.status == GIBBS_ROW_ALL_MASKED ? 0 : Limits<double>::nan();
    if (!counts) state.value = nothing;
    if (p.marginals != nullptr) {
      for (int32_t k = int32_t(thread_index()); k < p.columns; k += int32_t(block_size()))
        p.marginals[segment * p.marginals_stride + k] = R(counts ? m[k] : nothing);
    }
    if (thread_index() != 0) continue;
    p.states[segment] = state;
    if (p.values != nullptr) p.values[segment] = R(state.value);
    if (p.segment_status != nullptr) p.segment_status[segment] = uint8_t(state.status);
  }
}

// One block: the reduced value, and what it divides.
template <class R>
GIBBS_DEVICE void batch_entropy_total(const BatchEntropyParameters<R>& p) {
  CountedSum own{};
  for (int64_t s = thread_index(); s < p.segments; s += block_size()) {
    own.sum += p.states[s].value;
    own.count += p.states[s].status != GIBBS_ROW_ALL_MASKED;
  }
  const CountedSum total = block_reduce(own);
  if (thread_index() != 0) return;
  const bool divides = p.reduction == GIBBS_REDUCTION_MEAN && total.count > 0;
  p.scale->scale = divides ? 1 / double(total.count) : 1;
  if (p.value != nullptr) *p.value = R(divides ? total.sum / double(total.count) : total.sum);
  if (p.segment_count != nullptr) *p.segment_count = total.count;
}

}  // namespace gibbs::kernels
