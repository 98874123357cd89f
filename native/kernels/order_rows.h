// Rows of isotonic regression and of the permutahedron's maps from and to memory: what is loaded, and what of it is not finite;
// the status of a row; results by place back to columns; the sums of tiles over a row. A tile of kOrderTile entries per block, or
// a warp per row.
#pragma once

#include "device/reduce.h"
#include "kernels/order_row.h"

namespace gibbs::kernels {

// A tile of a row: entries [begin, end).
struct OrderTile {
  int64_t row;
  int32_t tile, begin, end;

  GIBBS_DEVICE OrderTile(const OrderParameters& p, int64_t item)
      : row(item / p.tiles), tile(int32_t(item % p.tiles)), begin(tile * kOrderTile) {
    end = p.columns - begin < kOrderTile ? p.columns : begin + kOrderTile;
  }
};

// The sum over a block's threads, in thread 0. All threads call; shared memory holds a V per warp.
template <class V>
GIBBS_DEVICE V block_total(V own) {
  V* const warps = reinterpret_cast<V*>(shared_memory());
  own = lanes_sum(own);
  if (lane_index() == 0) warps[warp_index()] = own;
  block_barrier();
  V total = 0;
  if (thread_index() == 0) {
    for (unsigned w = 0; w < (block_size() + kWarp - 1) / kWarp; ++w) total = total + warps[w];
  }
  block_barrier();
  return total;
}

// What is not finite counts, and is loaded as 0: the sort needs numbers.
template <class T>
GIBBS_DEVICE void order_load(const OrderParameters& p) {
  using R = Real<T>;
  for (int64_t item = block_index(); item < p.rows * p.tiles; item += grid_size()) {
    const OrderTile t(p, item);
    const T* const x = static_cast<const T*>(p.input) + t.row * p.input_stride;
    R* const loaded = static_cast<R*>(p.loaded) + t.row * p.columns;
    int found = 0;
    for (int32_t i = t.begin + int32_t(thread_index()); i < t.end; i += int32_t(block_size())) {
      const R value = to_real(x[i]);
      const bool nan = is_nan(value), infinite = is_infinite(value);
      found += nan ? int(kOrderNan) : infinite ? int(kOrderInfinity) : 0;
      loaded[i] = nan || infinite ? R(0) : is_negated(p) ? -value : value;
    }
    found = block_total(found);
    if (thread_index() == 0) p.tile_flags[item] = uint32_t(found);
  }
}

// The weights as a row: of isotonic regression they are positive, of the permutahedron finite, and loaded to be sorted.
template <class R>
GIBBS_DEVICE void order_load_weights(const OrderParameters& p) {
  const R* const weights = static_cast<const R*>(p.weights);
  for (int64_t item = block_index(); item < p.tiles; item += grid_size()) {
    const OrderTile t(p, item);
    int found = 0;
    for (int32_t i = t.begin + int32_t(thread_index()); i < t.end; i += int32_t(block_size())) {
      const R w = weights[i];
      const bool finite = !is_nan(w) && !is_infinite(w);
      found += finite && (!is_isotonic(p) || w > 0) ? 0 : 1;
      if (!is_isotonic(p)) static_cast<R*>(p.loaded)[i] = finite ? w : R(0);
    }
    found = block_total(found);
    if (thread_index() == 0) p.weight_flags[item] = uint32_t(found);
  }
}

// A warp per row.
template <class R>
GIBBS_DEVICE void order_status(const OrderParameters& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t row = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); row < p.rows; row += warps) {
    int nans = 0, infinities = 0, invalid = 0;
    for (int32_t tile = int32_t(lane_index()); tile < p.tiles; tile += int32_t(kWarp)) {
      const uint32_t flags = p.tile_flags[row * p.tiles + tile];
      nans |= (flags & kOrderCount) != 0;
      infinities |= flags >> 16 != 0;
      if (p.weight_flags != nullptr) invalid |= p.weight_flags[tile] != 0;
    }
    nans = lanes_sum(nans);
    infinities = lanes_sum(infinities);
    invalid = lanes_sum(invalid);
    const bool regularised = p.map == GIBBS_MAP_SOFT_SORT || p.map == GIBBS_MAP_SOFT_RANK;
    if (regularised && !valid_epsilon(row_epsilon<R>(p, row))) invalid = 1;
    if (lane_index() == 0) {
      const uint8_t status = invalid > 0      ? GIBBS_ROW_INVALID_PARAMETER
                             : nans > 0       ? GIBBS_ROW_NOT_A_NUMBER
                             : infinities > 0 ? GIBBS_ROW_PLUS_INFINITY
                                              : GIBBS_ROW_OK;
      p.row_status[row] = status;
      if (p.status != nullptr) p.status[row] = status;
    }
  }
}

template <class T, class Problem>
GIBBS_DEVICE void order_store(const OrderParameters& p) {
  using R = Real<T>;
  for (int64_t item = block_index(); item < p.rows * p.tiles; item += grid_size()) {
    const OrderTile t(p, item);
    const typename Problem::Row row(p, t.row);
    const bool bad = p.row_status[t.row] != GIBBS_ROW_OK;
    const auto* values = static_cast<const typename Problem::Value*>(p.values) + t.row * p.columns;
    T* const y = static_cast<T*>(p.output) + t.row * p.output_stride;
    int64_t count = 0;
    for (int32_t e = t.begin + int32_t(thread_index()); e < t.end; e += int32_t(block_size())) {
      const T rounded = From<T>::real(bad ? Limits<R>::nan() : R(Problem::result(row, values[e], e)));
      count += to_real(rounded) != 0;
      if (p.output != nullptr) y[row.output_column(e)] = rounded;
    }
    if (p.tile_counts == nullptr) continue;
    count = block_total(count);
    if (thread_index() == 0) p.tile_counts[item] = count;
  }
}

// A warp per row: support sizes, or the parameter's gradient.
template <class R>
GIBBS_DEVICE void order_totals(const OrderParameters& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t row = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); row < p.rows; row += warps) {
    int64_t count = 0;
    double term = 0;
    for (int64_t item = row * p.tiles + lane_index(); item < (row + 1) * p.tiles; item += kWarp) {
      if (p.tile_counts != nullptr) count += p.tile_counts[item];
      if (p.tile_terms != nullptr) term += p.tile_terms[item];
    }
    count = lanes_sum(count);
    term = lanes_sum(term);
    if (lane_index() != 0) continue;
    if (p.tile_counts != nullptr) p.support_size[row] = count;
    if (p.tile_terms != nullptr)
      static_cast<R*>(p.parameter_gradient)[row] = p.row_status[row] != GIBBS_ROW_OK ? Limits<R>::nan() : R(term);
  }
}

}  // namespace gibbs::kernels
