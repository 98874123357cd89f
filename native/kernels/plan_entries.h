// The largest entries of a plan's rows, and its entries above a bound in CSR: a warp per row, every entry made once.
#pragma once

#include "kernels/plan_density.h"

namespace gibbs::kernels {

template <class R>
GIBBS_DEVICE R plan_lane(R value, unsigned lane) {
  if constexpr (sizeof(R) == 4) {
    return bit_cast<R>(shuffle(bit_cast<uint32_t>(value), lane));
  } else {
    const uint64_t bits = bit_cast<uint64_t>(value);
    const uint32_t low = shuffle(uint32_t(bits), lane), high = shuffle(uint32_t(bits >> 32), lane);
    return bit_cast<R>(uint64_t(high) << 32 | low);
  }
}

// The k largest positive numbers that the warp has seen, with their columns: place q lies in slot q / 32 of lane q mod 32. Larger
// ones first, of equal ones the first that came.
template <class R>
class LargestOfWarp {
 public:
  explicit GIBBS_DEVICE LargestOfWarp(int k) : k_(k) {}

  // Every lane with its own, columns in order of lanes; all lanes call together.
  GIBBS_DEVICE void add(R value, int32_t column) {
    nan_ = nan_ || is_nan(value);
    GIBBS_UNROLL_BY(1)
    for (;;) {
      const int next = lanes_min(value > least_ ? int(lane_index()) : int(kWarp));
      if (next == int(kWarp)) return;
      insert(plan_lane(value, unsigned(next)), plan_lane(column, unsigned(next)));
      if (int(lane_index()) == next) value = 0;
    }
  }

  // f(place, column, value) for places below k: -1 and 0 where there are fewer, -1 and NaN where one was a NaN.
  template <class F>
  GIBBS_DEVICE void store(F f) const {
    const bool nan = lanes_min(nan_ ? 0 : 1) == 0;
    GIBBS_UNROLL
    for (int s = 0; s < kSlotsOfLane; ++s) {
      const int place = s * int(kWarp) + int(lane_index());
      const bool held = values_[s] > 0 && !nan;
      if (place < k_) f(place, held ? columns_[s] : -1, nan ? Limits<R>::nan() : held ? values_[s] : R(0));
    }
  }

 private:
  static constexpr int kSlotsOfLane = kMostLargest / int(kWarp);

  GIBBS_DEVICE void insert(R value, int32_t column) {
    int before = 0;
    GIBBS_UNROLL
    for (int s = 0; s < kSlotsOfLane; ++s) before += values_[s] >= value ? 1 : 0;
    const int place = lanes_sum(before);
    const unsigned left = (lane_index() + kWarp - 1) % kWarp;
    R kept = 0;
    GIBBS_UNROLL
    for (int s = kSlotsOfLane - 1; s >= 0; --s) {
      const R own = plan_lane(values_[s], left), end = s > 0 ? plan_lane(values_[s > 0 ? s - 1 : 0], kWarp - 1) : R(0);
      const int32_t own_column = plan_lane(columns_[s], left);
      const int32_t end_column = s > 0 ? plan_lane(columns_[s > 0 ? s - 1 : 0], kWarp - 1) : 0;
      const int q = s * int(kWarp) + int(lane_index());
      if (q > place) {
        values_[s] = lane_index() == 0 ? end : own;
        columns_[s] = lane_index() == 0 ? end_column : own_column;
      } else if (q == place) {
        values_[s] = value;
        columns_[s] = column;
      }
      const R last = plan_lane(values_[s], unsigned(k_ - 1) % kWarp);
      if (s == (k_ - 1) / int(kWarp)) kept = last;
    }
    least_ = kept;
  }

