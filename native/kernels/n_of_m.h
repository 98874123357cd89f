// n:m sparsity: y_j = x_j where fewer than n entries of j's group of m (a last group may be shorter) are larger in magnitude, or
// as large with a lower index; otherwise 0. A NaN counts as the largest. Compressed: the kept entries in order of index, and
// each one's index in its group. The gradient, v where y != 0, is in elementwise_maps.h.
//
//   n_of_m_packs    m divides the elements of a 16-byte pack: a warp per segment, groups in registers
//   n_of_m_groups   any m: a block per tile of whole groups, in shared memory
#pragma once

#include "device/segment.h"
#include "kernels/magnitude_key.h"
#include "kernels/mask_bytes.h"
#include "kernels/n_of_m_parameters.h"
#include "kernels/row_tally.h"

namespace gibbs::kernels {

GIBBS_DEVICE int64_t warp_of_grid() { return int64_t(block_index()) * (block_size() / kWarp) + warp_index(); }
GIBBS_DEVICE int64_t warps_of_grid() { return int64_t(grid_size()) * (block_size() / kWarp); }

template <class T>
GIBBS_DEVICE uint32_t tally_of(T x, bool kept) {
  const auto key = magnitude_key(x);
  return uint32_t(kept && key != 0) | (key == MagnitudeKey<T>::infinity ? kTallyInfinity : 0u) |
         (key > MagnitudeKey<T>::infinity ? kTallyNan : 0u);
}

// Bit k * size + e: element e of pack k is kept. Of a pair the lower index wins a tie.
template <int m, class T>
GIBBS_DEVICE uint64_t kept_of_groups(const Pack<T> (&packs)[kPacks], int n) {
  constexpr int size = Pack<T>::size;
  uint64_t kept = 0;
  GIBBS_UNROLL
  for (int k = 0; k < kPacks; ++k) {
    typename MagnitudeKey<T>::Key keys[size];
    int larger[size];
    GIBBS_UNROLL
    for (int e = 0; e < size; ++e) {
      keys[e] = magnitude_key(packs[k].get(e));
      larger[e] = 0;
      GIBBS_UNROLL
      for (int i = e / m * m; i < e; ++i) {
        const bool greater = keys[e] > keys[i];
        larger[i] += greater;
        larger[e] += !greater;
      }
    }
    uint32_t bits = 0;
    GIBBS_UNROLL
    for (int e = 0; e < size; ++e) bits |= uint32_t(larger[e] < n) << e;
    kept |= uint64_t(bits) << (k * size);
  }
  return kept;
}

template <class T>
GIBBS_DEVICE uint64_t kept_of_packs(const Pack<T> (&packs)[kPacks], int n, int m) {
  constexpr int size = Pack<T>::size;
  if (m == 2) return kept_of_groups<2>(packs, n);
  if constexpr (size >= 4) {
    if (m == 4) return kept_of_groups<4>(packs, n);
  }
  if constexpr (size >= 8) {
    if (m == 8) return kept_of_groups<8>(packs, n);
  }
  return ~uint64_t(0);  // m = 1
}

// What a pack keeps, at its place in the row's compressed form. index: of the pack's first element in the row.
template <class T>
GIBBS_DEVICE void store_compressed(const NOfMParameters& p, int64_t row, int32_t index, const Pack<T>& pack, uint32_t kept) {
  constexpr int size = Pack<T>::size, bits = int(sizeof(T)) * 8;
  const int64_t first = int64_t(index / p.m) * p.n;
  uint64_t values = 0, places = 0;
  int count = 0;
  GIBBS_UNROLL
  for (int e = size - 1; e >= 0; --e) {
    if ((kept >> e & 1u) == 0) continue;
    if constexpr (bits < 64) values <<= bits;
    values = (bits < 64 ? values : 0) | bit_cast<typename MagnitudeKey<T>::Bits>(pack.get(e));
    places = places << 8 | uint64_t(e & (p.m - 1));
    ++count;
  }
  if (p.metadata != nullptr) store_bytes(p.metadata + row * p.metadata_stride + first, places, count);
  if (p.compressed == nullptr) return;
  T* const compressed = static_cast<T*>(p.compressed) + row * p.compressed_stride + first;
  if (count * int(sizeof(T)) <= 8) {
    store_bytes(reinterpret_cast<uint8_t*>(compressed), values, count * int(sizeof(T)));
    return;
  }
  int place = 0;
  GIBBS_UNROLL
  for (int e = 0; e < size; ++e) {
    if ((kept >> e & 1u) != 0) compressed[place++] = pack.get(e);
  }
}

template <class T>
GIBBS_DEVICE void n_of_m_packs(const NOfMParameters& p) {
  constexpr int size = Pack<T>::size;
  const T zero = From<T>::real(0);
  const bool tallies = p.support_size != nullptr || p.status != nullptr;
  for (int64_t item = warp_of_grid(); item < p.rows * p.items; item += warps_of_grid()) {
    const int64_t row = item / p.items;
    const int32_t begin = int32_t(item % p.items) * kSegment<T>;
    const int count = p.columns - begin < kSegment<T> ? p.columns - begin : kSegment<T>;
    Pack<T> packs[kPacks];
    load_segment(packs, static_cast<const T*>(p.input) + row * p.input_stride + begin, count, zero);
    // Behind the row are zeros, which lose every tie.
    const uint64_t kept = kept_of_packs(packs, p.n, p.m);
    uint32_t tally = 0;
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      GIBBS_UNROLL
      for (int e = 0; e < size; ++e) {
        const bool keeps = (kept >> (k * size + e) & 1u) != 0;
        if (tallies) tally = unite_tallies(tally, tally_of(packs[k].get(e), keeps));
        if (!keeps) packs[k].set(e, zero);
      }
    }
    if (p.mask != nullptr || p.compressed != nullptr || p.metadata != nullptr) {
      GIBBS_UNROLL_BY(1)
      for (int k = 0; k < kPacks; ++k) {
        const int index = k * kStep<T> + int(lane_index()) * size, inside = count - index < size ? count - index : size;
        if (inside <= 0) break;
        const uint32_t bits = uint32_t(kept >> (k * size)) & ((1u << inside) - 1);
        if (p.mask != nullptr) store_mask(p.mask + row * p.mask_stride + begin + index, bits, inside);
        if (p.compressed != nullptr || p.metadata != nullptr) store_compressed(p, row, begin + index, pack_at(packs, k), bits);
      }
    }
    if (p.output != nullptr) store_segment(static_cast<T*>(p.output) + row * p.output_stride + begin, count, packs);
    if (!tallies) continue;
    tally = lanes_tally(tally);
    if (lane_index() != 0) continue;
    if (p.tallies != nullptr) {
      p.tallies[item] = tally;
    } else {
      write_tally(p.support_size, p.status, row, tally & kTallyCount, tally);
    }
  }
}

