// Slices of clouds: directions, projections, and what the slopes of projections add up to.
//
//   theta = g / |g|, g normal        keys -<theta_l, x_i>        d/dx_i = 1/L sum_l theta_l slope_li
//
// Slices come in batches: the first writes gradients, the others add to them; slices are added in order.
#pragma once

#include "device/philox.h"
#include "kernels/block_reduce.h"
#include "kernels/line_transport_parameters.h"
#include "kernels/normal_quantile.h"

namespace gibbs::kernels {

GIBBS_DEVICE double slice_coordinate(int64_t k, int64_t slice, uint64_t seed) {
  const PhiloxWords words = philox({uint32_t(k / 4), uint32_t(slice), uint32_t(uint64_t(slice) >> 32), 0}, seed);
  return normal_quantile((double(words.word(int32_t(k % 4))) + 0.5) / 4294967296.0);
}

// A warp per slice.
template <class R>
GIBBS_DEVICE void slice_directions(const SliceParameters& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t l = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); l < p.slices; l += warps) {
    double squares = 0;
    for (int64_t k = lane_index(); p.given == nullptr && k < p.dimensions; k += kWarp) {
      const double coordinate = slice_coordinate(k, l, p.seed);
      squares += coordinate * coordinate;
    }
    const double inverse = 1 / square_root(lanes_sum(squares));
    for (int64_t k = lane_index(); k < p.dimensions; k += kWarp) {
      const R direction = p.given != nullptr ? static_cast<const R*>(p.given)[l * p.given_stride + k]
                                             : R(slice_coordinate(k, l, p.seed) * inverse);
      static_cast<R*>(p.directions)[l * p.dimensions + k] = direction;
      if (p.used != nullptr) static_cast<R*>(p.used)[l * p.used_stride + k] = direction;
    }
  }
}

template <class R>
GIBBS_DEVICE void slice_project(const SliceParameters& p) {
  for (int64_t e = int64_t(block_index()) * block_size() + thread_index(); e < p.rows * p.count; e += int64_t(grid_size()) * block_size()) {
    const R* const direction = static_cast<const R*>(p.directions) + (p.first + e / p.count) * p.dimensions;
    const R* const point = static_cast<const R*>(p.points) + e % p.count * p.points_stride;
    R sum = 0;
    GIBBS_UNROLL_BY(4)
    for (int64_t k = 0; k < p.dimensions; ++k) sum = fma(direction[k], point[k], sum);
    static_cast<R*>(p.unsorted)[e] = is_nan(sum) ? Limits<R>::infinity() : -sum;  // a sort takes no NaN
  }
}

template <class R>
GIBBS_DEVICE void slice_gradient(const SliceParameters& p) {
  for (int64_t e = int64_t(block_index()) * block_size() + thread_index(); e < p.count * p.dimensions; e += int64_t(grid_size()) * block_size()) {
    const int64_t i = e / p.dimensions, k = e % p.dimensions;
    double sum = 0;
    GIBBS_UNROLL_BY(4)
    for (int64_t l = 0; l < p.rows; ++l) {
      const double slope = double(static_cast<const R*>(p.slopes)[l * p.count + i]);
      sum = fma(double(static_cast<const R*>(p.directions)[(p.first + l) * p.dimensions + k]), slope, sum);
    }
    R& gradient = static_cast<R*>(p.gradient)[i * p.gradient_stride + k];
    const double before = p.first == 0 ? 0 : double(gradient);
    gradient = R(before + sum / double(p.slices));
  }
}

// One block.
GIBBS_DEVICE void slice_mean(const SliceParameters& p) {
  CountedSum mine{0, 0};
  for (int64_t l = thread_index(); l < p.slices; l += block_size()) mine.sum += p.sums[l];
  const double sum = block_reduce(mine).sum;
  if (thread_index() == 0) *p.mean = sum / double(p.slices);
}

}  // namespace gibbs::kernels
