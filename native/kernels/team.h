// The threads that work on one problem together: a block, or all blocks of a cooperative grid. An iterative solver is written
// once against it; many problems are a block each, a large one has the grid.
//
//   reduce   indices are cut into chunks of kTeamChunk; a block takes a chunk, thread t the indices t, t + 256, ... of it in
//            order, then the block's tree; chunks are merged the same way. Keyed by index alone: a block and a grid of any size
//            give the same bits.
//
// All threads of a team call together, blocks of kTeamThreads. What one thread writes another sees after barrier(): read it with
// plain loads. An S to reduce is as for block_reduce: words of 32 bits, merge(S, S), an identity.
#pragma once

#include "device/grid.h"
#include "kernels/block_reduce.h"
#include "kernels/team_parameters.h"

namespace gibbs::kernels {

template <bool Grid>
class Team {
 public:
  // gate: of the workspace, 0 before the launch; null for a block. exchange: 2 * half_bytes that the team's blocks share, a half
  // from team_half_bytes. A new team on an old one's exchange needs a barrier between.
  GIBBS_DEVICE Team(uint64_t* gate, void* exchange, int64_t half_bytes)
      : gate_(gate), exchange_(static_cast<unsigned char*>(exchange)), half_bytes_(half_bytes) {}

  GIBBS_DEVICE int64_t block() const { return Grid ? int64_t(block_index()) : 0; }
  GIBBS_DEVICE int64_t blocks() const { return Grid ? int64_t(grid_size()) : 1; }
  GIBBS_DEVICE int64_t thread() const { return block() * kTeamThreads + thread_index(); }
  GIBBS_DEVICE int64_t threads() const { return blocks() * kTeamThreads; }
  GIBBS_DEVICE bool leader() const { return thread() == 0; }

  GIBBS_DEVICE void barrier() const {
    if constexpr (Grid) {
      grid_barrier(gate_);
    } else {
      block_barrier();
    }
  }

  // f(i) for i below count, neighbouring indices on neighbouring threads. No barrier.
  template <class F>
  GIBBS_DEVICE void each(int64_t count, F f) const {
    GIBBS_UNROLL_BY(1)
    for (int64_t i = thread(); i < count; i += threads()) f(i);
  }

  // f(S&, i) over i below count; every thread gets it. Holds a barrier: what was written before is seen after.
  template <class S, class F>
  GIBBS_DEVICE S reduce(int64_t count, F f, S identity = S{}) {
    const int64_t chunks = team_chunks(count);
    // In turns: slow threads may still read what the reduction before left in the other half.
    S* const sums = reinterpret_cast<S*>(exchange_ + (odd_ ? half_bytes_ : 0));
    odd_ = !odd_;
    GIBBS_UNROLL_BY(1)
    for (int64_t chunk = block(); chunk < chunks; chunk += blocks()) {
      const int64_t first = chunk * kTeamChunk, last = first + kTeamChunk < count ? first + kTeamChunk : count;
      S mine = identity;
      GIBBS_UNROLL_BY(1)
      for (int64_t i = first + thread_index(); i < last; i += kTeamThreads) f(mine, i);
      const S sum = block_reduce(mine, identity);
      if (!Grid && chunks == 1) return sum;
      if (thread_index() == 0) sums[chunk] = sum;
    }
    barrier();
    S mine = identity;
    GIBBS_UNROLL_BY(1)
    for (int64_t chunk = thread_index(); chunk < chunks; chunk += kTeamThreads) mine = merge(mine, sums[chunk]);
    return block_reduce(mine, identity);
  }

 private:
  uint64_t* const gate_;
  unsigned char* const exchange_;
  const int64_t half_bytes_;
  bool odd_ = false;
};

}  // namespace gibbs::kernels
