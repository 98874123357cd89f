// What the host hands to the kernels of batch entropies, and what these hand to each other through the workspace.
#pragma once

#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

constexpr int kFunctionalThreads = 256;

// What a chunk of rows adds to its segment beside the sums of its columns.
struct BatchChunkSums {
  double marginal_weight, row_weight;  // with which rows enter the mean, and their own
  double conditional, class_entropy;
  int64_t rows;                               // that count
  int32_t invalid, nans, infinite, reserved;  // rows that count, by what is wrong with them
};

struct SegmentState {
  double value, inverse_marginal_weight, inverse_row_weight;
  int32_t status, reserved;
};

struct BatchScale {
  double scale;  // of every segment's gradient
};

template <class R>
struct BatchEntropyParameters {
  ScopeGeometry scope;
  int64_t rows;
  int32_t columns, groups;
  int64_t segments;
  const int64_t* offsets;
  int64_t chunks, chunk_rows;
  const void* logits;
  int64_t logits_stride;
  const R* row_weights;
  const R* class_weights;
  const R* priors;
  int64_t priors_stride;
  const int32_t* class_groups;
  int32_t reduction, uses_class_weights;  // whether the class-weighted entropy has a part
  R inverse_temperature;
  double chain;  // 1 / T
  double marginal_weight, conditional_weight, class_entropy_weight, prior_weight;
  double between_groups_weight, within_groups_weight, confidence_power;

  R* value;
  int64_t* segment_count;
  R* values;
  R* marginals;
  int64_t marginals_stride;
  R* entropies;
  void* gradient;
  int64_t gradient_stride;
  uint8_t* status;
  uint8_t* segment_status;

  double* partials;      // [chunks, columns]
  BatchChunkSums* sums;  // [chunks]
  double* means;         // [segments, columns]
  double* slopes;        // [segments, columns]: dF/dm less its mean under m
  SegmentState* states;
  BatchScale* scale;
};

}  // namespace gibbs::kernels
