// Masses by size, for a warp: a tournament with 32 children per node. The largest is at the top, of equal ones the lowest index;
// lowering one costs a look at a node per level.
//
// Entry e of every level is read and written by lane e % 32 alone, and what a node comes to reaches the other lanes by shuffles:
// no level needs a barrier. All lanes of the warp call together and get the same.
#pragma once

#include "device/reduce.h"
#include "kernels/entropy_coupling_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

struct LargestMass {
  double mass;
  int32_t index;
};

GIBBS_DEVICE LargestMass lanes_largest(LargestMass own) {
  for (unsigned o = 1; o < kWarp; o *= 2) {
    const double mass = shuffle_xor(own.mass, o);
    const int32_t index = shuffle_xor(own.index, o);
    if (mass > own.mass || (mass == own.mass && index < own.index)) own = {mass, index};
  }
  return own;
}

class MassTree {
 public:
  static constexpr double kNone = -1;  // below any mass

  // Over the warp's own part of the side's memory.
  GIBBS_DEVICE MassTree(const CouplingSide& s, int64_t warp)
      : count_(s.count),
        leaves_(s.leaves + warp * mass_tree_leaves(s.count)),
        largest_(s.largest + warp * mass_tree_nodes(s.count)),
        where_(s.where + warp * mass_tree_nodes(s.count)) {}

  // The lane's own entries: e = lane, lane + 32, ...
  GIBBS_DEVICE double& leaf(int64_t e) { return leaves_[e]; }

  // From leaves that have been set, all of mass_tree_leaves.
  GIBBS_DEVICE void build() {
    int64_t count = mass_tree_leaves(count_), offset = 0;
    GIBBS_UNROLL_BY(1)
    for (int level = 0;; ++level) {
      const int64_t nodes = count / kMassFan, padded = mass_tree_leaves(nodes);
      GIBBS_UNROLL_BY(1)
      for (int64_t node = 0; node < nodes; ++node) {
        const LargestMass best = lanes_largest(entry(level, offset, node * kMassFan + lane_index()));
        if (nodes == 1) {
          top_ = best;
          return;
        }
        put(next(level, offset, count), node, best);
      }
      GIBBS_UNROLL_BY(1)
      for (int64_t node = nodes; node < padded; ++node) put(next(level, offset, count), node, {kNone, 0x7fffffff});
      offset = next(level, offset, count);
      count = padded;
    }
  }

  GIBBS_DEVICE LargestMass top() const { return top_; }

  // Gives the largest another mass, not above what it had.
  GIBBS_DEVICE void lower(double mass) {
    int64_t at = top_.index, count = mass_tree_leaves(count_), offset = 0;
    if (at % kMassFan == lane_index()) leaves_[at] = mass;
    GIBBS_UNROLL_BY(1)
    for (int level = 0;; ++level) {
      const int64_t node = at / kMassFan, nodes = count / kMassFan;
      const LargestMass best = lanes_largest(entry(level, offset, node * kMassFan + lane_index()));
      if (nodes == 1) {
        top_ = best;
        return;
      }
      const int64_t above = next(level, offset, count);
      put(above, node, best);
      offset = above;
      count = mass_tree_leaves(nodes);
      at = node;
    }
  }

 private:
  // Levels above the leaves lie one behind the other from 0 on.
  static GIBBS_DEVICE int64_t next(int level, int64_t offset, int64_t count) { return level == 0 ? 0 : offset + count; }
  GIBBS_DEVICE LargestMass entry(int level, int64_t offset, int64_t e) const {
    return level == 0 ? LargestMass{leaves_[e], int32_t(e)} : LargestMass{largest_[offset + e], where_[offset + e]};
  }
  GIBBS_DEVICE void put(int64_t offset, int64_t e, const LargestMass& best) {
    if (e % kMassFan != lane_index()) return;
    largest_[offset + e] = best.mass;
    where_[offset + e] = best.index;
  }

  int64_t count_;
  double *leaves_, *largest_;
  int32_t* where_;
  LargestMass top_ = {kNone, 0};
};

}  // namespace gibbs::kernels
