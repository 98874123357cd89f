// Shape to geometry for kernels over row scopes: which threads take a row, and where its data waits between passes.
#pragma once

#include "kernels/row_scope_parameters.h"
#include "ops/regime.h"

namespace gibbs::ops {

struct ScopeLaunch {
  kernels::ScopeGeometry geometry;
  unsigned grid, block, shared_bytes;
};

// kept: how many rows of the same length a scope keeps at once. regime: automatic, or warp, shared, two-pass.
inline ScopeLaunch scope_launch(int64_t rows, int64_t columns, int element_bytes, int kept, int32_t regime,
                                const runtime::Limits& limits) {
  const int64_t segments = divide_up(columns * element_bytes, kSegmentBytes);
  const int64_t row_bytes = segments * kSegmentBytes * kept;
  const bool fits = kernels::kExchangeBytes + row_bytes <= limits.shared_per_block;
  if (regime == GIBBS_REGIME_AUTOMATIC)
    regime = segments == 1 ? GIBBS_REGIME_WARP : fits ? GIBBS_REGIME_SHARED : GIBBS_REGIME_TWO_PASS;
  const bool takes = regime == GIBBS_REGIME_WARP     ? segments == 1
                     : regime == GIBBS_REGIME_SHARED ? fits
                                                     : regime == GIBBS_REGIME_TWO_PASS;
  if (!takes)
    fail(GIBBS_INVALID_ARGUMENT, "regime: %d cannot take rows of %lld elements of %d bytes", regime,
         static_cast<long long>(columns), element_bytes);
  ScopeLaunch l{};
  l.geometry.segments = int32_t(segments);
  l.geometry.keeps = regime != GIBBS_REGIME_TWO_PASS;
  if (regime == GIBBS_REGIME_WARP) {
    const int64_t warps = std::min<int64_t>(kRowWarps, std::max<int64_t>(rows, 1));
    l.block = unsigned(warps * kWarpThreads);
    l.grid = resident_grid(divide_up(rows, warps), limits);
    l.shared_bytes = unsigned(kernels::kExchangeBytes + warps * row_bytes);
  } else {
    l.geometry.block_per_row = 1;
    l.block = unsigned(std::min<int64_t>(kernels::kScopeWarps, segments) * kWarpThreads);
    l.grid = resident_grid(rows, limits);
    l.shared_bytes = unsigned(kernels::kExchangeBytes + (l.geometry.keeps ? row_bytes : 0));
  }
  return l;
}

}  // namespace gibbs::ops
