// Rows without their zeros (compressed sparse rows). A first launch counts the entries of each row that are not 0, a scan turns
// counts into offsets, a second launch finds the same result again and writes indices and values in order of index.
#pragma once

#include "kernels/row_scan.h"

namespace gibbs::kernels {

// f: element and index to result, 0 outside the marked packs.
template <class T, class F>
GIBBS_DEVICE int32_t support_of_row(const RowScope& scope, const RowSource<T>& source, PackMarks marks, const F& f) {
  return scope
      .reduce_marked<Count, T>(marks, false,
                               [&](Count& c, PackPlace at) GIBBS_INLINE {
                                 const Pack<T> pack = source.at(at, scope.columns);
                                 GIBBS_UNROLL_BY(1)
                                 for (int e = 0; e < at.count; ++e) c.value += to_real(f(pack.at(e), at.index + e)) != 0;
                                 return true;
                               })
      .value;
}

// The sum of value over lower lanes, and total over all.
GIBBS_DEVICE int32_t lanes_before(int32_t value, int32_t& total) {
  int32_t sum = value;
  GIBBS_UNROLL
  for (unsigned o = 1; o < kWarp; o *= 2) {
    const int32_t lower = int32_t(shuffle(uint32_t(sum), (lane_index() + kWarp - o) % kWarp));
    if (lane_index() >= o) sum += lower;
  }
  total = int32_t(shuffle(uint32_t(sum), kWarp - 1));
  return sum - value;
}

// The warps of a block take segments side by side, so that what lies before each is known after one exchange.
template <class T, class F>
GIBBS_DEVICE void write_sparse_row(const RowMapParameters<Real<T>>& p, const RowScope& scope, const RowSource<T>& source,
                                   int64_t row, const F& f) {
  int32_t* counts = reinterpret_cast<int32_t*>(shared_memory());
  int64_t base = p.row_offsets[row];
  scope.each_round([&](int32_t segment, bool active) GIBBS_INLINE {
    int32_t own = 0;
    const auto count_pack = [&](PackPlace at) GIBBS_INLINE {
      const Pack<T> pack = source.at(at, scope.columns);
      int32_t count = 0;
      GIBBS_UNROLL_BY(1)
      for (int e = 0; e < at.count; ++e) count += to_real(f(pack.at(e), at.index + e)) != 0;
      return count;
    };
    if (active) scope.each_pack<T>(segment, [&](PackPlace at) GIBBS_INLINE { own += count_pack(at); });
    int64_t next = scope.warps_before(counts, lanes_sum(own), base);
    if (!active) return;
    GIBBS_UNROLL_BY(1)
    for (int k = 0; k < kPacks; ++k) {
      const PackPlace at = scope.place<T>(segment, k);
      int32_t total;
      const int64_t begin = next + lanes_before(at.count > 0 ? count_pack(at) : 0, total);
      next += total;
      if (at.count <= 0) continue;
      const Pack<T> pack = source.at(at, scope.columns);
      int64_t slot = begin;
      GIBBS_UNROLL_BY(1)
      for (int e = 0; e < at.count; ++e) {
        const T y = f(pack.at(e), at.index + e);
        if (!(to_real(y) != 0)) continue;
        if (slot < p.capacity) {
          p.indices[slot] = at.index + e;
          static_cast<T*>(p.values)[slot] = y;
        }
        slot += 1;
      }
    }
  });
}

// offsets[0] = 0, offsets[i + 1] = sum of the counts up to i: one block, rows in tiles of its threads.
template <int threads>
GIBBS_DEVICE void scan_row_offsets(int64_t* offsets, int64_t rows) {
  int64_t* sums = reinterpret_cast<int64_t*>(shared_memory());
  int64_t base = 0;
  if (thread_index() == 0) offsets[0] = 0;
  for (int64_t first = 0; first < rows; first += threads) {
    const int64_t row = first + thread_index();
    int64_t sum = row < rows ? offsets[row + 1] : 0;
    GIBBS_UNROLL_BY(1)
    for (int o = 1; o < threads; o *= 2) {
      sums[thread_index()] = sum;
      block_barrier();
      if (int(thread_index()) >= o) sum += sums[thread_index() - o];
      block_barrier();
    }
    sums[thread_index()] = sum;
    if (row < rows) offsets[row + 1] = base + sum;
    block_barrier();
    base += sums[threads - 1];
    block_barrier();
  }
}

}  // namespace gibbs::kernels
