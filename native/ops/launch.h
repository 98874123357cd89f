// The launch of a kernel with its parameters.
#pragma once

#include "ops/regime.h"
#include "runtime/runtime.h"

namespace gibbs::ops {

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

}  // namespace gibbs::ops
