// Geometry of a row scope (row_scope.h): plain data shared with the operations.
#pragma once

#include <stdint.h>

#include "kernels/row_parameters.h"

namespace gibbs::kernels {

constexpr int kSlots = 32;            // of a reduction over a row
constexpr int kExchangeBytes = 4096;  // of shared memory, before kept rows
constexpr int kScopeWarps = 16;       // the most of a block

struct ScopeGeometry {
  int32_t segments;       // of a row
  int32_t block_per_row;  // 0: a warp per row, of one segment
  int32_t keeps;          // the row's data waits in shared memory
};

}  // namespace gibbs::kernels
