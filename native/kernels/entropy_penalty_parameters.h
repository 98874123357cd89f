// What the host hands to the kernels of entropy penalties, and what these hand to each other through the workspace.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

constexpr int kPenaltyThreads = 256;

// What a sequence comes to.
struct PenaltySums {
  double penalty, entropy, selected_entropy, threshold_gradient;
  double reference;  // anchor, or head threshold times log T, or Siren's quantile
  int64_t tokens, selected;
  int32_t status, reserved;
};

// What every token's slope is multiplied by, before its sequence's tokens divide it.
struct PenaltyScale {
  double scale;
};

template <class R>
struct EntropyPenaltyParameters {
  int64_t rows, columns;
  const R* entropies;
  int64_t entropies_stride;
  const uint8_t* mask;
  int64_t mask_stride;
  const R* anchors;
  const int32_t* anchor_indices;
  int64_t anchor_count;
  const R* head_thresholds;
  int64_t heads;
  int32_t kind, aggregation, per_sequence, divides_by_sequence;
  double weight, smoothing, bonus, constant, lower, upper, anchor, quantile, margin, log_context;

  R* value;
  R* mean_entropy;
  int64_t* tokens;
  int64_t* selected_count;
  R* gradient;
  int64_t gradient_stride;
  R* penalties;
  int64_t penalties_stride;
  uint8_t* selected;
  int64_t selected_stride;
  R* sequence_means;
  R* quantiles;
  R* head_threshold_gradient;
  uint8_t* status;
  PenaltySums* sums;    // [rows]
  PenaltyScale* scale;  // [1]
};

}  // namespace gibbs::kernels
