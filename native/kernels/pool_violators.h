// Pool adjacent violators by divide and conquer: the solutions of two neighbouring runs become that of both at once. What is
// pooled around the border is {v > c} of the left and {v < c} of the right run, where c is the value of the pool itself,
//
//   v = min(v, c) left of the border, v = max(v, c) right of it
//
// and whether c lies above a solution's entry t follows from the value of {v > t} and {v < t} together: binary search over the
// entries of either run, each with a descent through the sums of both (segment_tree.h). log V levels of log^2 V steps; every
// value is a direct sum over its own block. Problems say what leaves, sums and values are (isotonic.h, permutahedron.h).
#pragma once

#include "kernels/order_row.h"
#include "kernels/segment_tree.h"

namespace gibbs::kernels {

// Solutions and sums of the entries [base, end) of a row, in shared memory or in the workspace.
template <class Problem>
struct Stretch {
  using Value = typename Problem::Value;
  using Node = typename Problem::Node;
  const typename Problem::Row& row;
  Value* values;
  Node* nodes;
  int32_t base, end;

  GIBBS_DEVICE Value& value(int32_t place) const { return values[place - base]; }
  GIBBS_DEVICE Node node(int h, int32_t begin) const {
    return h == 0 ? Problem::leaf(row, begin) : nodes[tree_place(begin, h) - base];
  }
};

// The sum of some entries, and how many.
template <class Problem>
struct Pool {
  typename Problem::Node node;
  int32_t count;

