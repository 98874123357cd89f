// Reductions over a crew of the values that its lanes hold for the rows of a group: every lane gets that of one row, crew_row().
// Lanes exchange halves, so that four rows cost two rounds and a butterfly; warps of a crew that is the block meet in shared
// memory.
#pragma once

#include "kernels/sinkhorn_problem.h"

namespace gibbs::kernels {

static_assert(kSinkhornGroup == 4, "two rounds of halves");

// The row of the group whose result a lane holds, and a lane that holds row r.
GIBBS_DEVICE int crew_row() { return int(lane_index() % 2 * 2 + lane_index() / 2 % 2); }
GIBBS_DEVICE unsigned lane_of_row(int r) { return unsigned(r / 2 + r % 2 * 2); }

struct CrewSum {
  static GIBBS_DEVICE double merge(double a, double b) { return a + b; }
};
struct CrewMaximum {
  static GIBBS_DEVICE double merge(double a, double b) { return max_number(a, b); }
};

// Of a wide crew all threads of the block call; holds one barrier then.
template <class Op, class Problem>
GIBBS_DEVICE double crew_reduce(Problem& s, const typename Problem::R (&own)[kSinkhornGroup]) {
  const bool odd = lane_index() % 2 != 0, high = lane_index() / 2 % 2 != 0;
  const double keep0 = double(odd ? own[2] : own[0]), keep1 = double(odd ? own[3] : own[1]);
  const double give0 = double(odd ? own[0] : own[2]), give1 = double(odd ? own[1] : own[3]);
  const double pair0 = Op::merge(keep0, shuffle_xor(give0, 1)), pair1 = Op::merge(keep1, shuffle_xor(give1, 1));
  const double given = shuffle_xor(high ? pair0 : pair1, 2);
  double value = Op::merge(high ? pair1 : pair0, given);
  const unsigned width = s.wide() ? kWarp : unsigned(s.width);
  for (unsigned o = 4; o < width; o *= 2) value = Op::merge(value, shuffle_xor(value, o));
  if (!s.wide()) return value;

  // In turns: slow warps may still read the other half.
  constexpr int warps = int(kTeamThreads / kWarp);
  double* const sums = s.warp_sums + s.turn * warps * kSinkhornGroup;
  s.turn ^= 1;
  if (lane_index() < kSinkhornGroup) sums[warp_index() * kSinkhornGroup + crew_row()] = value;
  block_barrier();
  value = sums[crew_row()];
  GIBBS_UNROLL
  for (int w = 1; w < warps; ++w) value = Op::merge(value, sums[w * kSinkhornGroup + crew_row()]);
  return value;
}

// What the lanes hold for their rows, of all rows of the group.
template <class Problem, class R>
GIBBS_DEVICE void crew_spread(const Problem& s, R own, R (&all)[kSinkhornGroup]) {
  const unsigned base = s.wide() ? 0 : lane_index() / s.width * s.width;
  GIBBS_UNROLL
  for (int r = 0; r < kSinkhornGroup; ++r) {
    if constexpr (sizeof(R) == 8) {
      const uint64_t bits = bit_cast<uint64_t>(own);
      const uint32_t low = shuffle(uint32_t(bits), base + lane_of_row(r)),
                     high = shuffle(uint32_t(bits >> 32), base + lane_of_row(r));
      all[r] = bit_cast<R>(uint64_t(high) << 32 | low);
    } else {
      all[r] = bit_cast<R>(shuffle(bit_cast<uint32_t>(own), base + lane_of_row(r)));
    }
  }
}

// Whether any lane of the warp says so; of a wide crew all warps hold the same.
GIBBS_DEVICE bool any_lane(bool own) { return lanes_sum(own ? uint32_t(1) : uint32_t(0)) != 0; }

}  // namespace gibbs::kernels
