// Advantages of the rewards r of a group, a warp per group, in fp64:
//
//   standardised (r - mean) / (std + epsilon), 0 where std is      centred r - mean      leave one out (r - mean) n / (n - 1), 0
//   for n = 1
//
// Sums are of differences from the group's first reward: equal rewards have mean and deviation exactly.
#pragma once

#include "device/reduce.h"
#include "kernels/group_advantage_parameters.h"
#include "kernels/policy_sequences.h"

namespace gibbs::kernels {

template <class R>
GIBBS_DEVICE void group_advantage(const GroupAdvantageParameters<R>& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t g = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); g < p.groups; g += warps) {
    const int64_t begin = group_border(p.offsets, g, p.rows), border = group_border(p.offsets, g + 1, p.rows);
    const int64_t end = border < begin ? begin : border, members = end - begin;
    const double origin = members == 0 ? Limits<double>::nan() : double(p.rewards[begin]);
    double mean = 0, squares = 0;
    for (int64_t i = begin + lane_index(); i < end; i += kWarp) mean += double(p.rewards[i]) - origin;
    mean = members == 0 ? 0.0 : lanes_sum(mean) / double(members);
    for (int64_t i = begin + lane_index(); i < end; i += kWarp) {
      const double apart = double(p.rewards[i]) - origin - mean;
      squares += apart * apart;
    }
    squares = lanes_sum(squares);
    const double deviation = members < 2 ? 0.0 : square_root(squares / double(p.biased ? members : members - 1));
    double scale = 1;
    if (p.kind == GIBBS_ADVANTAGE_STANDARDISED) scale = deviation == 0 ? 0.0 : 1 / (deviation + p.epsilon);
    if (p.kind == GIBBS_ADVANTAGE_LEAVE_ONE_OUT) scale = members < 2 ? 0.0 : double(members) / double(members - 1);
    // The whole warp has read the rewards, the first too, before their memory is written.
    for (int64_t i = begin + lane_index(); i < end && p.advantages != nullptr; i += kWarp)
      p.advantages[i] = R((double(p.rewards[i]) - origin - mean) * scale);
    if (lane_index() != 0) continue;
    if (p.means != nullptr) p.means[g] = R(origin + mean);
    if (p.deviations != nullptr) p.deviations[g] = R(deviation);
  }
}

}  // namespace gibbs::kernels
