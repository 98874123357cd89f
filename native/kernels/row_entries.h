// Names of the row kernels, said once for the sources that define the entries and for the operation that launches them:
// gibbs_<kernel>_<set>_<type>. A set is the statistics that an instance computes; an operation takes the first that covers what
// it needs. Beside the function stands the most warps of a block.
#pragma once

#include "kernels/row_parameters.h"

// clang-format off
#define GIBBS_ROW_SETS(X, type) \
  X(plain,   0, type) \
  X(smooth,  kSums, type) \
  X(metrics, kMoment | kIndices, type) \
  GIBBS_ROW_SET_ALL(X, type)
#define GIBBS_ROW_SET_ALL(X, type) X(all, kMoment | kSums | kColumns | kIndices | kSoftcap, type)

#define GIBBS_ROW_KERNELS(X, set, flags, type) \
  X(lanes,           set, type, kRowWarps, row_lanes,  flags, false) \
  X(lanes_gradient,  set, type, kRowWarps, row_lanes,  flags, true) \
  X(warp,            set, type, kRowWarps, row_warp,   flags, false) \
  X(warp_gradient,   set, type, kRowWarps, row_warp,   flags, true) \
  X(stream,          set, type, kRowWarps, row_block,  flags, false, Residency::kStreamed) \
  X(stream_gradient, set, type, kRowWarps, row_block,  flags, true,  Residency::kStreamed) \
  X(block_gradient,  set, type, kBlockWarps, row_block,  flags, true,  Residency::kRegisters) \
  X(shared_gradient, set, type, kRowWarps, row_block,  flags, true,  Residency::kShared) \
  X(partial,         set, type, kRowWarps, row_partial, flags) \
  X(gradient,        set, type, kRowWarps, row_gradient, flags)

// Per-row work of a row split over blocks: one instance serves every set, since what a set leaves out is zero.
#define GIBBS_ROW_SCALAR_KERNELS(X, set, flags, type) \
  X(finish,          set, type, kRowWarps, row_finish,  flags) \
  X(coefficients,    set, type, kRowWarps, row_coefficients, flags)
// clang-format on
