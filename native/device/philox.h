// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC
// 2011): 128 random bits are a function of a 128-bit counter and a 64-bit key, so that every path draws the same words wherever
// and in whatever order it asks for them. A round, ten of them, the key raised by Weyl constants between:
//
//   (c0, c1, c2, c3) -> (high(M1 c2) ^ c1 ^ k0,  low(M1 c2),  high(M0 c0) ^ c3 ^ k1,  low(M0 c0))
#pragma once

#include "device/platform.h"

namespace gibbs::device {

struct PhiloxWords {
  uint32_t a, b, c, d;

  // The word of index i, taken modulo 4; by selection, since an array under a variable index would be local memory.
  GIBBS_DEVICE uint32_t word(int32_t i) const {
    const uint32_t even = (i & 2) == 0 ? a : c, odd = (i & 2) == 0 ? b : d;
    return (i & 1) == 0 ? even : odd;
  }
};

GIBBS_DEVICE PhiloxWords philox(PhiloxWords counter, uint64_t key) {
  uint32_t k0 = uint32_t(key), k1 = uint32_t(key >> 32);
  GIBBS_UNROLL
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = uint64_t(0xD2511F53u) * counter.a, second = uint64_t(0xCD9E8D57u) * counter.c;
    counter = {uint32_t(second >> 32) ^ counter.b ^ k0, uint32_t(second), uint32_t(first >> 32) ^ counter.d ^ k1,
               uint32_t(first)};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return counter;
}

}  // namespace gibbs::device
