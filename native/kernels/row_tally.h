// support_size = sum over a row's items of their counts; status by what any item holds: NaN, then an infinity.
#pragma once

#include "device/reduce.h"
#include "gibbs/gibbs.h"
#include "kernels/row_tally_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

GIBBS_DEVICE uint32_t lanes_or(uint32_t value) {
  for (unsigned o = 1; o < kWarp; o *= 2) value |= shuffle_xor(value, o);
  return value;
}

// Counts add, flags unite; the counts of an item stay far below the flags.
GIBBS_DEVICE uint32_t unite_tallies(uint32_t a, uint32_t b) {
  return ((a & kTallyCount) + (b & kTallyCount)) | ((a | b) & ~kTallyCount);
}
GIBBS_DEVICE uint32_t lanes_tally(uint32_t tally) {
  for (unsigned o = 1; o < kWarp; o *= 2) tally = unite_tallies(tally, shuffle_xor(tally, o));
  return tally;
}

GIBBS_DEVICE void write_tally(int64_t* support_size, uint8_t* status, int64_t row, int64_t count, uint32_t flags) {
  if (support_size != nullptr) support_size[row] = count;
  if (status != nullptr) {
    status[row] = uint8_t((flags & kTallyNan) != 0        ? GIBBS_ROW_NOT_A_NUMBER
                          : (flags & kTallyInfinity) != 0 ? GIBBS_ROW_PLUS_INFINITY
                                                          : GIBBS_ROW_OK);
  }
}

// A block per row.
GIBBS_DEVICE void row_tally(const RowTallyParameters& p) {
  constexpr int warps = kTallyThreads / int(kWarp);
  auto* counts = reinterpret_cast<int64_t*>(shared_memory());
  auto* seen = reinterpret_cast<uint32_t*>(counts + warps);
  for (int64_t row = block_index(); row < p.rows; row += grid_size()) {
    int64_t count = 0;
    uint32_t flags = 0;
    for (int32_t i = int32_t(thread_index()); i < p.items; i += kTallyThreads) {
      const uint32_t tally = p.tallies[row * p.items + i];
      count += tally & kTallyCount;
      flags |= tally & ~kTallyCount;
    }
    count = lanes_sum(count);
    flags = lanes_or(flags);
    if (lane_index() == 0) {
      counts[warp_index()] = count;
      seen[warp_index()] = flags;
    }
    block_barrier();
    if (thread_index() == 0) {
      for (int w = 1; w < warps; ++w) {
        count += counts[w];
        flags |= seen[w];
      }
      write_tally(p.support_size, p.status, row, count, flags);
    }
    block_barrier();  // the next row's partial results go to the same place
  }
}

}  // namespace gibbs::kernels
