// A few bytes at any address: the masks of a pack's elements, or what a pack keeps in a compressed form.
#pragma once

#include "device/platform.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// Bit e of four bits to byte e.
GIBBS_DEVICE uint32_t bits_to_bytes(uint32_t bits) { return (bits & 15u) * 0x00204081u & 0x01010101u; }

typedef uint32_t AliasedWord __attribute__((may_alias));

// The low bytes of value, the least significant first; in words where the address allows it.
GIBBS_DEVICE void store_bytes(uint8_t* address, uint64_t value, int bytes) {
  int done = 0;
  if (reinterpret_cast<uint64_t>(address) % 4 == 0) {
    if (bytes >= 4) *reinterpret_cast<AliasedWord*>(address) = uint32_t(value);
    if (bytes >= 8) *reinterpret_cast<AliasedWord*>(address + 4) = uint32_t(value >> 32);
    done = bytes / 4 * 4;
  }
  for (; done < bytes; ++done) address[done] = uint8_t(value >> (8 * done));
}

// mask[0, count) from the bits of kept, count at most 8.
GIBBS_DEVICE void store_mask(uint8_t* mask, uint32_t kept, int count) {
  store_bytes(mask, uint64_t(bits_to_bytes(kept >> 4)) << 32 | bits_to_bytes(kept), count);
}

}  // namespace gibbs::kernels
