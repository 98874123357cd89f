// The count largest scores over many tensors: radix selection from the highest digit. Per pass every block counts the digits of
// the keys that share the prefix chosen so far (global_mask_histogram), and one block chooses the next digit (global_mask_pick).
// After the last pass the prefix is the least kept key; of the entries equal to it the first ones are kept. Blocks own contiguous
// runs of tiles, so the last histogram says how many equal entries lie before each block: only the block in which they run out
// has to rank its own (global_mask_write).
#pragma once

#include "device/segment.h"
#include "device/reduce.h"
#include "kernels/global_mask_parameters.h"
#include "kernels/mask_bytes.h"
#include "kernels/score_key.h"

namespace gibbs::kernels {

// Unrolled: parameters at an index that is not a constant would be copied to local memory.
GIBBS_DEVICE void global_mask_table(const MaskTableParameters& p) {
  GIBBS_UNROLL
  for (int i = 0; i < kTableEntries; ++i) {
    if (i % int(kWarp) == int(thread_index()) && i < p.count) p.table[i] = p.entries[i];
  }
}

// The tensor that holds a tile: the last whose first tile is not behind it. Tensors without entries have no tiles.
GIBBS_DEVICE int32_t tensor_of_tile(const GlobalMaskParameters& p, int64_t tile) {
  int32_t low = 0, high = p.tensors;  // table[low].first_tile <= tile < table[high].first_tile
  while (high - low > 1) {
    const int32_t middle = low + (high - low) / 2;
    if (p.table[middle].first_tile <= tile) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

template <class T>
struct MaskTile {
  MaskTensorEntry tensor;
  int64_t begin;
  int count;
};

template <class T>
GIBBS_DEVICE MaskTile<T> mask_tile(const GlobalMaskParameters& p, int64_t tile) {
  MaskTile<T> t;
  t.tensor = p.table[tensor_of_tile(p, tile)];
  t.begin = (tile - t.tensor.first_tile) * kSegment<T>;
  const int64_t left = t.tensor.length - t.begin;
  t.count = left < kSegment<T> ? int(left) : int(kSegment<T>);
  return t;
}

template <class T>
GIBBS_DEVICE void load_tile(Pack<T> (&packs)[kPacks], const MaskTile<T>& tile, const void* tensor) {
  load_segment(packs, static_cast<const T*>(tensor) + tile.begin, tile.count, From<T>::real(0));
}

// f(key, k, e) for the calling lane's entries of a tile.
template <class T, class F>
GIBBS_DEVICE void each_key(const GlobalMaskParameters& p, const MaskTile<T>& tile, const Pack<T> (&own)[kPacks], F f) {
  constexpr int size = Pack<T>::size;
  const bool two = p.score == GIBBS_SCORE_SIGNAL_TO_NOISE || p.score == GIBBS_SCORE_SENSITIVITY;
  Pack<T> other[kPacks] = {};
  if (two) load_tile(other, tile, tile.tensor.other);
  GIBBS_UNROLL
  for (int k = 0; k < kPacks; ++k) {
    GIBBS_UNROLL
    for (int e = 0; e < size; ++e) {
      if (k * kStep<T> + int(lane_index()) * size + e < tile.count)
        f(score_key(score_of(p.score, to_real(own[k].get(e)), to_real(other[k].get(e)))), k, e);
    }
  }
}

template <class T>
GIBBS_DEVICE const void* scored(const GlobalMaskParameters& p, const MaskTile<T>& tile) {
  return p.score == GIBBS_SCORE_GIVEN ? tile.tensor.other : tile.tensor.weights;
}

GIBBS_DEVICE int64_t first_tile_of_block(const GlobalMaskParameters& p) { return int64_t(block_index()) * p.tiles_per_block; }
GIBBS_DEVICE int64_t end_tile_of_block(const GlobalMaskParameters& p) {
  const int64_t end = first_tile_of_block(p) + p.tiles_per_block;
  return end < p.tiles ? end : p.tiles;
}

// Shared memory: kDigits counts per warp.
template <class T>
GIBBS_DEVICE void global_mask_histogram(const GlobalMaskParameters& p) {
  using Key = KeyOf<T>;
  constexpr int warps = kMaskThreads / int(kWarp);
  const Key prefix = p.first_pass ? Key(0) : Key(Key(p.state->prefix) >> p.shift >> kDigitBits);
  uint32_t counts[kDigits] = {};
  for (int64_t i = first_tile_of_block(p) + warp_index(); i < end_tile_of_block(p); i += warps) {
    const MaskTile<T> tile = mask_tile<T>(p, i);
    Pack<T> own[kPacks];
    load_tile(own, tile, scored(p, tile));
    uint32_t packed[4] = {};  // 16 counters of a byte: a lane holds at most 64 entries
    each_key(p, tile, own, [&](Key key, int, int) {
      const Key upper = key >> p.shift;
      const uint32_t digit = uint32_t(upper) % kDigits;
      const uint32_t one = (upper >> kDigitBits) == prefix ? 1u << digit % 4 * 8 : 0u;
      GIBBS_UNROLL
      for (uint32_t word = 0; word < 4; ++word) packed[word] += digit / 4 == word ? one : 0u;
    });
    GIBBS_UNROLL
    for (int d = 0; d < kDigits; ++d) counts[d] += packed[d / 4] >> d % 4 * 8 & 255u;
  }
  auto* shared = reinterpret_cast<uint32_t*>(shared_memory());
  GIBBS_UNROLL
  for (int d = 0; d < kDigits; ++d) {
    const uint32_t sum = uint32_t(lanes_sum(int(counts[d])));
    if (lane_index() == 0) shared[warp_index() * kDigits + d] = sum;
  }
  block_barrier();
  if (thread_index() < kDigits) {
    int64_t sum = 0;
    for (int w = 0; w < warps; ++w) sum += shared[w * kDigits + int(thread_index())];
    p.histograms[int64_t(block_index()) * kDigits + thread_index()] = sum;
  }
}

GIBBS_DEVICE void write_threshold(const GlobalMaskParameters& p, double score) {
  if (p.threshold == nullptr) return;
  if (p.key_bits == 64) {
    *static_cast<double*>(p.threshold) = score;
  } else {
    *static_cast<float*>(p.threshold) = float(score);
  }
}

// ties_before: the exclusive sums of a digit's counts over blocks. sums: kMaskThreads of shared memory.
GIBBS_DEVICE void sum_ties(const GlobalMaskParameters& p, int digit, int64_t* sums) {
  const int32_t chunk = (p.blocks + kMaskThreads - 1) / kMaskThreads;
  const int32_t begin = int32_t(thread_index()) * chunk, end = begin + chunk < p.blocks ? begin + chunk : p.blocks;
  int64_t own = 0;
  for (int32_t b = begin; b < end; ++b) own += p.histograms[int64_t(b) * kDigits + digit];
  sums[thread_index()] = own;
  block_barrier();
  int64_t before = 0;
  for (int t = 0; t < int(thread_index()); ++t) before += sums[t];
  for (int32_t b = begin; b < end; ++b) {
    p.ties_before[b] = before;
    before += p.histograms[int64_t(b) * kDigits + digit];
  }
  if (thread_index() == kMaskThreads - 1) p.ties_before[p.blocks] = before;
}

// One block. Shared memory: kMaskThreads sums and a state.
GIBBS_DEVICE void global_mask_pick(const GlobalMaskParameters& p) {
  constexpr int stripes = kMaskThreads / kDigits;
  auto* sums = reinterpret_cast<int64_t*>(shared_memory());
  auto* picked = reinterpret_cast<int64_t*>(sums + kMaskThreads);
  if (p.count == 0) {
    if (thread_index() == 0) write_threshold(p, Limits<double>::infinity());
    return;
  }
  int64_t own = 0;
  for (int64_t b = thread_index() / kDigits; b < p.blocks; b += stripes)
    own += p.histograms[b * kDigits + thread_index() % kDigits];
  sums[thread_index()] = own;
  block_barrier();
  if (thread_index() == 0) {
    MaskState state = {0, p.device_count != nullptr ? *p.device_count : p.count};
    if (!p.first_pass) state = *p.state;
    int digit = kDigits - 1;
    for (;; --digit) {
      int64_t holds = 0;
      for (int s = 0; s < stripes; ++s) holds += sums[s * kDigits + digit];
      if (holds >= state.remaining || digit == 0) break;
      state.remaining -= holds;
    }
    state.prefix |= uint64_t(digit) << p.shift;
    *p.state = state;
    *picked = digit;
    if (p.last_pass)
      write_threshold(
          p, p.key_bits == 64 ? score_of_key<double>(state.prefix, p.shift) : double(score_of_key<float>(state.prefix, p.shift)));
  }
  block_barrier();
  if (p.last_pass) sum_ties(p, int(*picked), sums);
}

// Leaves of a tile's ties only those of rank below limit; ranks count from first, in order of index.
template <class T>
GIBBS_DEVICE uint64_t first_ties(uint64_t ties, int64_t first, int64_t limit) {
  constexpr int size = Pack<T>::size;
  uint64_t kept = 0;
  GIBBS_UNROLL_BY(1)
  for (int k = 0; k < kPacks; ++k) {
    const uint32_t bits = uint32_t(ties >> (k * size)) & ((1u << size) - 1);
    int count = 0;
    for (int e = 0; e < size; ++e) count += int(bits >> e & 1u);
    int upto = count;  // of this lane and those below
    for (unsigned o = 1; o < kWarp; o *= 2) {
      const int below = int(shuffle(uint32_t(upto), (lane_index() - o) % kWarp));
      upto += lane_index() >= o ? below : 0;
    }
    int64_t rank = first + upto - count;
    for (int e = 0; e < size; ++e) {
      if ((bits >> e & 1u) == 0) continue;
      if (rank < limit) kept |= uint64_t(1) << (k * size + e);
      ++rank;
    }
    first += int(shuffle(uint32_t(upto), kWarp - 1));
  }
  return kept;
}

GIBBS_DEVICE int bits_set(uint64_t bits) {
  int count = 0;
  for (; bits != 0; bits &= bits - 1) ++count;
  return count;
}

template <class T>
GIBBS_DEVICE void write_tile(const MaskTile<T>& tile, bool given, Pack<T> (&packs)[kPacks], uint64_t kept) {
  constexpr int size = Pack<T>::size;
  if (tile.tensor.mask != nullptr) {
    GIBBS_UNROLL_BY(1)
    for (int k = 0; k < kPacks; ++k) {
      const int index = k * kStep<T> + int(lane_index()) * size, inside = tile.count - index < size ? tile.count - index : size;
      if (inside <= 0) break;
      store_mask(tile.tensor.mask + tile.begin + index, uint32_t(kept >> (k * size)) & ((1u << inside) - 1), inside);
    }
  }
  if (tile.tensor.masked == nullptr) return;
  if (given) load_tile(packs, tile, tile.tensor.weights);
  GIBBS_UNROLL
  for (int k = 0; k < kPacks; ++k) {
    GIBBS_UNROLL
    for (int e = 0; e < size; ++e) {
      if ((kept >> (k * size + e) & 1u) == 0) packs[k].set(e, From<T>::real(0));
    }
  }
  store_segment(static_cast<T*>(tile.tensor.masked) + tile.begin, tile.count, packs);
}

// Shared memory: a count per warp.
template <class T>
GIBBS_DEVICE void global_mask_write(const GlobalMaskParameters& p) {
  using Key = KeyOf<T>;
  constexpr int warps = kMaskThreads / int(kWarp), size = Pack<T>::size;
  auto* shared = reinterpret_cast<int32_t*>(shared_memory());
  const Key least = p.count == 0 ? Key(0) : Key(Key(p.state->prefix) >> p.shift);
  // Ties that this block keeps, and whether it must say which.
  const int64_t before = p.count == 0 ? 0 : p.ties_before[block_index()];
  const int64_t limit = p.count == 0 ? 0 : p.state->remaining - before;
  const bool ranks = limit > 0 && limit < p.ties_before[block_index() + 1] - before;
  int64_t seen = 0;
  for (int64_t i = first_tile_of_block(p); i < end_tile_of_block(p); i += warps) {
    const bool active = i + warp_index() < end_tile_of_block(p);
    MaskTile<T> tile{};
    Pack<T> own[kPacks];
    uint64_t above = 0, ties = 0;
    if (active) {
      tile = mask_tile<T>(p, i + warp_index());
      load_tile(own, tile, scored(p, tile));
      if (p.count > 0) {
        each_key(p, tile, own, [&](Key key, int k, int e) {
          const Key upper = key >> p.shift;
          above |= uint64_t(upper > least) << (k * size + e);
          ties |= uint64_t(upper == least) << (k * size + e);
        });
      }
    }
    if (ranks) {  // the same for the whole block
      const int32_t own_ties = lanes_sum(bits_set(ties));
      if (lane_index() == 0) shared[warp_index()] = own_ties;
      block_barrier();
      int64_t first = seen;
      for (int w = 0; w < warps; ++w) {
        if (w < int(warp_index())) first += shared[w];
        seen += shared[w];
      }
      block_barrier();
      ties = first_ties<T>(ties, first, limit);
    } else if (limit <= 0) {
      ties = 0;
    }
    if (active) write_tile(tile, p.score == GIBBS_SCORE_GIVEN, own, above | ties);
  }
}

}  // namespace gibbs::kernels
