// What the host hands to the merge sort (merge_sort.h): plain data, no device code.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

constexpr int kSortThreads = 256;
constexpr int kSortTile = 2048;  // entries that a block sorts in shared memory

// Of real keys: two buffers of keys and places.
constexpr int64_t sort_shared_bytes(int64_t tile, int64_t real_bytes) {
  return tile * 2 * (real_bytes + int64_t(sizeof(int32_t)));
}

// Rows of keys (real), from one pair of buffers to the other. indices_in of a tile sort is not read: the column itself.
struct SortParameters {
  int64_t rows;
  int32_t columns;
  int32_t tile;   // a power of two
  int32_t level;  // of a merge: runs of 2^level entries become runs of twice that
  const void* keys_in;
  const int32_t* indices_in;
  void* keys_out;
  int32_t* indices_out;
};

}  // namespace gibbs::kernels
