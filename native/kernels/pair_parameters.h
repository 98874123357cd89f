// What the host hands to kernels over pairs of points: plain data, no device code.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

// A tile is kPairTile rows against kPairTile columns of one block; a thread holds a patch of kPairPatch by kPairPatch pairs.
constexpr int kPairTile = 64, kPairPatch = 4, kPairSide = kPairTile / kPairPatch, kPairThreads = kPairSide * kPairSide;
constexpr int kPairChannels = 5;

// Coordinates that wait in shared memory at a time; sums of squares are cut there too.
constexpr int pair_depth(int real_bytes) { return real_bytes == 8 ? 16 : 32; }
// Two tiles of points, and, for gradients, a tile of weights; rows one longer than they need be, against bank conflicts.
constexpr int pair_points_bytes(int real_bytes) { return 2 * kPairTile * (pair_depth(real_bytes) + 1) * real_bytes; }
constexpr int pair_weights_bytes(int real_bytes) { return kPairTile * (kPairTile + 1) * real_bytes; }

// Rows of points in device memory.
struct PointSet {
  const void* points;
  int64_t stride, count;
  int32_t dimensions;
  int32_t type;  // a gibbs_type, whose arithmetic type is the kernel's
};

// Which blocks compute what: a row tile, and of its column tiles a run; from the shape alone, so that sums do not depend on the
// device.
struct PairGrid {
  int64_t rows, columns;
  int32_t splits;  // runs
  int32_t tiles;   // of a run
};

// Channel c is the squared distance between row i of left[c] and row j of right[c].
template <class Terms>
struct PairParameters {
  PairGrid grid;
  PointSet left[kPairChannels], right[kPairChannels];
  Terms terms;
  double* partials;  // sums [splits, rows, totals], or gradients [splits, rows, dimensions]
};

struct PairMergeParameters {
  const double* partials;
  double* totals;
  int64_t rows;
  int32_t splits;
};

// Gradient = (carry +) sum over splits, to memory of the points' type, or back to carry for a pass that follows.
struct PairStoreParameters {
  const double* partials;
  double* carry;      // null: neither read nor written
  void* destination;  // null: to carry
  int64_t stride, rows;
  int32_t splits, dimensions, type, adds;
};

}  // namespace gibbs::kernels
