// What the host hands to the kernels of groups, and what these hand to each other through the workspace.
#pragma once

#include "kernels/row_map_parameters.h"

namespace gibbs::kernels {

constexpr int kGroupThreads = 256;

// First a group's norm, |x_g| = norm 2^exponent, or -1 where the group or its weights make no sense, and along = <y_g, v_g> /
// |y_g| where a gradient is asked for; then, in place, how its entries are written: y = norm x, or dx = norm v + along y
// 2^-exponent.
struct GroupMoment {
  double norm, along;
  int32_t exponent, padding;
};

template <class R>
struct GroupParameters {
  RowMapParameters<R> map;
  const int32_t* offsets;  // null: groups of group_size entries
  int32_t groups, group_size;
  const R* weights;  // null: 1
  const R* scales;
  R* values;
  GroupMoment* moments;  // [rows, groups]
  uint8_t* row_status;   // [rows]
  uint32_t* tallies;     // [rows, segments], null: not asked for
  int32_t segments;
  int32_t team;      // threads that take a group: a power of two up to a warp, or a block
  int32_t gradient;  // of x, by y and v
};

}  // namespace gibbs::kernels
