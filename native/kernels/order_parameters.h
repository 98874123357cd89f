// Isotonic regression, soft sort, soft rank and the permutahedron: what the host hands to their kernels, and these to each other
// through the workspace. Plain data, no device code.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

constexpr int kOrderThreads = 256;
constexpr int kOrderTile = 1024;                         // of a row's entries that a block loads, stores and sums
constexpr int kOrderWarpBytes = kOrderThreads / 32 * 8;  // of shared memory: a partial result per warp

// Bytes of a solution and of a sum in the workspace, by real (isotonic.h, permutahedron.h).
struct SolveBytes {
  int64_t value, node;
  // A tile in shared memory: solutions, sums, and a cut per pair.
  constexpr int64_t shared(int64_t tile) const { return tile * (value + node) + tile / 2 * value; }
  // Entries that a block solves: as many as leave room for two blocks on a multiprocessor.
  constexpr int64_t tile() const { return shared(2048) <= 80 * 1024 ? 2048 : 1024; }
};
constexpr SolveBytes isotonic_bytes(int64_t real_bytes) { return {2 * real_bytes, 4 * real_bytes}; }
constexpr SolveBytes quadratic_bytes(int64_t real_bytes) { return {4 * real_bytes, 4 * real_bytes}; }
constexpr SolveBytes entropic_bytes(int64_t) { return {32, 32}; }

// What a tile of a row, or of the weights, holds: counts that fit 16 bits each.
enum : uint32_t { kOrderNan = 1, kOrderInfinity = 1u << 16, kOrderCount = 0xffff };
static_assert(kOrderTile < int(kOrderCount), "a tile's entries can be counted");

struct OrderSum {
  double upstream, weight;
};

struct OrderParameters {
  int64_t rows;
  int32_t columns;
  int32_t tiles;       // of kOrderTile, per row
  int32_t map, flags;  // gibbs_map and its flags
  double epsilon;      // 0 where epsilons are given: their sum is read, since a choice would be one of addresses, in local memory
  const void* epsilons;  // real [rows]

  const void* input;
  int64_t input_stride;
  const void* weights;  // real [columns]
  void* output;
  int64_t output_stride;
  int64_t* support_size;
  uint8_t* status;
  const void* result;
  int64_t result_stride;
  const void* upstream;
  int64_t upstream_stride;
  void* gradient;
  int64_t gradient_stride;
  void* parameter_gradient;

  // Workspace. "Place" is an index in the order in which the solution does not decrease.
  void* loaded;            // real [rows, columns]: x, or +-x to sort; what is not finite is 0
  const void* keys;        // real [rows, columns]: loaded, sorted downwards where the map sorts
  const int32_t* indices;  // [rows, columns]: the column of each sorted key
  void* sorted_weights;    // real [columns]: permutahedron
  uint32_t* tile_flags;    // [rows, tiles]
  uint32_t* weight_flags;  // [tiles]: not valid, in either count; null without weights
  uint8_t* row_status;     // [rows]
  void* values;            // solutions, by place
  void* nodes;             // sums, in order (segment_tree.h)
  void* cuts;              // [rows, cut_stride]: solutions at which a level's pairs of runs are cut
  int64_t cut_stride;
  int32_t solve_tile;    // entries solved by a block; a power of two
  int32_t level;         // of a cut or a fill: runs of 2^level entries become runs of twice that
  double* leaves;        // [rows, columns]: upstream by place
  OrderSum* sums;        // of leaves, in order
  double* tile_terms;    // [rows, tiles]: of the parameter's gradient
  int64_t* tile_counts;  // [rows, tiles]: entries of y that are not 0
};

}  // namespace gibbs::kernels
