// Gradients of isotonic regression and of the permutahedron's maps (isotonic.h, permutahedron.h): the upstream gradient by place,
// its sums in order, and for every entry the sum over its block, whose ends binary search finds in the solution. Of isotonic
// regression the solution is the result y itself; of the others it is computed again.
#pragma once

#include "kernels/isotonic.h"
#include "kernels/order_rows.h"
#include "kernels/permutahedron.h"
#include "kernels/segment_tree.h"

namespace gibbs::kernels {

template <class T>
GIBBS_DEVICE void isotonic_upstream(const OrderParameters& p) {
  for (int64_t item = block_index(); item < p.rows * p.tiles; item += grid_size()) {
    const OrderTile t(p, item);
    const T* const upstream = static_cast<const T*>(p.upstream) + t.row * p.upstream_stride;
    for (int32_t e = t.begin + int32_t(thread_index()); e < t.end; e += int32_t(block_size()))
      p.leaves[t.row * p.columns + e] = double(to_real(upstream[mirrored(p, e)]));
  }
}

template <class T, class Problem>
GIBBS_DEVICE void order_upstream(const OrderParameters& p) {
  for (int64_t item = block_index(); item < p.rows * p.tiles; item += grid_size()) {
    const OrderTile t(p, item);
    const typename Problem::Row row(p, t.row);
    const auto* values = static_cast<const typename Problem::Value*>(p.values) + t.row * p.columns;
    const T* const upstream = static_cast<const T*>(p.upstream) + t.row * p.upstream_stride;
    for (int32_t e = t.begin + int32_t(thread_index()); e < t.end; e += int32_t(block_size()))
      p.leaves[t.row * p.columns + e] = double(to_real(upstream[row.output_column(e)])) * Problem::slope(row, values[e], e);
  }
}

// Weights by place; 1 where the map has none, or none that takes part.
template <class R>
GIBBS_DEVICE double leaf_weight(const OrderParameters& p, int32_t place) {
  return is_isotonic(p) && p.weights != nullptr ? double(static_cast<const R*>(p.weights)[mirrored(p, place)]) : 1;
}
template <class R>
GIBBS_DEVICE OrderSum order_sum(const OrderParameters& p, int64_t row, int h, int32_t begin) {
  if (h == 0) return {p.leaves[row * p.columns + begin], leaf_weight<R>(p, begin)};
  return p.sums[row * p.columns + tree_place(begin, h)];
}
template <class R>
GIBBS_DEVICE void add_pair(const OrderParameters& p, int64_t row, int h, int64_t begin) {
  const OrderSum left = order_sum<R>(p, row, h, int32_t(begin));
  const OrderSum right = order_sum<R>(p, row, h, int32_t(begin + (int64_t(1) << h)));
  p.sums[row * p.columns + tree_place(begin, h + 1)] = {left.upstream + right.upstream, left.weight + right.weight};
}

// Sums within tiles, a tile per block; then those above them, a row per block.
template <class R>
GIBBS_DEVICE void order_tile_sums(const OrderParameters& p) {
  for (int64_t item = block_index(); item < p.rows * p.tiles; item += grid_size()) {
    const OrderTile t(p, item);
    for (int h = 0; (2 << h) <= kOrderTile; ++h) {
      const int32_t pairs = (t.end - t.begin) >> (h + 1);
      for (int32_t pair = int32_t(thread_index()); pair < pairs; pair += int32_t(block_size()))
        add_pair<R>(p, t.row, h, t.begin + (int64_t(pair) << (h + 1)));
      block_barrier();
    }
  }
}
template <class R>
GIBBS_DEVICE void order_row_sums(const OrderParameters& p) {
  int tile_level = 0;
  while ((1 << tile_level) < kOrderTile) ++tile_level;
  for (int64_t row = block_index(); row < p.rows; row += grid_size()) {
    for (int h = tile_level; (int64_t(2) << h) <= p.columns; ++h) {
      const int64_t pairs = int64_t(p.columns) >> (h + 1);
      for (int64_t pair = thread_index(); pair < pairs; pair += block_size()) add_pair<R>(p, row, h, pair << (h + 1));
      block_barrier();
    }
  }
}

struct OrderBlock {
  int32_t begin, end;
  OrderSum sum;
};

// The block of a place: the longest run around it for which same(place) holds.
template <class R, class Same>
GIBBS_DEVICE OrderBlock order_block(const OrderParameters& p, int64_t row, int32_t place, Same same) {
  OrderBlock block = {0, p.columns, {0, 0}};
  int32_t high = place;
  while (block.begin < high) {
    const int32_t middle = block.begin + (high - block.begin) / 2;
    if (same(middle)) {
      high = middle;
    } else {
      block.begin = middle + 1;
    }
  }
  int32_t low = place + 1;
  while (low < block.end) {
    const int32_t middle = low + (block.end - low) / 2;
    if (same(middle)) {
      low = middle + 1;
    } else {
      block.end = middle;
    }
  }
  fold_range(block.begin, block.end, [&](int h, int32_t begin) {
    const OrderSum next = order_sum<R>(p, row, h, begin);
    block.sum = {block.sum.upstream + next.upstream, block.sum.weight + next.weight};
  });
  return block;
}

template <class T>
GIBBS_DEVICE void isotonic_gradient(const OrderParameters& p) {
  using R = Real<T>;
  for (int64_t item = block_index(); item < p.rows * p.tiles; item += grid_size()) {
    const OrderTile t(p, item);
    const T* const y = static_cast<const T*>(p.result) + t.row * p.result_stride;
    T* const gradient = static_cast<T*>(p.gradient) + t.row * p.gradient_stride;
    for (int32_t e = t.begin + int32_t(thread_index()); e < t.end; e += int32_t(block_size())) {
      const int32_t column = mirrored(p, e);
      const R own = to_real(y[column]);
      const OrderBlock block = order_block<R>(p, t.row, e, [&](int32_t place) { return to_real(y[mirrored(p, place)]) == own; });
      const double whole =
          block.end - block.begin == 1 ? block.sum.upstream : leaf_weight<R>(p, e) * (block.sum.upstream / block.sum.weight);
      gradient[column] = From<T>::real(is_nan(own) ? own : R(whole));
    }
  }
}

template <class T, class Problem>
GIBBS_DEVICE void order_gradient(const OrderParameters& p) {
  using R = Real<T>;
  const bool sorts = p.map == GIBBS_MAP_SOFT_SORT;
  for (int64_t item = block_index(); item < p.rows * p.tiles; item += grid_size()) {
    const OrderTile t(p, item);
    const typename Problem::Row row(p, t.row);
    const bool bad = p.row_status[t.row] != GIBBS_ROW_OK;
    const auto* values = static_cast<const typename Problem::Value*>(p.values) + t.row * p.columns;
    T* const gradient = static_cast<T*>(p.gradient) + t.row * p.gradient_stride;
    double term = 0;
    for (int32_t e = t.begin + int32_t(thread_index()); e < t.end; e += int32_t(block_size())) {
      const auto own = values[e];
      const OrderBlock block = order_block<R>(p, t.row, e, [&](int32_t place) { return Problem::same(values[place], own); });
      const int32_t count = block.end - block.begin;
      const double upstream = p.leaves[t.row * p.columns + e];
      // An entry alone is w_i whatever z_i: nothing of its upstream reaches z.
      const double by_first = count == 1 ? 0 : upstream - Problem::first_share(row, own, e, count) * block.sum.upstream;
      const double by_second = count == 1 ? upstream : Problem::second_share(row, own, e, count) * block.sum.upstream;
      if (count > 1) term -= by_first * Problem::centred(row, own, e) / row.epsilon;
      const double by_key = sorts ? by_second : (is_negated(p) ? -by_first : by_first) / row.epsilon;
      if (p.gradient != nullptr) gradient[row.input_column(e)] = From<T>::real(bad ? Limits<R>::nan() : R(by_key));
    }
    if (p.tile_terms == nullptr) continue;
    term = block_total(term);
    if (thread_index() == 0) p.tile_terms[item] = term;
  }
}

}  // namespace gibbs::kernels
