// What the host hands to the token set kernel.
#pragma once

#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

template <class R>
struct TokenSetParameters {
  // Shape, logits, actions as targets, weights, temperatures, normaliser, gradient, status; losses are the reduced entropies.
  RowParameters<R> row;
  ScopeGeometry scope;

  // Criteria. most: columns or more for none.
  int32_t most;
  int32_t excludes_crossing;
  int32_t top_h_variant, top_h_cap;
  R mass;             // of top-p; 1: none
  R least_offset;     // log of min-p; -inf: none
  R least_log_share;  // log of the least probability; -inf: none
  R top_h;            // 1: none
  double temperature;

  uint64_t seed;
  int64_t row_offset;
  uint32_t step;

  R* entropies;
  R* full_entropies;
  int32_t* counts;
  R* thresholds;
  uint8_t* mask;
  int64_t mask_stride;
  void* log_probabilities;
  int64_t log_probabilities_stride;
  R* action_log_probability;
  int64_t* samples;
  R* sample_log_probability;
};

}  // namespace gibbs::kernels
