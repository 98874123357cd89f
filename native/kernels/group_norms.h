// Norms of groups of a row, n_g = |x_g|_2, or q_g = |y_g| with along_g = <y_g, v_g> / q_g for a gradient. A team takes a group:
// thread i of it entries i, i + team, ... of the group, then a fixed tree; the team follows from the shape of a row alone. Groups
// that do not lie in the row one behind the other, and weights that are not positive and finite, give -1 and nothing is read.
#pragma once

#include "kernels/group_parameters.h"
#include "kernels/row_scan.h"
#include "kernels/scaled_norm.h"

namespace gibbs::kernels {

struct GroupRange {
  int32_t begin, end;
  bool valid;
};

// An array that is not given is all ones.
template <class R>
GIBBS_DEVICE bool positive(const R* array, int32_t group) {
  return array == nullptr || (array[group] > 0 && array[group] <= Limits<R>::largest());
}

template <class R>
GIBBS_DEVICE GroupRange group_range(const GroupParameters<R>& p, int32_t group) {
  const int32_t columns = p.map.columns;
  GroupRange r{};
  if (p.offsets != nullptr) {
    r.begin = p.offsets[group];
    r.end = p.offsets[group + 1];
    r.valid = r.begin >= 0 && r.begin <= r.end && r.end <= columns && (group > 0 || r.begin == 0) &&
              (group < p.groups - 1 || r.end == columns);
  } else {
    const int64_t begin = int64_t(group) * p.group_size, end = begin + p.group_size;
    r.begin = int32_t(begin);
    r.end = int32_t(end < columns ? end : columns);
    r.valid = true;
  }
  r.valid = r.valid && positive(p.weights, group) && positive(p.scales, group);
  return r;
}

template <class R>
GIBBS_DEVICE double group_weight(const GroupParameters<R>& p, int32_t group) {
  return p.weights != nullptr ? double(p.weights[group]) : 1.0;
}
template <class R>
GIBBS_DEVICE double group_scale(const GroupParameters<R>& p, int32_t group) {
  return p.scales != nullptr ? double(p.scales[group]) : 1.0;
}

// A sum over a team, in a fixed tree. exchange: an S per warp of the block, for teams of a block.
template <class S>
GIBBS_DEVICE S team_merge(S own, int team, S* exchange) {
  for (unsigned o = 1; o < kWarp && int(o) < team; o *= 2) {
    const S other = shuffle_words(own, o);
    own = (lane_index() & o) == 0 ? merge(own, other) : merge(other, own);
  }
  if (team <= int(kWarp)) return own;
  if (lane_index() == 0) exchange[warp_index()] = own;
  block_barrier();
  own = exchange[0];
  for (int w = 1; w < kGroupThreads / int(kWarp); ++w) own = merge(own, exchange[w]);
  block_barrier();  // the next sum goes to the same place
  return own;
}

template <class R>
struct GroupSums {
  ProductSum<R> squares, products;
};
template <class R>
GIBBS_DEVICE GroupSums<R> merge(GroupSums<R> a, GroupSums<R> b) {
  return {merge(a.squares, b.squares), merge(a.products, b.products)};
}

// All threads of a team call; a team without a group has an empty range.
template <class T>
GIBBS_DEVICE GroupMoment group_moment(const T* x, const T* v, GroupRange range, int rank, int team) {
  using R = Real<T>;
  GroupMoment m{};
  bool nan = false;
  R largest = 0;
  if constexpr (sizeof(R) == 8) {
    LargestEntry<R> own{};
    for (int64_t j = int64_t(range.begin) + rank; j < range.end; j += team) {
      const R value = to_real(x[j]);
      own.magnitude = max_number(own.magnitude, absolute(value));
      own.nan |= uint32_t(is_nan(value));
    }
    own = team_merge(own, team, reinterpret_cast<LargestEntry<R>*>(shared_memory()));
    largest = own.magnitude;
    nan = own.nan != 0;
    m.exponent = norm_exponent(largest);
  }
  GroupSums<R> sums{};
  for (int64_t j = int64_t(range.begin) + rank; j < range.end; j += team) {
    const double value = scaled_entry(to_real(x[j]), m.exponent);
    add_product(sums.squares, value, value);
    if (v != nullptr && value != 0) add_product(sums.products, value, double(to_real(v[j])));
  }
  sums = team_merge(sums, team, reinterpret_cast<GroupSums<R>*>(shared_memory()));
  m.norm = nan ? Limits<double>::nan() : is_infinite(largest) ? double(largest) : root_of_sum(sums.squares);
  m.along = m.norm > 0 ? rounded_sum(sums.products) / m.norm : m.norm;
  return m;
}

template <class T>
GIBBS_DEVICE void group_norms(const GroupParameters<Real<T>>& p) {
  const int team = p.team, teams_per_block = int(block_size()) / team;
  const int rank = int(thread_index()) % team;
  const int64_t items = p.map.rows * p.groups, stride = int64_t(grid_size()) * teams_per_block;
  // Whole blocks go round together: every thread takes part in the sums of its warp or block.
  for (int64_t first = int64_t(block_index()) * teams_per_block; first < items; first += stride) {
    const int64_t item = first + int(thread_index()) / team;
    GroupRange range{};
    int64_t row = 0;
    if (item < items) {
      row = item / p.groups;
      range = group_range(p, int32_t(item % p.groups));
    }
    const bool valid = range.valid;
    if (!valid) range.begin = range.end = 0;
    const auto* x = p.gradient ? static_cast<const T*>(p.map.result) + row * p.map.result_stride
                               : static_cast<const T*>(p.map.input) + row * p.map.input_stride;
    const auto* v = p.gradient ? static_cast<const T*>(p.map.upstream) + row * p.map.upstream_stride : nullptr;
    GroupMoment m = group_moment(x, v, range, rank, team);
    if (!valid) m.norm = -1;
    if (rank == 0 && item < items) p.moments[item] = m;
  }
}

// f(S&, group, moment) over a row's groups by a block, merged in a fixed tree; every thread gets the result.
template <class S, class R, class F>
GIBBS_DEVICE S reduce_groups(const GroupParameters<R>& p, int64_t row, F f) {
  S own{};
  for (int32_t g = int32_t(thread_index()); g < p.groups; g += kGroupThreads) f(own, g, p.moments[row * p.groups + g]);
  return team_merge(own, kGroupThreads, reinterpret_cast<S*>(shared_memory()));
}

struct GroupFlags {
  uint32_t invalid, nan, infinite;
  int32_t largest;  // binary exponent of the largest norm, above the least one can be: 0 where all are zero
};
GIBBS_DEVICE GroupFlags merge(GroupFlags a, GroupFlags b) {
  return {a.invalid | b.invalid, a.nan | b.nan, a.infinite | b.infinite, a.largest > b.largest ? a.largest : b.largest};
}
constexpr int kExponentBase = 4096;

template <class R>
GIBBS_DEVICE GroupFlags group_flags(const GroupParameters<R>& p, int64_t row) {
  return reduce_groups<GroupFlags>(p, row, [&](GroupFlags& flags, int32_t, const GroupMoment& m) GIBBS_INLINE {
    flags.invalid |= uint32_t(m.norm < 0);
    flags.nan |= uint32_t(is_nan(m.norm));
    flags.infinite |= uint32_t(m.norm == Limits<double>::infinity());
    if (!(m.norm > 0)) return;
    const int exponent = (int(bit_cast<uint64_t>(m.norm) >> 52) & 0x7ff) - 1023 + m.exponent + kExponentBase;
    if (exponent > flags.largest) flags.largest = exponent;
  });
}

// A row's status from its groups and its parameter, which all of these maps ask to be finite and not negative.
template <class R>
GIBBS_DEVICE uint8_t group_status(const GroupFlags& flags, double parameter) {
  if (flags.invalid != 0 || !(parameter >= 0 && is_finite(parameter))) return GIBBS_ROW_INVALID_PARAMETER;
  if (flags.nan != 0) return GIBBS_ROW_NOT_A_NUMBER;
  return flags.infinite != 0 ? GIBBS_ROW_PLUS_INFINITY : GIBBS_ROW_OK;
}

}  // namespace gibbs::kernels
