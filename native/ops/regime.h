// The one place where shape becomes geometry: which regime computes a batch of rows, with how many blocks, threads and shared
// bytes.
#pragma once

#include <algorithm>
#include <cstdint>

#include "gibbs/gibbs.h"
#include "kernels/row_parameters.h"
#include "runtime/runtime.h"

namespace gibbs::ops {

struct RowShape {
  int64_t rows, columns;
  int element_bytes, statistics_bytes;  // of an element, and of a segment's statistics
  bool gradient;
};

struct RowGeometry {
  gibbs_regime regime;
  int32_t segments;  // per row
  unsigned grid, block, shared_bytes;
};

using kernels::kBlockWarps;
using kernels::kRowWarps;
using kernels::kSegmentBytes;
using kernels::kStepBytes;

constexpr int kWarpThreads = 32;
constexpr int kResidentBlocks = 32;  // of a multiprocessor, the most of any architecture
// From this many segments on a row is worth three launches when there are fewer rows than multiprocessors.
constexpr int kSplitSegments = 32;

// As many blocks as a device can hold at once, and no more: a block takes further rows in its stride.
inline unsigned resident_grid(int64_t blocks, const runtime::Limits& limits) {
  return unsigned(std::min<int64_t>(std::max<int64_t>(blocks, 1), int64_t(limits.multiprocessors) * kResidentBlocks));
}
inline int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

inline int64_t shared_for_statistics(const RowShape& s, int64_t segments) {
  return divide_up(segments * s.statistics_bytes, 128) * 128;
}

// Whether a regime can take the shape on a device; the boundaries of every regime are here.
inline bool fits(gibbs_regime regime, const RowShape& s, int64_t segments, const runtime::Limits& limits) {
  const int64_t statistics = shared_for_statistics(s, segments);
  switch (regime) {
    case GIBBS_REGIME_LANES:
      return s.columns * s.element_bytes <= kStepBytes;
    case GIBBS_REGIME_WARP:
      return segments == 1;
    case GIBBS_REGIME_BLOCK:
      return segments <= kBlockWarps;
    case GIBBS_REGIME_SHARED:
      return statistics + segments * kSegmentBytes <= limits.shared_per_block;
    case GIBBS_REGIME_TWO_PASS:
      return statistics <= limits.shared_per_block;
    case GIBBS_REGIME_SPLIT:
      return true;
    default:
      return false;
  }
}

inline gibbs_regime choose_regime(const RowShape& s, int64_t segments, const runtime::Limits& limits) {
  if (fits(GIBBS_REGIME_LANES, s, segments, limits)) return GIBBS_REGIME_LANES;
  if (segments == 1) return GIBBS_REGIME_WARP;
  if (s.rows < limits.multiprocessors && segments >= kSplitSegments) return GIBBS_REGIME_SPLIT;
  if (!fits(GIBBS_REGIME_TWO_PASS, s, segments, limits)) return GIBBS_REGIME_SPLIT;
  if (!s.gradient) return GIBBS_REGIME_TWO_PASS;  // streamed, read once
  for (const gibbs_regime kept : {GIBBS_REGIME_BLOCK, GIBBS_REGIME_SHARED}) {
    if (fits(kept, s, segments, limits)) return kept;
  }
  return GIBBS_REGIME_TWO_PASS;
}

// Blocks of kRowWarps warps, an item (row, or segment of a row) per warp.
inline void warp_per_item(RowGeometry& g, int64_t items, const runtime::Limits& limits) {
  const int64_t warps = std::min<int64_t>(kRowWarps, std::max<int64_t>(items, 1));
  g.block = unsigned(warps * kWarpThreads);
  g.grid = resident_grid(divide_up(items, warps), limits);
}

inline RowGeometry row_geometry(const RowShape& s, int32_t forced, const runtime::Limits& limits) {
  const int64_t segments = divide_up(s.columns * s.element_bytes, kSegmentBytes);
  RowGeometry g{};
  g.segments = int32_t(segments);
  g.regime = forced == GIBBS_REGIME_AUTOMATIC ? choose_regime(s, segments, limits) : gibbs_regime(forced);
  if (!fits(g.regime, s, segments, limits)) {
    fail(GIBBS_INVALID_ARGUMENT, "regime %d cannot take rows of %lld elements of %d bytes", forced,
         static_cast<long long>(s.columns), s.element_bytes);
  }
  switch (g.regime) {
    case GIBBS_REGIME_LANES: {
      int64_t width = 1;
      while (width * 16 < s.columns * s.element_bytes) width *= 2;
      warp_per_item(g, divide_up(s.rows, kWarpThreads / width), limits);
      break;
    }
    case GIBBS_REGIME_WARP:
      warp_per_item(g, s.rows, limits);
      break;
    case GIBBS_REGIME_SPLIT:
      warp_per_item(g, s.rows * segments, limits);
      break;
    default: {
      // A segment per warp where the row waits in registers; otherwise several small blocks share a multiprocessor, so that one
      // loads while another computes, and every warp has as many rounds as any other.
      const bool registers = g.regime == GIBBS_REGIME_BLOCK && s.gradient;
      const int64_t rounds = divide_up(segments, registers ? kBlockWarps : kRowWarps);
      g.block = unsigned(divide_up(segments, rounds) * kWarpThreads);
      g.grid = resident_grid(s.rows, limits);
      g.shared_bytes = unsigned(shared_for_statistics(s, segments) +
                                (g.regime == GIBBS_REGIME_SHARED && s.gradient ? segments * kSegmentBytes : 0));
    }
  }
  return g;
}

}  // namespace gibbs::ops
