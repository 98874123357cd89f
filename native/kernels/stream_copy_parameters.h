// What the host hands to the copy kernel.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

struct StreamCopyParameters {
  const uint32_t* source;
  uint32_t* destination;  // null: read only
  uint32_t* sink;         // receives the xor of what a thread read, so that reads are not optimised away
  int64_t packs;
};

constexpr int kCopyThreads = 256, kCopyPacks = 4;

}  // namespace gibbs::kernels
