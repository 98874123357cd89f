// The row operator in its regimes: statistics, epilogue and, where asked for, the gradient. They differ in who computes a segment
// and where its data waits for the epilogue, not in what is computed:
//
//   row_lanes    several rows per warp, a pack per lane                   rows of at most a warp-wide step (512 bytes)
//   row_warp     a row per warp, in registers                             rows of one segment (4 KiB)
//   row_block    a row per block: streamed (no gradient, or read twice), in registers (a segment per warp), or in shared memory
//   row_partial, row_finish, row_gradient    a row over many blocks: segment statistics, merge and epilogue, gradient
//
// A Hopper form (a row over a cluster, bulk copies) is one more entry here: it computes segments, merges, and calls finish_row.
#pragma once

#include "kernels/row_gradient.h"

namespace gibbs::kernels {

enum class Residency { kStreamed, kRegisters, kShared };

static_assert(kSegment<float> * 4 == kSegmentBytes && kStep<float> * 4 == kStepBytes, "operations and kernels agree on geometry");

template <class T>
GIBBS_DEVICE int segment_size(const RowParameters<Real<T>>& p, int32_t begin) {
  constexpr int32_t whole = kSegment<T>;
  const int32_t left = p.columns - begin;
  return left < whole ? left : int(whole);
}

template <unsigned flags, class T>
GIBBS_DEVICE SegmentStatistics<Real<T>> warp_statistics(const RowParameters<Real<T>>& p, const RowScale<Real<T>>& scale,
                                                        const RowView<T>& view, Pack<T> (&packs)[kPacks], int32_t begin) {
  if (p.skips_targetless && view.target < 0) return no_statistics<Real<T>>();
  const int count = segment_size<T>(p, begin);
  load_segment(packs, view.logits + begin, count, From<T>::real(-Limits<Real<T>>::infinity()));
  return segment_statistics<flags>(p, scale, view, packs, begin, count, lane_index(), kWarp);
}

template <class T, unsigned flags, bool gradient>
GIBBS_DEVICE void row_lanes(const RowParameters<Real<T>>& p) {
  using R = Real<T>;
  constexpr int size = Pack<T>::size;
  const int32_t packs_per_row = (p.columns + size - 1) / size;
  unsigned width = 1;
  while (int32_t(width) < packs_per_row) width *= 2;
  const unsigned rows_per_warp = kWarp / width, lane = lane_index() % width;
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  const int64_t warp = int64_t(block_index()) * (block_size() / kWarp) + warp_index();
  for (int64_t first = warp * rows_per_warp; first < p.rows; first += warps * rows_per_warp) {
    const int64_t own = first + lane_index() / width;
    const bool active = own < p.rows;
    const int64_t row = active ? own : p.rows - 1;  // the lanes of missing rows keep their warp's shuffles company
    double inverse;
    const RowScale<R> scale = row_scale(p, row, inverse);
    const RowView<T> view = view_row<T>(p, row);
    const int index = int(lane) * size;
    Pack<T> packs[1] = {load_pack(view.logits, p.columns, index, From<T>::real(-Limits<R>::infinity()))};
    const auto statistics = segment_statistics<flags>(p, scale, view, packs, 0, p.columns, lane, width);
    const RowCoefficients<R> c = finish_row<flags>(p, scale, inverse, view, statistics, active && lane == 0);
    if constexpr (gradient) {
      if (active && index < p.columns) {
        gradient_pack<flags>(p, c, view, packs[0], 0, p.columns, index);
        store_pack(static_cast<T*>(p.gradient) + row * p.gradient_stride, p.columns, index, packs[0]);
      }
    }
  }
}

template <class T, unsigned flags, bool gradient>
GIBBS_DEVICE void row_warp(const RowParameters<Real<T>>& p) {
  using R = Real<T>;
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t row = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); row < p.rows; row += warps) {
    double inverse;
    const RowScale<R> scale = row_scale(p, row, inverse);
    const RowView<T> view = view_row<T>(p, row);
    Pack<T> packs[kPacks] = {};
    const auto statistics = warp_statistics<flags>(p, scale, view, packs, 0);
    const RowCoefficients<R> c = finish_row<flags>(p, scale, inverse, view, statistics, lane_index() == 0);
    if constexpr (gradient) gradient_segment<flags>(p, c, view, packs, 0, p.columns);
  }
}

