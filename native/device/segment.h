// A segment of a row to and from the registers of a warp: kPacks packs per lane, realigned on the way (pack.h).
#pragma once

#include "device/pack.h"

namespace gibbs::device {

// The calling lane's packs of a segment; elements from count on are fill. All lanes of the warp call.
template <class T>
GIBBS_DEVICE void load_segment(Pack<T> (&packs)[kPacks], const T* segment, int count, T fill) {
  constexpr int size = Pack<T>::size;
  const int shift = misalignment(segment), own = int(lane_index()) * size;
  // All loads are issued before any is looked at: bytes in flight are what hides the latency of memory.
  if (shift == 0 && count == kSegment<T>) {
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) packs[k] = load_aligned(segment + k * kStep<T> + own);
    return;
  }
  if (shift == 0) {
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      const int index = k * kStep<T> + own;
      packs[k] = index + size <= count ? load_aligned(segment + index) : fill_pack(fill);
    }
    if (count % size == 0) return;
  } else {
    Pack<T> next[kPacks];
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      const int index = k * kStep<T> + own;
      const T* aligned = segment + (index - shift);
      const bool inside = index >= size && index - shift + 2 * size <= count;
      packs[k] = inside ? load_aligned(aligned) : fill_pack(fill);
      next[k] = inside ? load_aligned(aligned + size) : fill_pack(fill);
    }
    funnel(packs, next, shift * int(sizeof(T)));
  }
  GIBBS_UNROLL_BY(1)
  for (int k = 0; k < kPacks; ++k) {
    const int index = k * kStep<T> + own;
    const bool whole = shift == 0 ? index + size <= count : index >= size && index - shift + 2 * size <= count;
    if (whole || index >= count) continue;
    set_pack(packs, k, load_elements(segment, count, index, fill));
  }
}

// The reverse. Every lane of the warp calls, since misaligned rows rotate packs between lanes.
template <class T>
GIBBS_DEVICE void store_segment(T* segment, int count, const Pack<T> (&packs)[kPacks]) {
  constexpr int size = Pack<T>::size;
  const int shift = misalignment(segment), lane = int(lane_index()), own = lane * size;
  int head = 0, tail;  // elements [0, head) and [tail, count) go one by one
  if (shift == 0 && count == kSegment<T>) {
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) store_aligned(segment + k * kStep<T> + own, packs[k]);
    return;
  }
  if (shift == 0) {
    tail = count / size * size;
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      const int index = k * kStep<T> + own;
      if (index + size <= count) store_aligned(segment + index, packs[k]);
    }
  } else {
    head = size - shift;
    tail = (count + shift) / size * size - shift;
    Pack<T> before[kPacks];  // the pack before each of the lane's own
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      GIBBS_UNROLL
      for (int i = 0; i < 4; ++i) {
        const uint32_t wrapped = packs[k == 0 ? 0 : k - 1].words[i];
        before[k].words[i] = shuffle(select(lane == int(kWarp) - 1, wrapped, packs[k].words[i]), unsigned(lane + 31) % kWarp);
      }
    }
    funnel(before, packs, (size - shift) * int(sizeof(T)));
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      const int start = k * kStep<T> + own - shift;
      if (start >= 0 && start + size <= count) store_aligned(segment + start, before[k]);
    }
    // The last lane's last pack ends behind the last aligned store of a full segment: the tail below covers it.
  }
  if (head == 0 && tail >= count) return;
  GIBBS_UNROLL_BY(1)
  for (int k = 0; k < kPacks; ++k) {
    const int index = k * kStep<T> + own;
    if (index >= count || (index >= head && index + size <= tail)) continue;
    const Pack<T> edge = pack_at(packs, k);
    GIBBS_UNROLL
    for (int e = 0; e < size; ++e) {
      if (index + e < count && (index + e < head || index + e >= tail)) segment[index + e] = edge.get(e);
    }
  }
}

}  // namespace gibbs::device
