// What the host hands to the kernels of small doubly-stochastic matrices.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

constexpr int kTinyThreads = 64;  // of a block whose matrices lie in registers
constexpr int kTinyRows = 4;      // of a matrix in a lane's registers

struct TinyParameters {
  int64_t matrices;
  int32_t rows, columns, iterations;
  int32_t segment, segments;  // iterations between states that are kept on the way forward, and how many these are
  int32_t damped, positive;
  const void* values;
  int64_t values_stride;
  const void* upstream;
  int64_t upstream_stride;
  void* result;
  int64_t result_stride;
  const void* row_targets;  // of the arithmetic type
  int64_t row_targets_stride;
  const void* column_targets;
  int64_t column_targets_stride;
  void* errors;
  uint8_t* status;
  double temperature, scale, epsilon, noise_scale;  // scale: log2(e) / temperature
  uint64_t seed;
  int64_t matrix_offset;
  uint32_t step;
};

}  // namespace gibbs::kernels