// Shared memory: segment_count statistics, then with kShared segment_count times 4 KiB, each lane reading back only what it
// wrote.
template <class T, unsigned flags, bool gradient, Residency residency>
GIBBS_DEVICE void row_block(const RowParameters<Real<T>>& p) {
  using R = Real<T>;
  auto* segments = reinterpret_cast<SegmentStatistics<R>*>(shared_memory());
  const int statistics_bytes = (p.segment_count * int(sizeof(SegmentStatistics<R>)) + 127) / 128 * 128;
  auto* kept = reinterpret_cast<Pack<T>*>(shared_memory() + statistics_bytes) + lane_index();
  const int warps = int(block_size() / kWarp), warp = int(warp_index());
  for (int64_t row = block_index(); row < p.rows; row += grid_size()) {
    double inverse;
    const RowScale<R> scale = row_scale(p, row, inverse);
    const RowView<T> view = view_row<T>(p, row);
    Pack<T> packs[kPacks] = {};
    for (int i = warp; i < p.segment_count; i += warps) {
      const auto statistics = warp_statistics<flags>(p, scale, view, packs, i * kSegment<T>);
      if (lane_index() == 0) segments[i] = statistics;
      if constexpr (residency == Residency::kShared) {
        GIBBS_UNROLL
        for (int k = 0; k < kPacks; ++k) kept[(i * kPacks + k) * int(kWarp)] = packs[k];
      }
    }
    block_barrier();
    const auto merged = merge_segments<flags>(p, scale, segments, p.segment_count);
    const RowCoefficients<R> c = finish_row<flags>(p, scale, inverse, view, merged, thread_index() == 0);
    if constexpr (gradient) {
      for (int i = warp; i < p.segment_count; i += warps) {
        const int32_t begin = i * kSegment<T>;
        const int count = segment_size<T>(p, begin);
        if (residency == Residency::kStreamed && c.fill == kAffine)
          load_segment(packs, view.logits + begin, count, From<T>::real(0));
        if constexpr (residency == Residency::kShared) {
          GIBBS_UNROLL
          for (int k = 0; k < kPacks; ++k) packs[k] = kept[(i * kPacks + k) * int(kWarp)];
        }
        gradient_segment<flags>(p, c, view, packs, begin, count);
      }
    }
    block_barrier();  // the next row's statistics go where slow warps may still be reading this row's
  }
}

// A warp per segment of any row.
template <class T, unsigned flags>
GIBBS_DEVICE void row_partial(const RowParameters<Real<T>>& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp), items = p.rows * p.segment_count;
  for (int64_t item = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); item < items; item += warps) {
    const int64_t row = item / p.segment_count;
    double inverse;
    const auto scale = row_scale(p, row, inverse);
    const RowView<T> view = view_row<T>(p, row);
    Pack<T> packs[kPacks] = {};
    const auto statistics = warp_statistics<flags>(p, scale, view, packs, int32_t(item % p.segment_count) * kSegment<T>);
    if (lane_index() == 0) p.segments[item] = statistics;
  }
}

// A warp per row.
template <class T, unsigned flags>
GIBBS_DEVICE void row_finish(const RowParameters<Real<T>>& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t row = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); row < p.rows; row += warps) {
    double inverse;
    const auto scale = row_scale(p, row, inverse);
    const RowView<T> view = view_row<T>(p, row);
    const auto merged = merge_segments<flags>(p, scale, p.segments + row * p.segment_count, p.segment_count);
    const auto c = finish_row<flags>(p, scale, inverse, view, merged, lane_index() == 0);
    if (p.coefficients != nullptr && lane_index() == 0) p.coefficients[row] = c;
  }
}

// A thread per row.
template <class T, unsigned flags>
GIBBS_DEVICE void row_coefficients(const RowParameters<Real<T>>& p) {
  const int64_t threads = int64_t(grid_size()) * block_size();
  for (int64_t row = int64_t(block_index()) * block_size() + thread_index(); row < p.rows; row += threads) {
    p.coefficients[row] = coefficients_from_saved<flags, T>(p, row);
  }
}

// A warp per segment of any row: one read, one write.
template <class T, unsigned flags>
GIBBS_DEVICE void row_gradient(const RowParameters<Real<T>>& p) {
  using R = Real<T>;
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp), items = p.rows * p.segment_count;
  for (int64_t item = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); item < items; item += warps) {
    const int64_t row = item / p.segment_count;
    const int32_t begin = int32_t(item % p.segment_count) * kSegment<T>;
    const int count = segment_size<T>(p, begin);
    const RowCoefficients<R> c = p.coefficients[row];
    RowView<T> view{};
    view.row = row;
    view.logits = static_cast<const T*>(p.logits) + row * p.logits_stride;
    Pack<T> packs[kPacks] = {};
    if (c.fill == kAffine) load_segment(packs, view.logits + begin, count, From<T>::real(0));
    gradient_segment<flags>(p, c, view, packs, begin, count);
  }
}

}  // namespace gibbs::kernels
