// Pool adjacent violators by divide and conquer: the solutions of two neighbouring runs become that of both at once. What is
// pooled around the border is {v > c} of the left and {v < c} of the right run, where c is the value of the pool itself,
//
//   v = min(v, c) left of the border, v = max(v, c) right of it
//
// and whether c lies above a solution's entry t follows from the value of {v > t} and {v < t} together: binary search over the
// entries of either run, each with a descent through the sums of both (segment_tree.h). log V levels of log^2 V steps; every
// value is a direct sum over its own block. Problems say what leaves, sums and values are (isotonic.h, permutahedron.h).
#pragma once

#include "device/reduce.h"
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

// Lanes that share a pair of runs: as many search the left run as the right one. A candidate per lane, so that long runs take few
// rounds.
GIBBS_DEVICE int lanes_per_run(int level) { return level < 7 ? 1 : 16; }

// The cut of the runs of 2^level entries that meet at border; where nothing is pooled it lies between them. All lanes of a warp
// call, each with its pair's border; a pair that does not exist is not active.
template <class Problem>
GIBBS_DEVICE typename Problem::Value border_cut(const Stretch<Problem>& s, int level, int32_t border, bool active) {
  using Value = typename Problem::Value;
  const int lanes = lanes_per_run(level), lane = int(lane_index()) % (2 * lanes);
  const bool right = lane >= lanes;
  const int64_t width = int64_t(1) << level;
  Value cut = {};
  bool pools = false;
  if (active) {
    cut = s.value(border - 1);
    pools = Problem::less(s.row, s.value(border), cut);
  }
  // Of the left run the first entry above the cut, of the right run the first not below it: in [low, high].
  int64_t low = right ? border : border - width, high = !right ? border : border + width < s.end ? border + width : s.end;
  int32_t first = border, behind = border;
  for (int64_t left = width;; left /= lanes + 1) {  // entries to search at most; after them, the pool itself
    const bool searches = left > 0;
    if (!searches) {
      const unsigned leader = lane_index() - unsigned(lane);
      first = int32_t(shuffle(uint32_t(low), leader));
      behind = int32_t(shuffle(uint32_t(low), leader + unsigned(lanes)));
    }
    const int64_t length = high - low;
    bool beyond = true;
    if (pools && (!searches || length > 0)) {
      Value t = cut;
      if (searches) t = s.value(int32_t(low + (lane % lanes + 1) * length / (lanes + 1)));
      const Pool<Problem> pool = border_pool<Problem>(
          s, level, border, [&](int32_t place) { return searches ? Problem::less(s.row, t, s.value(place)) : place >= first; },
          [&](int32_t place) { return searches ? Problem::less(s.row, s.value(place), t) : place < behind; });
      Value value = t;
      if (pool.count > 0) value = Problem::value(pool.node, pool.count);
      if (!searches) cut = value;
      // An entry lies above the cut where the pool of its own value has a lower one; not below it where that value is no higher.
      beyond = right ? !Problem::less(s.row, t, value) : Problem::less(s.row, value, t);
    }
    if (!searches) return cut;
    const int before = lanes_sum(int(!beyond), unsigned(lanes));
    if (length == 0) continue;
    if (before < lanes) high = low + (before + 1) * length / (lanes + 1);
    if (before > 0) low += before * length / (lanes + 1) + 1;
  }
}

// cuts[pair] of the runs that meet at base + (2 pair + 1) 2^level, and the sum of both where they are whole. All lanes of a warp
// call.
template <class Problem>
GIBBS_DEVICE void cut_pair(const Stretch<Problem>& s, int level, int64_t pair, bool active, typename Problem::Value* cuts) {
  const int64_t width = int64_t(1) << level, begin = s.base + 2 * pair * width;
  const bool leads = active && int(lane_index()) % (2 * lanes_per_run(level)) == 0;
  if (leads && begin + 2 * width <= s.end) {
    s.nodes[tree_place(begin, level + 1) - s.base] =
        Problem::merge(s.row, s.node(level, int32_t(begin)), s.node(level, int32_t(begin + width)));
  }
  const typename Problem::Value cut = border_cut(s, level, int32_t(begin + width), active);
  if (leads) cuts[pair] = cut;
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
      const int32_t pairs = (((count - 1) >> level) + 1) / 2, group = 2 * lanes_per_run(level);
      for (int32_t near = thread / int32_t(kWarp) * (int32_t(kWarp) / group); near < pairs; near += threads / group) {
        const int32_t pair = near + thread % int32_t(kWarp) / group;
        cut_pair(s, level, pair, pair < pairs, cuts);
      }
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

// Pairs of runs of any row, by lanes.
template <class Problem>
GIBBS_DEVICE void pool_cut(const OrderParameters& p) {
  using Value = typename Problem::Value;
  const int64_t pairs = (((int64_t(p.columns) - 1) >> p.level) + 1) / 2, items = p.rows * pairs;
  const int group = 2 * lanes_per_run(p.level), per_warp = int(kWarp) / group;
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t near = (int64_t(block_index()) * (block_size() / kWarp) + warp_index()) * per_warp; near < items;
       near += warps * per_warp) {
    const int64_t own = near + lane_index() / unsigned(group);
    const int64_t item = own < items ? own : items - 1;  // lanes without a pair keep their warp's shuffles company
    const typename Problem::Row row(p, item / pairs);
    cut_pair(whole_row<Problem>(p, row), p.level, item % pairs, own < items,
             static_cast<Value*>(p.cuts) + row.row * p.cut_stride);
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
