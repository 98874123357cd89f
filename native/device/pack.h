// 16-byte packs of a row's elements. A warp holds a segment as kPacks packs per lane: element k * (32 * size) + lane * size + e
// of the segment is element e of the lane's pack k, whatever the alignment of the row, so that sums can be keyed by element
// index. Misaligned rows are realigned: two aligned loads and a funnel shift on the way in, a rotation between lanes on the way
// out; nothing outside the segment is read or written, its head and tail go element by element.
#pragma once

#include "device/math.h"

namespace gibbs::device {

constexpr int kPackBytes = 16;

template <class T>
struct alignas(kPackBytes) Pack {
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
  // get for an e that is not a constant: an indexed array would live in local memory.
  GIBBS_DEVICE T at(int e) const {
    if constexpr (sizeof(T) == 8) {
      const uint32_t low = e == 0 ? words[0] : words[2], high = e == 0 ? words[1] : words[3];
      return bit_cast<T>(uint64_t(low) | uint64_t(high) << 32);
    } else {
      const int w = e * int(sizeof(T)) / 4;
      const uint32_t lower = w == 0 ? words[0] : words[1], upper = w == 2 ? words[2] : words[3];
      const uint32_t word = w < 2 ? lower : upper;
      if constexpr (sizeof(T) == 4) {
        return bit_cast<T>(word);
      } else {
        return bit_cast<T>(uint16_t(word >> (e % 2 * 16)));
      }
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

// The pack of values, each rounded once; two 16-bit elements to an instruction.
template <class T>
GIBBS_DEVICE Pack<T> to_pack(const Real<T> (&values)[Pack<T>::size]) {
  Pack<T> pack = {};
  GIBBS_UNROLL
  for (int e = 0; e < Pack<T>::size; ++e) {
    if constexpr (sizeof(T) == 2) {
      if (e % 2 == 0) pack.words[e / 2] = to_halves<T>(values[e], values[e + 1]);
    } else {
      pack.set(e, values[e]);
    }
  }
  return pack;
}

// The largest element; a NaN loses.
template <class T>
GIBBS_DEVICE Real<T> pack_maximum(const Pack<T>& pack) {
  if constexpr (sizeof(T) == 2) {
    const uint32_t both =
        maximum_halves<T>(maximum_halves<T>(pack.words[0], pack.words[1]), maximum_halves<T>(pack.words[2], pack.words[3]));
    return max_number(to_real(bit_cast<T>(uint16_t(both))), to_real(bit_cast<T>(uint16_t(both >> 16))));
  } else {
    Real<T> maximum = pack.get(0);
    GIBBS_UNROLL
    for (int e = 1; e < Pack<T>::size; ++e) maximum = max_number(maximum, pack.get(e));
    return maximum;
  }
}

// Elements by which an address lies behind a multiple of 16 bytes.
template <class T>
GIBBS_DEVICE int misalignment(const T* address) {
  return int(reinterpret_cast<uint64_t>(address) % kPackBytes / sizeof(T));
}

GIBBS_DEVICE uint32_t select(bool condition, uint32_t yes, uint32_t no) { return condition ? yes : no; }

// The upper half of low and the lower half of high where half is set, low otherwise.
#if defined(GIBBS_EMULATED)
GIBBS_DEVICE uint32_t align_halves(uint32_t low, uint32_t high, bool half) { return half ? low >> 16 | high << 16 : low; }
#else
GIBBS_DEVICE uint32_t align_halves(uint32_t low, uint32_t high, bool half) {
  uint32_t result;
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(result) : "r"(low), "r"(high), "r"(half ? 0x5432 : 0x3210));
  return result;
}
#endif

// 16 bytes of the 32 bytes low, high, from word on, and half a word further where half is set.
template <int word, class T>
GIBBS_DEVICE Pack<T> realign(const Pack<T>& low, const Pack<T>& high, bool half) {
  const uint32_t words[8] = {low.words[0],  low.words[1],  low.words[2],  low.words[3],
                             high.words[0], high.words[1], high.words[2], high.words[3]};
  Pack<T> pack;
  GIBBS_UNROLL
  for (int i = 0; i < 4; ++i) pack.words[i] = align_halves(words[word + i], words[word + i + 1], half);
  return pack;
}
template <int word, class T, int count>
GIBBS_DEVICE void realign_each(Pack<T> (&low)[count], const Pack<T> (&high)[count], bool half) {
  GIBBS_UNROLL
  for (int k = 0; k < count; ++k) low[k] = realign<word>(low[k], high[k], half);
}

// low[k] becomes the 16 bytes from byte offset bytes (even, below 16) on of low[k], high[k]. One branch, the same for the whole
// warp, then a permutation per word.
template <class T, int count>
GIBBS_DEVICE void funnel(Pack<T> (&low)[count], const Pack<T> (&high)[count], int bytes) {
  const bool half = bytes & 2;
  if (bytes < 4) {
    realign_each<0>(low, high, half);
  } else if (bytes < 8) {
    realign_each<1>(low, high, half);
  } else if (bytes < 12) {
    realign_each<2>(low, high, half);
  } else {
    realign_each<3>(low, high, half);
  }
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
    Pack<T> low[1] = {load_aligned(aligned)}, high[1] = {load_aligned(aligned + size)};
    funnel(low, high, shift * int(sizeof(T)));
    return low[0];
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

}  // namespace gibbs::device
