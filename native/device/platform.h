// The three compilers that read the kernels (nvcc, clang for CUDA, the host compiler under emulation) agree here: qualifiers,
// thread indices, barriers, shuffles, shared memory and how a kernel entry is declared. Nothing outside native/device may use an
// intrinsic.
#pragma once

#include <stdint.h>
#include <string.h>

#if defined(GIBBS_EMULATED)

#include "emulator/thread.h"
#define GIBBS_DEVICE inline
#define GIBBS_INLINE
#define GIBBS_UNROLL
#define GIBBS_UNROLL_BY(count)

#else

#define GIBBS_PRAGMA(text) _Pragma(#text)
#define GIBBS_UNROLL _Pragma("unroll")
#define GIBBS_UNROLL_BY(count) GIBBS_PRAGMA(unroll count)

#define GIBBS_DEVICE __device__ __forceinline__
// After the parameters of a lambda. What clang leaves as a call has its captures in local memory; nvcc inlines by itself.
#if defined(__NVCC__)
#define GIBBS_INLINE
#else
#define GIBBS_INLINE __attribute__((always_inline))
#endif
#if !defined(__NVCC__)
// clang without a toolkit: its own builtin headers only.
#define __device__ __attribute__((device))
#define __host__ __attribute__((host))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __forceinline__ inline __attribute__((always_inline))
#endif

#endif

namespace gibbs::device {

constexpr unsigned kWarp = 32;
constexpr unsigned kFullMask = 0xffffffffu;

#if defined(GIBBS_EMULATED)

GIBBS_DEVICE unsigned thread_index() { return emulator::thread_index(); }
GIBBS_DEVICE unsigned block_index() { return emulator::block_index(); }
GIBBS_DEVICE unsigned block_size() { return emulator::block_size(); }
GIBBS_DEVICE unsigned grid_size() { return emulator::grid_size(); }
GIBBS_DEVICE unsigned char* shared_memory() { return emulator::shared_memory(); }
GIBBS_DEVICE void block_barrier() { emulator::block_barrier(); }
GIBBS_DEVICE uint32_t shuffle(uint32_t value, unsigned source_lane) {
  return emulator::warp_shuffle(kFullMask, value, source_lane);
}

#else

#define GIBBS_SPECIAL_REGISTER(name, ptx)        \
  GIBBS_DEVICE unsigned name() {                 \
    unsigned value;                              \
    asm("mov.u32 %0, %%" ptx ";" : "=r"(value)); \
    return value;                                \
  }
GIBBS_SPECIAL_REGISTER(thread_index, "tid.x")
GIBBS_SPECIAL_REGISTER(block_index, "ctaid.x")
GIBBS_SPECIAL_REGISTER(block_size, "ntid.x")
GIBBS_SPECIAL_REGISTER(grid_size, "nctaid.x")
#undef GIBBS_SPECIAL_REGISTER

extern __shared__ __attribute__((aligned(128))) unsigned char gibbs_shared_memory[];
GIBBS_DEVICE unsigned char* shared_memory() { return gibbs_shared_memory; }
GIBBS_DEVICE void block_barrier() { asm volatile("bar.sync 0;" ::: "memory"); }
GIBBS_DEVICE uint32_t shuffle(uint32_t value, unsigned source_lane) {
  uint32_t result;
  asm volatile("shfl.sync.idx.b32 %0, %1, %2, 0x1f, 0xffffffff;" : "=r"(result) : "r"(value), "r"(source_lane));
  return result;
}
GIBBS_DEVICE uint32_t shuffle_xor(uint32_t value, unsigned mask) {
  uint32_t result;
  asm volatile("shfl.sync.bfly.b32 %0, %1, %2, 0x1f, 0xffffffff;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}

#endif

GIBBS_DEVICE unsigned lane_index() { return thread_index() % kWarp; }
GIBBS_DEVICE unsigned warp_index() { return thread_index() / kWarp; }
#if defined(GIBBS_EMULATED)
GIBBS_DEVICE uint32_t shuffle_xor(uint32_t value, unsigned mask) { return shuffle(value, lane_index() ^ mask); }
#endif

template <class To, class From>
GIBBS_DEVICE To bit_cast(From from) {
  static_assert(sizeof(To) == sizeof(From), "bit_cast between types of one size");
  To to;
#if defined(__NVCC__)
  memcpy(&to, &from, sizeof(To));  // nvcc knows memcpy in device code by this name
#else
  __builtin_memcpy(&to, &from, sizeof(To));
#endif
  return to;
}

}  // namespace gibbs::device

// GIBBS_KERNEL(name, Parameters, max_threads, body): an entry of that name, found by name in the image or the emulator's
// registry, that takes one Parameters by value and calls body(parameters). GIBBS_KERNEL_BOUNDED also says how many blocks a
// multiprocessor should hold: it caps the registers of a thread.
#define GIBBS_KERNEL(name, Parameters, max_threads, ...) GIBBS_KERNEL_BOUNDED(name, Parameters, max_threads, 1, __VA_ARGS__)
#if defined(GIBBS_EMULATED)
#define GIBBS_KERNEL_BOUNDED(name, Parameters, max_threads, min_blocks, ...)                                         \
  namespace {                                                                                                        \
  const ::gibbs::emulator::KernelRegistration registration_##name(                                                   \
      #name, [](const void* parameters) { __VA_ARGS__(*static_cast<const Parameters*>(parameters)); }, max_threads); \
  }
#elif !defined(__NVCC__)
#define GIBBS_KERNEL_BOUNDED(name, Parameters, max_threads, min_blocks, ...)                                             \
  extern "C" __global__ __attribute__((launch_bounds(max_threads, min_blocks))) void name(const Parameters parameters) { \
    __VA_ARGS__(parameters);                                                                                             \
  }
#else
#define GIBBS_KERNEL_BOUNDED(name, Parameters, max_threads, min_blocks, ...)                                                  \
  extern "C" __global__ void __launch_bounds__(max_threads, min_blocks) name(const __grid_constant__ Parameters parameters) { \
    __VA_ARGS__(parameters);                                                                                                  \
  }
#endif