// Shared memory: kGroupTile elements, as many bytes that say which are kept, and a tally per warp.
template <class T>
GIBBS_DEVICE void n_of_m_groups(const NOfMParameters& p) {
  auto* elements = reinterpret_cast<T*>(shared_memory());
  auto* kept = shared_memory() + kGroupTile * sizeof(T);
  auto* warp_tallies = reinterpret_cast<uint32_t*>(kept + kGroupTile);
  for (int64_t item = block_index(); item < p.rows * p.items; item += grid_size()) {
    const int64_t row = item / p.items;
    const int32_t begin = int32_t(item % p.items) * p.tile;
    const int count = p.columns - begin < p.tile ? p.columns - begin : p.tile;
    const T* const x = static_cast<const T*>(p.input) + row * p.input_stride + begin;
    for (int i = int(thread_index()); i < count; i += kNOfMThreads) elements[i] = x[i];
    block_barrier();
    uint32_t tally = 0;
    for (int i = int(thread_index()); i < count; i += kNOfMThreads) {
      const int group = i / p.m * p.m, end = group + p.m < count ? group + p.m : count;
      const T own = elements[i];
      const auto key = magnitude_key(own);
      int larger = 0;
      for (int j = group; j < end; ++j) {
        const auto other = magnitude_key(elements[j]);
        larger += other > key || (other == key && j < i);
      }
      const bool keeps = larger < p.n;
      kept[i] = keeps;
      tally = unite_tallies(tally, tally_of(own, keeps));
      if (p.mask != nullptr) p.mask[row * p.mask_stride + begin + i] = keeps;
      if (p.output != nullptr) {
        static_cast<T*>(p.output)[row * p.output_stride + begin + i] = keeps ? own : From<T>::real(0);
      }
    }
    tally = lanes_tally(tally);
    if (lane_index() == 0) warp_tallies[warp_index()] = tally;
    block_barrier();
    if (p.compressed != nullptr || p.metadata != nullptr) {
      for (int i = int(thread_index()); i < count; i += kNOfMThreads) {
        if (kept[i] == 0) continue;
        const int group = i / p.m * p.m;
        int64_t place = int64_t((begin + group) / p.m) * p.n;
        for (int j = group; j < i; ++j) place += kept[j];
        if (p.compressed != nullptr) static_cast<T*>(p.compressed)[row * p.compressed_stride + place] = elements[i];
        if (p.metadata != nullptr) p.metadata[row * p.metadata_stride + place] = uint8_t(i - group);
      }
    }
    if (thread_index() == 0) {
      for (int w = 1; w < kNOfMThreads / int(kWarp); ++w) tally = unite_tallies(tally, warp_tallies[w]);
      if (p.tallies != nullptr) {
        p.tallies[item] = tally;
      } else {
        write_tally(p.support_size, p.status, row, tally & kTallyCount, tally);
      }
    }
    block_barrier();  // the next tile goes where slow warps may still be reading this one
  }
}

}  // namespace gibbs::kernels
