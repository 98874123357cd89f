// What the host hands to the kernel of minimum-entropy couplings.
#pragma once

#include <stdint.h>

#include "gibbs/gibbs.h"

namespace gibbs::kernels {

constexpr int kCouplingThreads = 128;  // a warp per problem
constexpr int kMassFan = 32;           // children of a node: a warp looks at all of them at once

// Entries of every level above the masses, each padded to whole nodes, up to the one that is a single node.
constexpr int64_t mass_tree_nodes(int64_t count) {
  int64_t nodes = 0;
  for (int64_t level = (count + kMassFan - 1) / kMassFan; level > 1; level = (level + kMassFan - 1) / kMassFan)
    nodes += (level + kMassFan - 1) / kMassFan * kMassFan;
  return nodes;
}
constexpr int64_t mass_tree_leaves(int64_t count) { return (count + kMassFan - 1) / kMassFan * kMassFan; }

struct CouplingSide {
  const void* masses;
  int64_t stride, count;
  double* leaves;   // [warps, mass_tree_leaves(count)]
  double* largest;  // [warps, mass_tree_nodes(count)]: a node's largest mass
  int32_t* where;   // the same, its index
};

template <class R>
struct EntropyCouplingParameters {
  int64_t problems;
  CouplingSide source, target;
  double unit;  // of entropies: 1, or 1 / ln 2
  int32_t *source_indices, *target_indices;
  int64_t source_indices_stride, target_indices_stride;
  R* masses;
  int64_t masses_stride;
  int32_t* counts;
  R *entropies, *information, *bounds;
  uint8_t* status;
};

}  // namespace gibbs::kernels
