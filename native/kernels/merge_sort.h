// Stable merge sort of a row's (key, column) pairs, the largest key first, ties by column:
//
//   place of an entry in the merged run = its place in its own run + the entries of the sibling run that go before it
//
// found by binary search, so that every entry of every row moves at once. Tiles are sorted in shared memory, a tile per block;
// longer rows take one launch per level after that. Keys are numbers: whoever fills them leaves no NaN. +0 and -0 are equal.
#pragma once

#include "device/types.h"
#include "kernels/merge_sort_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// Where entry e goes when runs of 2^level are merged; count: entries there are. keys[0] is the first entry of a pair of runs or
// of several.
template <class R>
GIBBS_DEVICE int32_t merged_place(const R* keys, int32_t e, int level, int32_t count) {
  const int64_t width = int64_t(1) << level, own = e & ~(width - 1), sibling = own ^ width;
  const bool right = (e & width) != 0;
  const R key = keys[e];
  int64_t low = sibling < count ? sibling : count, high = sibling + width < count ? sibling + width : count;
  while (low < high) {
    const int64_t middle = (low + high) / 2;
    const R other = keys[middle];
    if (right ? other >= key : other > key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  // Of a left run low - sibling entries of the right one go before; where there is no right run, none.
  const int64_t before = sibling < count ? low - sibling : 0;
  return int32_t((own < sibling ? own : sibling) + (e - own) + before);
}

// Shared memory: two buffers of keys, two of columns.
template <class R>
GIBBS_DEVICE void sort_tile(const SortParameters& p) {
  const int64_t tiles = (int64_t(p.columns) + p.tile - 1) / p.tile;
  R* const keys = reinterpret_cast<R*>(shared_memory());
  int32_t* const places = reinterpret_cast<int32_t*>(keys + 2 * p.tile);
  for (int64_t item = block_index(); item < p.rows * tiles; item += grid_size()) {
    const int64_t row = item / tiles, begin = item % tiles * p.tile, base = row * p.columns + begin;
    const int32_t count = p.columns - begin < p.tile ? int32_t(p.columns - begin) : p.tile;
    for (int32_t e = int32_t(thread_index()); e < count; e += int32_t(block_size())) {
      keys[e] = static_cast<const R*>(p.keys_in)[base + e];
      places[e] = int32_t(begin) + e;
    }
    block_barrier();
    int32_t from = 0;
    for (int level = 0; (1 << level) < count; ++level) {
      const int32_t to = p.tile - from;
      for (int32_t e = int32_t(thread_index()); e < count; e += int32_t(block_size())) {
        const int32_t place = merged_place(keys + from, e, level, count);
        keys[to + place] = keys[from + e];
        places[to + place] = places[from + e];
      }
      block_barrier();
      from = to;
    }
    for (int32_t e = int32_t(thread_index()); e < count; e += int32_t(block_size())) {
      static_cast<R*>(p.keys_out)[base + e] = keys[from + e];
      p.indices_out[base + e] = places[from + e];
    }
    block_barrier();  // the next tile is loaded where slow warps may still be reading
  }
}

template <class R>
GIBBS_DEVICE void sort_merge(const SortParameters& p) {
  const int64_t tiles = (int64_t(p.columns) + p.tile - 1) / p.tile;
  for (int64_t item = block_index(); item < p.rows * tiles; item += grid_size()) {
    const int64_t base = item / tiles * p.columns, begin = item % tiles * p.tile;
    const R* const keys = static_cast<const R*>(p.keys_in) + base;
    const int64_t end = begin + p.tile < p.columns ? begin + p.tile : p.columns;
    for (int64_t e = begin + thread_index(); e < end; e += block_size()) {
      const int64_t place = base + merged_place(keys, int32_t(e), p.level, p.columns);
      static_cast<R*>(p.keys_out)[place] = keys[e];
      p.indices_out[place] = p.indices_in[base + e];
    }
  }
}

}  // namespace gibbs::kernels
