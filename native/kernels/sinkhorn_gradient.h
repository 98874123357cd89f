// The value's gradient by the points of a cloud, by the envelope theorem: dx_i = sum_j P_ij dc(x_i, y_j)/dx. A pass over the plan
// that stores none of it, a warp per point; the gradient by y is that of the problem with its sides exchanged. Danskin, 1967;
// Feydy et al., 2019.
#pragma once

#include "kernels/sinkhorn_problem.h"

namespace gibbs::kernels {

// Coordinates that lanes hold at once: all of a point's by every lane, or one of a warp's by each.
constexpr int kGradientNarrow = 8, kGradientWide = 8;

template <class R>
struct GradientSide {
  PointCosts<R> costs;
  const R *own_mass, *own_potential, *mass, *potential;
  int64_t count, others;
  R origin, minus_scale;
};

template <class R>
GIBBS_DEVICE PointPair<R> gradient_pair(const GradientSide<R>& side, int64_t i, int64_t j, R& p) {
  const PointPair<R> pair = side.costs.pair(i, j);
  const R exponent = fma(pair.cost - side.origin, side.minus_scale, side.potential[j] + side.own_potential[i]);
  p = side.own_mass[i] * side.mass[j] * plan_density(exponent);
  return pair;
}

// sums_m += p dc/dx_k, k = from + m step.
template <int Count, class R>
GIBBS_DEVICE void add_slopes(const GradientSide<R>& side, const PointPair<R>& pair, R p, const R* x, const R* y, int from,
                             int step, double (&sums)[Count]) {
  const int dimensions = side.costs.dimensions();
  if (side.costs.metric() == GIBBS_METRIC_POWER_NORM) {
    GIBBS_UNROLL_BY(1)
    for (int q = 0; q < Count && from + q * step < dimensions; ++q) {
      const double own = double(p) * double(side.costs.power_slope(x[from + q * step], y[from + q * step]));
      GIBBS_UNROLL
      for (int m = 0; m < Count; ++m) sums[m] += m == q ? own : 0;
    }
    return;
  }
  GIBBS_UNROLL
  for (int m = 0; m < Count; ++m) {
    const int k = from + m * step;
    if (k < dimensions) sums[m] += double(p) * double(side.costs.plain_slope(pair, x[k], y[k]));
  }
}

// Few coordinates: a lane takes others 32 apart and all coordinates, in registers.
template <class R>
GIBBS_DEVICE void gradient_narrow(const GradientSide<R>& side, int64_t i, R* gradient) {
  double sums[kGradientNarrow] = {};
  const R* const x = side.costs.x(i);
  GIBBS_UNROLL_BY(1)
  for (int64_t j = lane_index(); j < side.others; j += kWarp) {
    R p;
    const PointPair<R> pair = gradient_pair(side, i, j, p);
    if (p == 0) continue;
    add_slopes<kGradientNarrow>(side, pair, p, x, side.costs.y(j), 0, 1, sums);
  }
  GIBBS_UNROLL
  for (int k = 0; k < kGradientNarrow; ++k) {
    if (k >= side.costs.dimensions()) continue;
    const double sum = lanes_sum(sums[k]);
    if (lane_index() == 0) gradient[k] = R(sum);
  }
}

template <class R>
GIBBS_DEVICE R from_lane(R own, unsigned lane) {
  if constexpr (sizeof(R) == 8) {
    const uint64_t bits = bit_cast<uint64_t>(own);
    const uint32_t low = shuffle(uint32_t(bits), lane), high = shuffle(uint32_t(bits >> 32), lane);
    return bit_cast<R>(uint64_t(high) << 32 | low);
  } else {
    return bit_cast<R>(shuffle(bit_cast<uint32_t>(own), lane));
  }
}

// Many: lanes make a pair each, then take every pair of the warp in turn, coordinates 32 apart. Pairs are made again for every
// 256 coordinates.
template <class R>
GIBBS_DEVICE void gradient_wide(const GradientSide<R>& side, int64_t i, R* gradient) {
  const R* const x = side.costs.x(i);
  const int dimensions = side.costs.dimensions();
  GIBBS_UNROLL_BY(1)
  for (int from = 0; from < dimensions; from += kGradientWide * int(kWarp)) {
    double sums[kGradientWide] = {};
    GIBBS_UNROLL_BY(1)
    for (int64_t tile = 0; tile < side.others; tile += kWarp) {
      PointPair<R> own = {};
      R own_p = 0;
      if (tile + lane_index() < side.others) own = gradient_pair(side, i, tile + lane_index(), own_p);
      GIBBS_UNROLL_BY(1)
      for (unsigned l = 0; l < kWarp; ++l) {
        const R p = from_lane(own_p, l);
        const PointPair<R> pair = {0, from_lane(own.first, l), from_lane(own.second, l)};
        if (p == 0) continue;
        add_slopes<kGradientWide>(side, pair, p, x, side.costs.y(tile + l), from + int(lane_index()), int(kWarp), sums);
      }
    }
    GIBBS_UNROLL
    for (int m = 0; m < kGradientWide; ++m) {
      const int k = from + m * int(kWarp) + int(lane_index());
      if (k < dimensions) gradient[k] = R(sums[m]);
    }
  }
}

template <class Team, class R>
GIBBS_DEVICE void point_gradient(const Team& team, const GradientSide<R>& side, R* gradient, int64_t stride) {
  const int64_t warps = team.threads() / int(kWarp);
  GIBBS_UNROLL_BY(1)
  for (int64_t i = team.thread() / int(kWarp); i < side.count; i += warps) {
    if (side.costs.dimensions() <= kGradientNarrow) {
      gradient_narrow(side, i, gradient + i * stride);
    } else {
      gradient_wide(side, i, gradient + i * stride);
    }
  }
}

}  // namespace gibbs::kernels
