// What the host hands to transport on a line (line_transport.h) and to slices (slices.h): plain data, no device code.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

constexpr int kLineThreads = 256;

// One side of a batch of problems. Buffers of the batch hold [rows, count].
struct LineSide {
  const void* points;  // of rows: those of problem 0; of slices: [count, dimensions]
  int64_t points_stride;
  const void* weights;  // of problem 0; null is uniform
  int64_t weights_stride;
  int64_t count;
  const void* unsorted;  // -x, as the sort takes them: the largest key first is the smallest point first
  const void* keys;      // sorted
  const int32_t* order;
  double* ends;       // cumulative weights over their sum; null where uniform
  double* masses;     // [rows] sums of weights, NaN where one is bad; null where uniform
  void* slopes;       // gradient by the points, in their own order; null is not wanted
  int64_t slopes_stride;
  int64_t slopes_first;  // whether slopes holds all problems or those of the batch: the first's row in it
};

// Problems first ... first + rows - 1 of the call.
struct LineParameters {
  int64_t first, rows;
  LineSide own, other;  // x and y, but of y's slopes y and x
  int32_t exchanged;
  int32_t lanes;  // that share an atom's segments, a power of two up to 32
  double power;
  double* partials;  // [rows, chunks]: values of chunks of x; null is not wanted
  double* sums;      // [all problems] in fp64; null is not wanted
  void* values;      // [all problems]
  uint8_t* status;
  int32_t* plan_sources;
  int64_t plan_sources_stride;
  int32_t* plan_targets;
  int64_t plan_targets_stride;
  void* plan_masses;
  int64_t plan_masses_stride;
  int32_t* plan_lengths;
};

// Atoms that a block takes together.
constexpr int64_t line_chunk(int64_t lanes) { return kLineThreads / lanes; }

struct SliceParameters {
  int64_t first, rows, slices;  // of the batch, and of the call
  int64_t count, dimensions;
  const void* points;
  int64_t points_stride;
  const void* given;  // directions of the call; null: drawn
  int64_t given_stride;
  uint64_t seed;
  void* directions;  // [slices, dimensions]
  void* used;
  int64_t used_stride;
  void* unsorted;     // [rows, count]
  const void* slopes;  // [rows, count]
  void* gradient;      // [count, dimensions]
  int64_t gradient_stride;
  const double* sums;
  double* mean;
};

}  // namespace gibbs::kernels
