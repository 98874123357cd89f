// What blocks of one launch share: the barrier of a cooperative grid, and tickets of a queue of work.
#pragma once

#include "device/platform.h"

namespace gibbs::device {

// Takes the next number, 0 first; counter is 0 before the launch. Which block gets which number is not determined: what a block
// does with one must not depend on it.
GIBBS_DEVICE uint64_t next_ticket(uint64_t* counter) {
#if defined(GIBBS_EMULATED)
  return __atomic_fetch_add(counter, uint64_t(1), __ATOMIC_RELAXED);
#else
  uint64_t ticket;
  asm volatile("atom.relaxed.gpu.add.u64 %0, [%1], 1;" : "=l"(ticket) : "l"(counter) : "memory");
  return ticket;
#endif
}

// All threads of a cooperative launch; what any of them wrote before is seen by all after. gate is 0 before the launch and serves
// every barrier of it: barrier n opens with the n * grid_size()'th arrival.
GIBBS_DEVICE void grid_barrier(uint64_t* gate) {
#if defined(GIBBS_EMULATED)
  (void)gate;
  emulator::grid_barrier();
#else
  block_barrier();
  if (thread_index() == 0) {
    uint64_t arrived;
    asm volatile("atom.acq_rel.gpu.add.u64 %0, [%1], 1;" : "=l"(arrived) : "l"(gate) : "memory");
    const uint64_t opens = (arrived / grid_size() + 1) * grid_size();
    do {
      asm volatile("ld.acquire.gpu.u64 %0, [%1];" : "=l"(arrived) : "l"(gate) : "memory");
    } while (arrived < opens);
  }
  block_barrier();
#endif
}

}  // namespace gibbs::device