  GIBBS_DEVICE void append(const Stretch<Problem>& s, int h, int32_t begin) {
    const auto next = s.node(h, begin);
    node = count == 0 ? next : Problem::merge(s.row, node, next);
    count += int32_t(1) << h;
  }
  GIBBS_DEVICE void prepend(const Stretch<Problem>& s, int h, int32_t begin) {
    const auto next = s.node(h, begin);
    node = count == 0 ? next : Problem::merge(s.row, next, node);
    count += int32_t(1) << h;
  }
};

// Of the entries left of the border that left(place) admits and of those from it on that right(place) admits.
template <class Problem, class Left, class Right>
GIBBS_DEVICE Pool<Problem> border_pool(const Stretch<Problem>& s, int level, int32_t border, Left left, Right right) {
  const int64_t width = int64_t(1) << level, end = border + width < s.end ? border + width : s.end;
  Pool<Problem> pool = {};
  fold_left(level, int32_t(border - width), border, left, [&](int h, int32_t place) { pool.prepend(s, h, place); });
  fold_right(level, border, int32_t(end), right, [&](int h, int32_t place) { pool.append(s, h, place); });
  return pool;
}

// The cut of the runs of 2^level entries that meet at border. Where nothing is pooled it lies between them.
template <class Problem>
GIBBS_DEVICE typename Problem::Value border_cut(const Stretch<Problem>& s, int level, int32_t border) {
  using Value = typename Problem::Value;
  const Value last = s.value(border - 1);
  if (!Problem::less(s.row, s.value(border), last)) return last;
  const int64_t width = int64_t(1) << level;
  // The first entry of the left run above the cut, then the first of the right run not below it; with both, the pool itself.
  int64_t first = border, behind = border, low = border - width, high = border;
  int stage = 0;
  for (;;) {
    while (stage < 2 && low >= high) {
      (stage == 0 ? first : behind) = low;
      low = border;
      high = border + width < s.end ? border + width : s.end;
      ++stage;
    }
    const bool searches = stage < 2;
    const int64_t middle = (low + high) / 2;
    const Value t = searches ? s.value(int32_t(middle)) : last;
    const Pool<Problem> pool = border_pool<Problem>(
        s, level, border, [&](int32_t place) { return searches ? Problem::less(s.row, t, s.value(place)) : place >= first; },
        [&](int32_t place) { return searches ? Problem::less(s.row, s.value(place), t) : place < behind; });
    const Value value = pool.count == 0 ? t : Problem::value(pool.node, pool.count);
    if (!searches) return value;
    // The entry lies above the cut where the pool of its own value has a lower one; not below it where that value is no higher.
    const bool beyond = stage == 0 ? Problem::less(s.row, value, t) : !Problem::less(s.row, t, value);
    if (beyond) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
}

// The cut at a border, and the sum of both runs where they are whole.
template <class Problem>
GIBBS_DEVICE typename Problem::Value merge_runs(const Stretch<Problem>& s, int level, int32_t border) {
  const int64_t width = int64_t(1) << level;
  if (border + width <= s.end) {
    const int32_t begin = int32_t(border - width);
    s.nodes[tree_place(begin, level + 1) - s.base] = Problem::merge(s.row, s.node(level, begin), s.node(level, border));
  }
  return border_cut(s, level, border);
}

template <class Problem>
GIBBS_DEVICE void apply_cut(const Stretch<Problem>& s, const typename Problem::Value& cut, int32_t border, int32_t place) {
  const typename Problem::Value own = s.value(place);
  if (place < border ? Problem::less(s.row, cut, own) : Problem::less(s.row, own, cut)) s.value(place) = cut;
}

// A tile of a row per block, all its levels in shared memory: solutions, sums, cuts.
template <class Problem>
GIBBS_DEVICE void pool_tile(const OrderParameters& p) {
  using Value = typename Problem::Value;
  using Node = typename Problem::Node;
  const int64_t tiles = (int64_t(p.columns) + p.solve_tile - 1) / p.solve_tile;
  const int32_t thread = int32_t(thread_index()), threads = int32_t(block_size());
  Node* const nodes = reinterpret_cast<Node*>(shared_memory());
  Value* const values = reinterpret_cast<Value*>(nodes + p.solve_tile);
  Value* const cuts = values + p.solve_tile;
  for (int64_t item = block_index(); item < p.rows * tiles; item += grid_size()) {
    const typename Problem::Row row(p, item / tiles);
    const int64_t begin = item % tiles * p.solve_tile, base = row.row * p.columns + begin;
    const int32_t count = p.columns - begin < p.solve_tile ? int32_t(p.columns - begin) : p.solve_tile;
    const Stretch<Problem> s = {row, values, nodes, int32_t(begin), int32_t(begin) + count};
    for (int32_t e = thread; e < count; e += threads) values[e] = Problem::leaf_value(row, int32_t(begin) + e);
    block_barrier();
    for (int level = 0; (1 << level) < count; ++level) {
      for (int32_t pair = thread; (2 * pair + 1) << level < count; pair += threads)
        cuts[pair] = merge_runs(s, level, s.base + ((2 * pair + 1) << level));
      block_barrier();
      for (int32_t e = thread; e < count; e += threads) {
        const int32_t pair = e >> (level + 1), border = (2 * pair + 1) << level;
        if (border < count) apply_cut(s, cuts[pair], s.base + border, s.base + e);
      }
      block_barrier();
    }
    for (int32_t e = thread; e < count; e += threads) {
      static_cast<Value*>(p.values)[base + e] = values[e];
      // Place 0 of a tile holds no sum of its own.
      if (tiles > 1 && e > 0) static_cast<Node*>(p.nodes)[base + e] = nodes[e];
    }
    block_barrier();  // the next tile comes to where slow warps may still be reading
  }
}

template <class Problem>
GIBBS_DEVICE Stretch<Problem> whole_row(const OrderParameters& p, const typename Problem::Row& row) {
  return {row, static_cast<typename Problem::Value*>(p.values) + row.row * p.columns,
          static_cast<typename Problem::Node*>(p.nodes) + row.row * p.columns, 0, p.columns};
}

// A pair of runs per thread.
template <class Problem>
GIBBS_DEVICE void pool_cut(const OrderParameters& p) {
  using Value = typename Problem::Value;
  const int64_t pairs = (((int64_t(p.columns) - 1) >> p.level) + 1) / 2, threads = int64_t(grid_size()) * block_size();
  for (int64_t item = int64_t(block_index()) * block_size() + thread_index(); item < p.rows * pairs; item += threads) {
    const typename Problem::Row row(p, item / pairs);
    const int64_t pair = item % pairs;
    static_cast<Value*>(p.cuts)[row.row * p.cut_stride + pair] =
        merge_runs(whole_row<Problem>(p, row), p.level, int32_t((2 * pair + 1) << p.level));
  }
}

template <class Problem>
GIBBS_DEVICE void pool_fill(const OrderParameters& p) {
  using Value = typename Problem::Value;
  for (int64_t item = block_index(); item < p.rows * p.tiles; item += grid_size()) {
    const typename Problem::Row row(p, item / p.tiles);
    const Stretch<Problem> s = whole_row<Problem>(p, row);
    const int64_t begin = item % p.tiles * kOrderTile, end = begin + kOrderTile < p.columns ? begin + kOrderTile : p.columns;
    for (int64_t e = begin + thread_index(); e < end; e += block_size()) {
      const int64_t pair = e >> (p.level + 1), border = (2 * pair + 1) << p.level;
      if (border >= p.columns) continue;
      apply_cut(s, static_cast<const Value*>(p.cuts)[row.row * p.cut_stride + pair], int32_t(border), int32_t(e));
    }
  }
}

}  // namespace gibbs::kernels