  R values_[kSlotsOfLane] = {};
  int32_t columns_[kSlotsOfLane] = {};
  R least_ = 0;
  const int k_;
  bool nan_ = false;
};

template <class Costs>
GIBBS_DEVICE typename Costs::Arithmetic plan_entry(const PlanDensity<Costs>& density, int64_t i, int64_t j) {
  return density.a[i] * density.b[j] * density(i, j, density.costs(i, j));
}

template <class Costs, class Team>
GIBBS_DEVICE void plan_largest(const PlanDensity<Costs>& density, const Team& team, const TransportPlanParameters& p) {
  using R = typename Costs::Arithmetic;
  R* const values = static_cast<R*>(p.largest_values);
  GIBBS_UNROLL_BY(1)
  for (int64_t i = team.thread() / kWarp; i < p.plan.rows; i += team.threads() / kWarp) {
    LargestOfWarp<R> largest(p.largest);
    GIBBS_UNROLL_BY(1)
    for (int64_t first = 0; first < p.plan.columns; first += kWarp) {
      const int64_t j = first + lane_index();
      largest.add(j < p.plan.columns ? plan_entry(density, i, j) : R(0), int32_t(j));
    }
    largest.store([&](int place, int32_t column, R value) GIBBS_INLINE {
      p.largest_columns[i * p.largest_columns_stride + place] = column;
      if (values != nullptr) values[i * p.largest_values_stride + place] = value;
    });
  }
}

// Counts of rows to row_offsets[i + 1], then, by one block, where rows begin.
template <class Costs, class Team>
GIBBS_DEVICE void plan_count(const PlanDensity<Costs>& density, const Team& team, const TransportPlanParameters& p) {
  GIBBS_UNROLL_BY(1)
  for (int64_t i = team.thread() / kWarp; i < p.plan.rows; i += team.threads() / kWarp) {
    int count = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t j = lane_index(); j < p.plan.columns; j += kWarp)
      count += double(plan_entry(density, i, j)) > p.threshold ? 1 : 0;
    count = lanes_sum(count);
    if (lane_index() == 0) p.row_offsets[i + 1] = count;
  }
  team.barrier();
  if (team.block() != 0) return;
  int64_t* const sums = reinterpret_cast<int64_t*>(shared_memory() + kExchangeBytes);
  const int64_t each = (p.plan.rows + kTeamThreads - 1) / kTeamThreads, first = each * thread_index() + 1;
  const int64_t last = first + each < p.plan.rows + 1 ? first + each : p.plan.rows + 1;
  int64_t sum = 0;
  for (int64_t i = first; i < last; ++i) sum += p.row_offsets[i];
  sums[thread_index()] = sum;
  block_barrier();
  int64_t offset = 0;
  for (unsigned t = 0; t < thread_index(); ++t) offset += sums[t];
  for (int64_t i = first; i < last; ++i) {
    offset += p.row_offsets[i];
    p.row_offsets[i] = offset;
  }
  if (thread_index() == 0) p.row_offsets[0] = 0;
}

template <class Costs, class Team>
GIBBS_DEVICE void plan_store(const PlanDensity<Costs>& density, const Team& team, const TransportPlanParameters& p) {
  using R = typename Costs::Arithmetic;
  R* const values = static_cast<R*>(p.entry_values);
  GIBBS_UNROLL_BY(1)
  for (int64_t i = team.thread() / kWarp; i < p.plan.rows; i += team.threads() / kWarp) {
    int64_t position = p.row_offsets[i];
    const int64_t end = p.row_offsets[i + 1] < p.entries ? p.row_offsets[i + 1] : p.entries;
    GIBBS_UNROLL_BY(1)
    for (int64_t first = 0; first < p.plan.columns; first += kWarp) {
      const int64_t j = first + lane_index();
      const R value = j < p.plan.columns ? plan_entry(density, i, j) : R(0);
      const int above = double(value) > p.threshold ? 1 : 0;
      int before = above;
      GIBBS_UNROLL
      for (unsigned o = 1; o < kWarp; o *= 2) {
        const int other = plan_lane(before, (lane_index() + kWarp - o) % kWarp);
        before += lane_index() >= o ? other : 0;
      }
      const int64_t place = position + before - above;
      if (above != 0 && place >= 0 && place < end) {
        p.entry_columns[place] = int32_t(j);
        values[place] = value;
      }
      position += plan_lane(before, kWarp - 1);
    }
  }
}

}  // namespace gibbs::kernels
