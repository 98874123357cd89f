// 16-byte packs of a row's elements. A warp holds a segment as kPacks packs per lane: element k * (32 * size) + lane * size + e
// of the segment is element e of the lane's pack k, whatever the alignment of the row, so that sums can be keyed by element
// index. Misaligned rows are realigned: two aligned loads and a funnel shift on the way in, a rotation between lanes on the way
// out; nothing outside the segment is read or written, its head and tail go element by element.
#pragma once

#include "device/types.h"

namespace gibbs::device {

constexpr int kPackBytes = 16;

template <class T>
struct Pack {
  static constexpr int size = kPackBytes / int(sizeof(T));
  uint32_t words[4];

  GIBBS_DEVICE T get(int e) const {
    if constexpr (sizeof(T) == 8) {
      return bit_cast<T>(uint64_t(words[2 * e]) | uint64_t(words[2 * e + 1]) << 32);
    } else if constexpr (sizeof(T) == 4) {
      return bit_cast<T>(words[e]);
    } else {
      return bit_cast<T>(uint16_t(words[e / 2] >> (e % 2 * 16)));
    }
  }
  GIBBS_DEVICE void set(int e, T value) {
    if constexpr (sizeof(T) == 8) {
      const uint64_t bits = bit_cast<uint64_t>(value);
      words[2 * e] = uint32_t(bits);
      words[2 * e + 1] = uint32_t(bits >> 32);
    } else if constexpr (sizeof(T) == 4) {
      words[e] = bit_cast<uint32_t>(value);
    } else {
      const int shift = e % 2 * 16;
      words[e / 2] = (words[e / 2] & ~(0xffffu << shift)) | uint32_t(bit_cast<uint16_t>(value)) << shift;
    }
  }
};

// Logical lanes of a warp-wide step, packs per lane and elements of a segment: 4 KiB of row data whatever the type.
constexpr int kPacks = 8;
template <class T>
constexpr int kStep = int(kWarp) * Pack<T>::size;
template <class T>
constexpr int kSegment = kStep<T>* kPacks;

#if defined(GIBBS_EMULATED)
template <class T>
GIBBS_DEVICE Pack<T> load_aligned(const T* address) {
  Pack<T> pack;
  __builtin_memcpy(&pack, address, sizeof(pack));
  return pack;
}
template <class T>
GIBBS_DEVICE void store_aligned(T* address, const Pack<T>& pack) {
  __builtin_memcpy(address, &pack, sizeof(pack));
}
#else
template <class T>
GIBBS_DEVICE Pack<T> load_aligned(const T* address) {
  Pack<T> pack;
  asm volatile("ld.global.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(pack.words[0]), "=r"(pack.words[1]), "=r"(pack.words[2]), "=r"(pack.words[3])
               : "l"(address)
               : "memory");
  return pack;
}
template <class T>
GIBBS_DEVICE void store_aligned(T* address, const Pack<T>& pack) {
  asm volatile("st.global.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(address), "r"(pack.words[0]), "r"(pack.words[1]),
               "r"(pack.words[2]), "r"(pack.words[3])
               : "memory");
}
#endif

// packs[k] and its assignment for a k that is not a constant: an indexed array would live in local memory.
template <class T, int count>
GIBBS_DEVICE Pack<T> pack_at(const Pack<T> (&packs)[count], int k) {
  Pack<T> pack = packs[0];
  GIBBS_UNROLL
  for (int j = 1; j < count; ++j) {
    if (j == k) pack = packs[j];
  }
  return pack;
}
template <class T, int count>
GIBBS_DEVICE void set_pack(Pack<T> (&packs)[count], int k, const Pack<T>& pack) {
  GIBBS_UNROLL
  for (int j = 0; j < count; ++j) {
    if (j == k) packs[j] = pack;
  }
}

template <class T>
GIBBS_DEVICE Pack<T> fill_pack(T value) {
  Pack<T> pack;
  GIBBS_UNROLL
  for (int e = 0; e < Pack<T>::size; ++e) pack.set(e, value);
  return pack;
}

// Elements by which an address lies behind a multiple of 16 bytes.
template <class T>
GIBBS_DEVICE int misalignment(const T* address) {
  return int(reinterpret_cast<uint64_t>(address) % kPackBytes / sizeof(T));
}

GIBBS_DEVICE uint32_t select(bool condition, uint32_t yes, uint32_t no) { return condition ? yes : no; }

// 16 bytes from byte offset bytes (even, below 16) on of the 32 bytes low, high. Scalars throughout: an array indexed under a
// condition would live in local memory.
template <class T>
GIBBS_DEVICE Pack<T> funnel(const Pack<T>& low, const Pack<T>& high, int bytes) {
  const bool by8 = bytes & 8, by4 = bytes & 4, by2 = bytes & 2;
  const uint32_t a0 = low.words[0], a1 = low.words[1], a2 = low.words[2], a3 = low.words[3];
  const uint32_t a4 = high.words[0], a5 = high.words[1], a6 = high.words[2], a7 = high.words[3];
  const uint32_t b0 = select(by8, a2, a0), b1 = select(by8, a3, a1), b2 = select(by8, a4, a2), b3 = select(by8, a5, a3),
                 b4 = select(by8, a6, a4), b5 = select(by8, a7, a5);
  const uint32_t c0 = select(by4, b1, b0), c1 = select(by4, b2, b1), c2 = select(by4, b3, b2), c3 = select(by4, b4, b3),
                 c4 = select(by4, b5, b4);
  Pack<T> pack;
  pack.words[0] = select(by2, c0 >> 16 | c1 << 16, c0);
  pack.words[1] = select(by2, c1 >> 16 | c2 << 16, c1);
  pack.words[2] = select(by2, c2 >> 16 | c3 << 16, c2);
  pack.words[3] = select(by2, c3 >> 16 | c4 << 16, c3);
  return pack;
}

template <class T>
GIBBS_DEVICE Pack<T> load_elements(const T* segment, int count, int index, T fill) {
  Pack<T> pack = fill_pack(fill);
  GIBBS_UNROLL
  for (int e = 0; e < Pack<T>::size; ++e) {
    if (index + e >= 0 && index + e < count) pack.set(e, segment[index + e]);
  }
  return pack;
}

// Elements [index, index + size) of a segment of count elements; those from count on are fill.
template <class T>
GIBBS_DEVICE Pack<T> load_pack(const T* segment, int count, int index, T fill) {
  constexpr int size = Pack<T>::size;
  const int shift = misalignment(segment);
  if (shift == 0 && index + size <= count) return load_aligned(segment + index);
  if (shift != 0 && index >= size && index - shift + 2 * size <= count) {
    const T* aligned = segment + (index - shift);
    return funnel(load_aligned(aligned), load_aligned(aligned + size), shift * int(sizeof(T)));
  }
  return load_elements(segment, count, index, fill);
}

template <class T>
GIBBS_DEVICE void store_elements(T* segment, int count, int index, const Pack<T>& pack) {
  GIBBS_UNROLL
  for (int e = 0; e < Pack<T>::size; ++e) {
    if (index + e < count) segment[index + e] = pack.get(e);
  }
}

template <class T>
GIBBS_DEVICE void store_pack(T* segment, int count, int index, const Pack<T>& pack) {
  if (misalignment(segment) == 0 && index + Pack<T>::size <= count) {
    store_aligned(segment + index, pack);
  } else {
    store_elements(segment, count, index, pack);
  }
}

// The calling lane's packs of a segment; elements from count on are fill. All lanes of the warp call.
template <class T>
GIBBS_DEVICE void load_segment(Pack<T> (&packs)[kPacks], const T* segment, int count, T fill) {
  constexpr int size = Pack<T>::size;
  const int shift = misalignment(segment), own = int(lane_index()) * size;
  // All loads are issued before any is looked at: bytes in flight are what hides the latency of memory.
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
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) packs[k] = funnel(packs[k], next[k], shift * int(sizeof(T)));
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
    Pack<T> previous = packs[0];
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      if (k * kStep<T> - shift >= count) break;
      Pack<T> before;
      GIBBS_UNROLL
      for (int i = 0; i < 4; ++i) {
        before.words[i] =
            shuffle(select(lane == int(kWarp) - 1, previous.words[i], packs[k].words[i]), unsigned(lane + 31) % kWarp);
      }
      const int start = k * kStep<T> + own - shift;
      if (start >= 0 && start + size <= count)
        store_aligned(segment + start, funnel(before, packs[k], (size - shift) * int(sizeof(T))));
      previous = packs[k];
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
