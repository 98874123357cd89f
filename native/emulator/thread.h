// What a CUDA thread sees under emulation: its place in the grid, shared memory, barriers and warp collectives. native/device is
// written over this header when GIBBS_EMULATED is defined; nothing else in a kernel touches it.
//
// Every thread of a block is a fiber; a collective is a rendezvous of the lanes named by its mask (lanes that the block does not
// have are left out). A program that could not finish, or whose lanes do not agree on a collective, makes the launch fail with a
// message that names kernel, block, threads and where they wait.
#pragma once

#include <cstdint>

namespace gibbs::emulator {

// The place of a thread; set by the scheduler at every switch of fibers.
struct Place {
  unsigned thread, block, block_size, grid_size;
  unsigned cluster_rank, cluster_size;
  unsigned char* shared;
};

#if defined(__ELF__)
// The thread-local access every kernel makes constantly: a few words, for which a process that loads this library late has
// room in its static block.
extern __thread const Place* place __attribute__((tls_model("initial-exec"), visibility("hidden")));
#else
extern thread_local const Place* place;
#endif

inline unsigned thread_index() { return place->thread; }
inline unsigned block_index() { return place->block; }
inline unsigned block_size() { return place->block_size; }
inline unsigned grid_size() { return place->grid_size; }
inline unsigned cluster_rank() { return place->cluster_rank; }
inline unsigned cluster_size() { return place->cluster_size; }

// The block's dynamic shared memory, 128-byte aligned and as large as launched: its own heap block, filled with 0xFF (NaN) at the
// start.
inline unsigned char* shared_memory() { return place->shared; }
// The shared memory of another block of the cluster.
unsigned char* shared_memory_of(unsigned cluster_rank);

void block_barrier();              // __syncthreads: waits for all threads of the block that have not exited
void cluster_barrier();            // all threads of the cluster
void grid_barrier();               // all threads of the grid; cooperative launches only
void warp_barrier(unsigned mask);  // __syncwarp

// __shfl_sync: the value that source_lane (0 to 31, in mask) gave.
uint32_t warp_shuffle(unsigned mask, uint32_t value, unsigned source_lane);
// __ballot_sync: one bit per lane of mask.
unsigned warp_ballot(unsigned mask, bool predicate);

// atomicAdd, on global or shared memory; other threads may run before or after it.
uint32_t atomic_add(uint32_t* address, uint32_t value);
// __threadfence: orders nothing here (one host thread runs the block), but other threads may run.
void fence();

// Fails the launch from inside a kernel with the given text.
[[noreturn]] void kernel_failure(const char* message);

// Registers a kernel at static initialisation, under the name that runtime::Kernel asks for.
struct KernelRegistration {
  KernelRegistration(const char* name, void (*run)(const void* parameters), int max_threads);

  const char* name;
  void (*run)(const void* parameters);
  int max_threads;  // the launch bound
};

}  // namespace gibbs::emulator
