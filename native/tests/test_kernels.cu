#include "tests/test_kernels.h"

#include "device/reduce.h"

namespace gibbs::tests {

using namespace gibbs::device;

GIBBS_DEVICE void block_sum(const BlockSum& p) {
  float* partial = reinterpret_cast<float*>(shared_memory());
  const float sum = lanes_sum(p.input[block_index() * block_size() + thread_index()]);
  if (lane_index() == 0) partial[warp_index()] = sum;
  if (p.barriers != 0) block_barrier();
  if (warp_index() != 0) return;
  const float total = lanes_sum(lane_index() * kWarp < block_size() ? partial[lane_index()] : 0.0f);
  if (lane_index() == 0) p.output[block_index()] = total;
}

GIBBS_DEVICE void warp_facts(const WarpFacts& p) {
  const unsigned at = block_index() * block_size() + thread_index();
  p.thread[at] = thread_index();
  p.block[at] = block_index();
  const unsigned first = warp_index() * kWarp, lanes = block_size() - first < kWarp ? block_size() - first : kWarp;
  p.rotated[at] = shuffle(at, (lane_index() + 1) % lanes);
}

GIBBS_KERNEL(gibbs_test_block_sum, BlockSum, 1024, block_sum)
GIBBS_KERNEL(gibbs_test_warp_facts, WarpFacts, 1024, warp_facts)

}  // namespace gibbs::tests
