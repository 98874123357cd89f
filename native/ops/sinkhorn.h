// Sinkhorn's launches, for operations that are made of such problems. Arguments have been checked; flags may hold internal ones.
#pragma once

#include "gibbs/gibbs.h"
#include "kernels/sinkhorn_parameters.h"
#include "runtime/runtime.h"

namespace gibbs::ops {

// Newton steps; none where nothing is kept.
struct NewtonSteps {
  int32_t warmup = 0, kept = 0;
};

// Scratch that a call needs, a multiple of 256.
int64_t sinkhorn_bytes(gibbs_device* device, const gibbs_sinkhorn& a, const NewtonSteps& steps = {});
void run_sinkhorn(gibbs_device* device, gibbs_stream stream, const gibbs_sinkhorn& a, const NewtonSteps& steps = {});
// For a kernel of another's that works on the state of a problem of a matrix, by a grid: its parameters and launch. Takes
// sinkhorn_bytes of the workspace; a.regime is GIBBS_SINKHORN_GRID.
kernels::SinkhornParameters sinkhorn_grid(gibbs_device* device, const gibbs_sinkhorn& a, runtime::Workspace& workspace,
                                          runtime::Launch& how);

}  // namespace gibbs::ops
