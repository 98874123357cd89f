// The merge sort of rows of real keys with their columns, from the host: a launch per level beyond a tile.
#pragma once

#include <algorithm>

#include "kernels/merge_sort_parameters.h"
#include "ops/launch.h"

namespace gibbs::ops {

// Two of each, [rows, columns]: rows start in keys[0], and go to and fro.
struct SortBuffers {
  void* keys[2];
  int32_t* indices[2];
};

inline int sort_levels(int64_t length) {
  int count = 0;
  while (int64_t{1} << count < length) ++count;
  return count;
}

// By real: float32, float64.
const runtime::Kernel& sort_tiles_kernel(bool real);
const runtime::Kernel& sort_merge_kernel(bool real);

// The buffer that holds the sorted rows; the last level's keys go to result where it is given. threads: of a block that takes a tile.
template <class Call>
int sort_rows(const Call& call, bool real, int64_t rows, int32_t columns, int64_t tile, unsigned threads, const SortBuffers& buffers,
              void* result = nullptr) {
  kernels::SortParameters s{};
  s.rows = rows;
  s.columns = columns;
  s.tile = int32_t(tile);
  const int last = std::max(sort_levels(columns), sort_levels(tile));
  const unsigned blocks = resident_grid(rows * divide_up(columns, tile), runtime::limits(call.device));
  const unsigned shared = unsigned(kernels::sort_shared_bytes(tile, real ? 8 : 4));
  int from = 0;
  for (int level = sort_levels(tile); level <= last; ++level) {  // to runs of 2^level entries
    s.level = level - 1;
    s.keys_in = buffers.keys[from];
    s.indices_in = buffers.indices[from];
    from = 1 - from;
    s.keys_out = level == last && result != nullptr ? result : buffers.keys[from];
    s.indices_out = buffers.indices[from];
    const bool tiles = level == sort_levels(tile);
    launch(call, tiles ? sort_tiles_kernel(real) : sort_merge_kernel(real), blocks, threads, tiles ? shared : 0, s);
  }
  return from;
}

}  // namespace gibbs::ops
