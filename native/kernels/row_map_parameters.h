// What the host hands to the kernels of row maps: plain data, no device code.
#pragma once

#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

// What a segment says of its row under an elementwise map.
struct SegmentNote {
  int32_t nans, infinite, invalid, support;
  double by_parameter, by_second;
};

template <class R>
struct RowMapParameters {
  int64_t rows;
  int32_t columns;
  int32_t map, flags;  // gibbs_map
  int32_t count;
  ScopeGeometry scope;
  double parameter, second;

  const void* input;
  int64_t input_stride;
  const R* row_parameters;
  const R* column_parameters;
  const R* weights;
  const R* lower;
  const R* upper;

  void* output;
  int64_t output_stride;
  R* thresholds;
  int64_t* support_size;
  uint8_t* mask;
  int64_t mask_stride;
  uint8_t* status;

  // Sparse form: counts of rows into row_offsets[row + 1] where indices is null, else entries at row_offsets[row].
  int64_t* row_offsets;
  int32_t* indices;
  void* values;
  int64_t capacity;

  // Gradient.
  const void* result;
  int64_t result_stride;
  const R* saved_thresholds;
  const void* upstream;
  int64_t upstream_stride;
  void* gradient;
  int64_t gradient_stride;
  R* parameter_gradient;
  R* second_gradient;
  R* column_parameter_gradient;

  SegmentNote* notes;  // elementwise maps: what segments say of their rows, in workspace
};

struct RowOffsetsParameters {
  int64_t* offsets;  // counts in [1, rows], to sums
  int64_t rows;
};
constexpr int kOffsetThreads = 256;

}  // namespace gibbs::kernels
