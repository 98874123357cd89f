// What the host hands to the kernels of conditional class entropies, and what these hand to each other through the workspace.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

constexpr int kUnitThreads = 256;

struct LabelCounts {
  int64_t samples, out_of_range;
};

// real_bytes says what entropies is of.
struct ConditionalClassParameters {
  int64_t rows, units;
  const void* values;
  int64_t values_stride;
  const void* labels;
  int64_t ignore_index;
  int32_t label_bytes, classes;
  int32_t parts;  // samples are counted in so many, side by side
  int32_t base_2, accumulate, real_bytes;

  void* entropies;
  int64_t* counts;
  int64_t counts_stride;
  uint8_t* status;
  int64_t* samples;
  int64_t* out_of_range;

  uint32_t* partials;           // [parts, 2 classes, units]
  uint32_t* nans;               // [parts, units]
  LabelCounts* labels_counted;  // [parts]
};

}  // namespace gibbs::kernels
