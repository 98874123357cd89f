// Kernels that stand once per storage type, and the launch of one with its parameters.
#pragma once

#include "ops/regime.h"
#include "runtime/runtime.h"

namespace gibbs::ops {

// By gibbs_type. What a kernel file declares with GIBBS_TYPED_KERNELS(name, ...).
struct TypedKernels {
  runtime::Kernel by_type[4];
};
#define GIBBS_TYPED_KERNEL_NAMES(name)                                                                                     \
  ::gibbs::ops::TypedKernels {                                                                                             \
    {                                                                                                                      \
      ::gibbs::runtime::Kernel(name "_f32"), ::gibbs::runtime::Kernel(name "_f64"), ::gibbs::runtime::Kernel(name "_f16"), \
          ::gibbs::runtime::Kernel(name "_bf16")                                                                           \
    }                                                                                                                      \
  }

template <class Call, class Parameters>
void launch(const Call& call, const runtime::Kernel& kernel, unsigned grid, unsigned block, unsigned shared,
            const Parameters& parameters) {
  runtime::launch(call.device, call.stream, kernel, {grid, block, shared}, &parameters, sizeof(parameters));
}

// Blocks of threads / 32 warps, an item per warp.
template <class Call, class Parameters>
void launch_warps(const Call& call, const runtime::Kernel& kernel, int64_t items, int threads, const Parameters& parameters) {
  launch(call, kernel, resident_grid(divide_up(items, threads / kWarpThreads), runtime::limits(call.device)), unsigned(threads),
         0, parameters);
}

inline int element_bytes_of(int32_t type) { return type == GIBBS_FLOAT64 ? 8 : type == GIBBS_FLOAT32 ? 4 : 2; }

}  // namespace gibbs::ops
