// Sums over rows: the normaliser, sum r w_y over the valid rows, and the reduced loss. Rows are cut into chunks of kChunk; a
// block sums a chunk, thread t over rows t, t + 256, …, then a fixed tree; one block sums the chunks the same way. In fp64,
// whatever the storage.
#pragma once

#include "kernels/row_epilogue.h"

namespace gibbs::kernels {

// All threads of the block call; thread 0 gets the total. scratch: kSumThreads / 32 of shared memory.
GIBBS_DEVICE RowSum block_sum(RowSum own, RowSum* scratch) {
  own = {lanes_sum(own.sum), lanes_sum(own.count)};
  if (lane_index() == 0) scratch[warp_index()] = own;
  block_barrier();
  const bool holds = lane_index() < kSumThreads / kWarp;
  own = holds ? scratch[lane_index()] : RowSum{0, 0};
  block_barrier();
  return {lanes_sum(own.sum), lanes_sum(own.count)};
}

template <class R>
GIBBS_DEVICE RowSum row_term(const RowSumsParameters<R>& p, int64_t row) {
  if (p.values != nullptr) return {double(p.values[row]), 0};
  if (target_status(p.row, row) != GIBBS_ROW_OK) return {0, 0};
  double weight = p.row.row_weights != nullptr ? double(p.row.row_weights[row]) : 1;
  if (p.row.class_weights != nullptr && p.row.target_bytes != 0) weight *= double(p.row.class_weights[given_target(p.row, row)]);
  return {weight, 1};
}

template <class R>
GIBBS_DEVICE void write_sum(const RowSumsParameters<R>& p, RowSum total) {
  if (p.values != nullptr) {
    const double divisor = p.row.normaliser != nullptr ? double(*p.row.normaliser) : double(p.row.normaliser_value);
    *p.result = !p.divide ? R(total.sum) : divisor == 0 ? R(0) : R(total.sum / divisor);
    return;
  }
  if (p.result != nullptr) *p.result = R(total.sum);
  if (p.normaliser_output != nullptr) {
    *p.normaliser_output = !p.given ? R(total.sum) : p.row.normaliser != nullptr ? *p.row.normaliser : p.row.normaliser_value;
  }
  if (p.valid_rows != nullptr) *p.valid_rows = total.count;
}

template <class R>
GIBBS_DEVICE void row_chunk_sum(const RowSumsParameters<R>& p) {
  auto* scratch = reinterpret_cast<RowSum*>(shared_memory());
  for (int64_t chunk = block_index(); chunk < p.chunk_count; chunk += grid_size()) {
    RowSum own = {0, 0};
    GIBBS_UNROLL
    for (int i = 0; i < kSumUnroll; ++i) {  // no early exit: independent loads are in flight together
      const int64_t row = chunk * kChunk + i * kSumThreads + thread_index();
      const bool inside = row < p.row.rows;
      const RowSum term = p.row.rows == 0 ? RowSum{0, 0} : row_term(p, inside ? row : p.row.rows - 1);
      if (inside) own = {own.sum + term.sum, own.count + term.count};
    }
    const RowSum total = block_sum(own, scratch);
    if (thread_index() == 0) {
      if (p.chunk_count == 1) {
        write_sum(p, total);
      } else {
        p.chunks[chunk] = total;
      }
    }
  }
}

template <class R>
GIBBS_DEVICE void row_total_sum(const RowSumsParameters<R>& p) {
  RowSum own = {0, 0};
  for (int64_t i = thread_index(); i < p.chunk_count; i += kSumThreads)
    own = {own.sum + p.chunks[i].sum, own.count + p.chunks[i].count};
  const RowSum total = block_sum(own, reinterpret_cast<RowSum*>(shared_memory()));
  if (thread_index() == 0) write_sum(p, total);
}

}  // namespace gibbs::kernels
