// Reductions over the lanes of a warp, or over aligned groups of width lanes (a power of two). A butterfly: lane l first meets l
// ^ 1, then l ^ 2 and so on, so the tree is fixed, every lane gets the same bits, and lanes that hold the identity change
// nothing.
#pragma once

#include "device/math.h"

namespace gibbs::device {

GIBBS_DEVICE float shuffle_xor(float value, unsigned mask) {
  return bit_cast<float>(shuffle_xor(bit_cast<uint32_t>(value), mask));
}
GIBBS_DEVICE int shuffle_xor(int value, unsigned mask) { return int(shuffle_xor(uint32_t(value), mask)); }
GIBBS_DEVICE uint64_t shuffle_xor(uint64_t value, unsigned mask) {
  const uint32_t low = shuffle_xor(uint32_t(value), mask), high = shuffle_xor(uint32_t(value >> 32), mask);
  return uint64_t(high) << 32 | low;
}
GIBBS_DEVICE int64_t shuffle_xor(int64_t value, unsigned mask) { return int64_t(shuffle_xor(uint64_t(value), mask)); }
GIBBS_DEVICE double shuffle_xor(double value, unsigned mask) {
  return bit_cast<double>(shuffle_xor(bit_cast<uint64_t>(value), mask));
}

template <class V>
GIBBS_DEVICE V lanes_sum(V value, unsigned width = kWarp) {
  for (unsigned o = 1; o < width; o *= 2) value = value + shuffle_xor(value, o);
  return value;
}

template <class V>
GIBBS_DEVICE V lanes_max(V value, unsigned width = kWarp) {
  for (unsigned o = 1; o < width; o *= 2) value = max_number(value, shuffle_xor(value, o));
  return value;
}

GIBBS_DEVICE int lanes_min(int value, unsigned width = kWarp) {
  for (unsigned o = 1; o < width; o *= 2) {
    const int other = shuffle_xor(value, o);
    value = other < value ? other : value;
  }
  return value;
}

}  // namespace gibbs::device
