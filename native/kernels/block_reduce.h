// A reduction over all threads of a block: lanes in a butterfly, then warps in one. An S is plain data of 32-bit words with a
// merge(S, S) found by its name; the tree depends on the number of warps alone.
#pragma once

#include "kernels/row_scope.h"

namespace gibbs::kernels {

// Every thread gets it. identity changes nothing it is merged with. Shared memory: kExchangeBytes.
template <class S>
GIBBS_DEVICE S block_reduce(const S& own, S identity = S{}) {
  static_assert(sizeof(S) * kSlots <= kExchangeBytes, "a block's warps fit the exchange");
  S* exchange = reinterpret_cast<S*>(shared_memory());
  const S lanes = lanes_merge(own);
  if (lane_index() == 0) exchange[warp_index()] = lanes;
  block_barrier();
  S mine = identity;
  if (lane_index() < block_size() / kWarp) mine = exchange[lane_index()];
  const S result = lanes_merge(mine);
  block_barrier();  // the next reduction writes where slow warps may still be reading
  return result;
}

// A sum in fp64, and its count.
struct CountedSum {
  double sum;
  int64_t count;
};
GIBBS_DEVICE CountedSum merge(const CountedSum& a, const CountedSum& b) { return {a.sum + b.sum, a.count + b.count}; }

}  // namespace gibbs::kernels
