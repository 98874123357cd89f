// Tallies of a row's items (segments or tiles), and what the host hands to the kernel that merges them.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

// A tally: bits 0 to 29 count entries of y that are not 0, the upper two say what x holds.
enum : uint32_t { kTallyInfinity = 1u << 30, kTallyNan = 1u << 31, kTallyCount = kTallyInfinity - 1 };

constexpr int kTallyThreads = 128;
constexpr int kTallyShared = kTallyThreads / 32 * int(sizeof(int64_t) + sizeof(uint32_t));

struct RowTallyParameters {
  int64_t rows;
  int32_t items;            // per row
  const uint32_t* tallies;  // [rows, items]
  int64_t* support_size;    // null: not asked for
  uint8_t* status;
};

}  // namespace gibbs::kernels
