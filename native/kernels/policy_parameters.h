// What the host hands to the kernels of policy losses, and what these hand to each other through the workspace.
#pragma once

#include <stdint.h>

#include "gibbs/gibbs.h"
#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

constexpr int kPolicyThreads = 256;  // of the kernels that are one block, or a warp per group

struct PolicyTerms {
  int32_t kind, kl_estimator, aggregation;
  int32_t given;     // the normaliser is the caller's
  double low, high;  // of the ratio
  double dual_clip, penalty_weight, smoothing, kl_weight, entropy_weight;
  double covariance_low, covariance_high, share;
  double length, normaliser_value;
  uint64_t seed;
};

// What the tokens of a sequence add up to: before the losses are computed, and with them.
struct SequenceCounts {
  int64_t tokens, members;  // of the sequence; sequences of its group that have tokens
  double advantage, log_probability;
};
struct SequenceSums {
  double policy, kl, entropy, ratio, old_kl, log_probability;
  int32_t clipped, dual_clipped, selected, not_finite;
};

struct PolicyState {
  int64_t tokens, sequences, groups;
  double advantage, log_probability;  // means over the batch
  double normaliser, inverse;         // inverse 0 where the normaliser is
  int64_t count;                      // of tokens to select
};

template <class R>
struct TokenRows {
  R* start;  // null: absent
  int64_t stride;
};

template <class R>
struct PolicyParameters {
  ScopeGeometry scope;
  int64_t rows;
  int32_t columns;
  PolicyTerms terms;
  TokenRows<const R> log_probabilities, old, reference, proxy, advantages, entropies;
  const R* sequence_advantages;
  TokenRows<const uint8_t> mask;
  const int64_t* group_offsets;
  int64_t groups;
  const R* normaliser;

  TokenRows<R> token_losses, gradient, entropy_gradient;
  TokenRows<uint8_t> flags;
  R* loss;
  gibbs_policy_metrics* metrics;

  SequenceCounts* counts;  // [rows]
  SequenceSums* sums;      // [rows]
  PolicyState* state;
  // [rows, columns]: what tokens compete by to be selected, NaN of one that does not; [rows]: how many do; what became of them.
  // Null where the kind selects none.
  double* scores;
  int64_t* eligible;
  uint8_t* selected;
};

}  // namespace gibbs::kernels
