// The functions that kernels call: each hands its thread to the scheduler.
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "emulator/schedule.h"

namespace gibbs::emulator {
namespace {

// The scheduler points place at the running Thread.
inline Thread& self() { return *static_cast<Thread*>(const_cast<Place*>(place)); }

}  // namespace

void block_barrier() {
  Thread& thread = self();
  thread.cohort->wait_at_gate(thread, 0);
}

void cluster_barrier() {
  Thread& thread = self();
  thread.cohort->wait_at_gate(thread, 1);
}

void grid_barrier() {
  Thread& thread = self();
  if (!thread.cohort->geometry.cooperative)
    thread.cohort->abandon(thread, thread.cohort->who(thread) + ": grid barrier in a launch that is not cooperative");
  thread.cohort->wait_at_gate(thread, 2);
}

unsigned char* shared_memory_of(unsigned rank) {
  Thread& thread = self();
  if (rank >= thread.cluster_size)
    thread.cohort->abandon(thread, thread.cohort->who(thread) + ": asks for the shared memory of block " + std::to_string(rank) +
                                       " of a cluster of " + std::to_string(thread.cluster_size));
  // Blocks of a cohort hold the same number of threads, in the order of their ranks.
  const ptrdiff_t blocks = static_cast<ptrdiff_t>(rank) - static_cast<ptrdiff_t>(thread.cluster_rank);
  return (&thread + blocks * static_cast<ptrdiff_t>(thread.block_size))->shared;
}

void warp_barrier(unsigned mask) {
  Thread& thread = self();
  thread.cohort->wait_in_warp(thread, Wait::warp_barrier, mask);
}

uint32_t warp_shuffle(unsigned mask, uint32_t value, unsigned source_lane) {
  Thread& thread = self();
  if (source_lane > 31 || (mask & thread.warp->existing & (1u << source_lane)) == 0) {
    char text[128];
    std::snprintf(text, sizeof text, ": shuffles from lane %u, which is not among the lanes of mask 0x%08x", source_lane,
                  mask & thread.warp->existing);
    thread.cohort->abandon(thread, thread.cohort->who(thread) + text);
  }
  thread.value = value;
  thread.source = static_cast<uint8_t>(source_lane);
  thread.cohort->wait_in_warp(thread, Wait::warp_shuffle, mask);
  return thread.value;
}

unsigned warp_ballot(unsigned mask, bool predicate) {
  Thread& thread = self();
  thread.value = predicate ? 1u : 0u;
  thread.cohort->wait_in_warp(thread, Wait::warp_ballot, mask);
  return thread.value;
}

uint32_t atomic_add(uint32_t* address, uint32_t value) {
  Thread& thread = self();
  thread.cohort->maybe_yield(thread, 4);
  // Atomic for the host as well: launches of several host threads may meet here.
  return __atomic_fetch_add(address, value, __ATOMIC_SEQ_CST);
}

void fence() {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  Thread& thread = self();
  thread.cohort->maybe_yield(thread, 2);
}

void kernel_failure(const char* message) {
  Thread& thread = self();
  thread.cohort->abandon(thread, thread.cohort->who(thread) + ": " + message);
}

}  // namespace gibbs::emulator
