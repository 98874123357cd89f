// What the host hands to the row kernels and what they hand to each other through the workspace: plain data, no device code.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

constexpr int kSegmentBytes = 4096, kStepBytes = 512;  // of a row: a segment, and what a warp reads of it in one step
constexpr int kBlockWarps = 16;                        // of a row kept in registers, a segment per warp
constexpr int kRowWarps = 8;                           // of every other block

// Compile-time flags: what is summed beside ties and rest.
enum : unsigned {
  kMoment = 1,    // entropy
  kSums = 2,      // sum, penalty, unmasked
  kColumns = 4,   // weighted, mass
  kIndices = 8,   // argmax, rank
  kSoftcap = 16,  // u = c tanh(z / c)
};

// Statistics of a segment of a row (row_statistics.h).
template <class R>
struct SegmentStatistics {
  R maximum;  // max z, not softcapped
  R rest, moment, sum, penalty, weighted, mass;
  int32_t ties, unmasked, argmax, rank;
};

template <class R>
struct SavedStatistics {  // as gibbs_row_statistics_f32, _f64
  R maximum, log_sum, mean_offset, target_mass;
  int64_t argmax, unmasked;
};

// How a row's gradient is written.
enum : int32_t { kAffine = 0, kZero = 1, kNan = 2 };

// The coefficients of a row's affine gradient (the table in row_epilogue.h), times row weight, upstream and 1 / (T normaliser).
// a, with kappa in it, target_a and b are also divided by sum exp(x), b and h by T: they multiply exp(x_j) and logits before the
// temperature.
template <class R>
struct RowCoefficients {
  R top, exponent;  // exp(x_j) = exp2((u_j - top) exponent)
  R a, b, d, e, g, h;
  R target_a, target_kappa;  // dz_y = exp(x_y) (target_a + b x_y) - target_kappa + …, target_kappa = kappa (1 - p_y)
  int32_t fill, target, argmax;
};

template <class R>
struct RowParameters {
  int64_t rows;
  int32_t columns;
  int32_t target_bytes;  // 0, 4 or 8
  const void* logits;
  int64_t logits_stride;
  const void* targets;
  const void* soft_targets;
  int64_t soft_targets_stride;
  const R* class_weights;
  const R* row_weights;
  const R* row_temperatures;
  const R* normaliser;  // null: normaliser_value
  const SavedStatistics<R>* saved_statistics;
  const R* upstream;
  int64_t upstream_stride;

  int64_t ignore_index;
  double inverse_temperature;  // 1 / T, infinite for a subnormal T: row_scale makes it finite
  R normaliser_value, label_smoothing, z_loss, softcap, inverse_softcap, entropy_weight;
  R target_loss_parameter;  // gamma, epsilon, or 1 - tau
  R max_suppression, logit_penalty, logit_penalty_center;
  int32_t target_loss;
  int32_t uses_class_statistics;  // per-column target terms are summed: soft targets, or smoothing with class weights
  int32_t skips_targetless;  // rows without a valid target need not be read: only their loss, gradient and status are asked for

  R* losses;
  void* gradient;
  int64_t gradient_stride;
  R* log_sum_exp;
  R* entropy;
  R* log_probability;
  int64_t* argmax;
  int64_t* rank;
  uint8_t* status;
  SavedStatistics<R>* statistics;

  // Workspace of the split regime, and of a gradient from saved statistics.
  SegmentStatistics<R>* segments;
  RowCoefficients<R>* coefficients;
  int32_t segment_count;  // per row
};

// Sums over rows (row_sums.h).
constexpr int kSumThreads = 256;
constexpr int kSumUnroll = 4;
constexpr int kChunk = kSumUnroll * kSumThreads;

struct RowSum {
  double sum;
  int64_t count;
};

template <class R>
struct RowSumsParameters {
  RowParameters<R> row;
  const R* values;  // losses to sum; null: the normaliser's weights
  RowSum* chunks;   // one per chunk of rows
  int64_t chunk_count;
  R* result;             // the normaliser, or the reduced loss
  R* normaliser_output;  // a caller's copy
  int64_t* valid_rows;
  int32_t divide;  // result = sum / normaliser, 0 where that is 0
  int32_t given;   // the normaliser is the caller's, row.normaliser or row.normaliser_value
};

}  // namespace gibbs::kernels
