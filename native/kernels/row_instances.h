// Defines the row kernels of one storage type. Included by one source per type, so that they compile side by side.
#pragma once

#include "kernels/row_entries.h"
#include "kernels/row_regimes.h"

// As many blocks per multiprocessor as leave a thread 128 registers.
#define GIBBS_ROW_ENTRY(kernel, set, type, warps, function, ...)                                                           \
  GIBBS_KERNEL_BOUNDED(gibbs_row_##kernel##_##set##_##type, RowParameters<Real<Element>>, warps * 32, kBlockWarps / warps, \
                       function<Element, __VA_ARGS__>)
#define GIBBS_ROW_SET(set, flags, type) GIBBS_ROW_KERNELS(GIBBS_ROW_ENTRY, set, (flags), type)
#define GIBBS_ROW_SCALARS(set, flags, type) GIBBS_ROW_SCALAR_KERNELS(GIBBS_ROW_ENTRY, set, (flags), type)
#define GIBBS_ROW_INSTANCES(type)     \
  GIBBS_ROW_SETS(GIBBS_ROW_SET, type) \
  GIBBS_ROW_SET_ALL(GIBBS_ROW_SCALARS, type)
