// The entropic map of an elastic cost h(z) = |z|^2 / 2 + gamma tau(z), out of sample, a warp per point:
//
//   p_j ~ b_j exp((g_j - h(x - y_j)) / eps)     f = -eps log of their sum     grad f = sum_j p_j grad h(x - y_j)
//   T(x) = x - prox_{gamma tau}(grad f)
//
// Targets come in tiles of 32, a lane each: their costs, the tile's weights under the largest so far, then the tile's slopes, a
// coordinate per lane. Sums follow the index of the target alone. Of the k-support cost mapped receives grad f, and what follows is
// a row map and a difference; of a linear cost the slopes are -y, whose mean is -T(x). Cuturi, Klein, Ablin, 2023.
#pragma once

#include "device/reduce.h"
#include "kernels/elastic_map_parameters.h"
#include "kernels/transport_costs.h"

namespace gibbs::kernels {

GIBBS_DEVICE float from_lane(float value, unsigned lane) { return bit_cast<float>(shuffle(bit_cast<uint32_t>(value), lane)); }
GIBBS_DEVICE double from_lane(double value, unsigned lane) {
  const uint64_t bits = bit_cast<uint64_t>(value);
  return bit_cast<double>(uint64_t(shuffle(uint32_t(bits >> 32), lane)) << 32 | shuffle(uint32_t(bits), lane));
}

// gamma tau of a coordinate under vanishing shrinkage, gamma^2 (s + 1/2 - exp(-2 s) / 2) with s = asinh(|z| / (2 gamma)), and its
// slope gamma exp(-s) = 2 gamma^2 / (root + |z|), root^2 = z^2 + 4 gamma^2.
GIBBS_DEVICE double shrinkage_value(double z, double gamma) {
  if (gamma == 0) return 0;
  const double r = absolute(z) / (2 * gamma), s = log1p(r + r * (r / (1 + square_root(fma(r, r, 1.0)))));
  return gamma * gamma * (s - 0.5 * expm1(-2 * s));
}
GIBBS_DEVICE double shrinkage_slope(double z, double gamma) {
  const double magnitude = absolute(z), root = square_root(fma(z, z, 4 * gamma * gamma));
  const double slope = z == 0 ? 0.0 : 2 * gamma * gamma / (root + magnitude);
  return z < 0 ? -slope : slope;
}

template <class R>
class ElasticCosts {
 public:
  explicit GIBBS_DEVICE ElasticCosts(const ElasticMapParameters& p) : costs_(p.costs), p_(p) {}

  GIBBS_DEVICE PointPair<R> pair(int64_t i, int64_t j) const {
    if (p_.cost != GIBBS_ELASTIC_SHRINKAGE) return costs_.pair(i, j);
    double sum = 0;
    for (int k = 0; k < p_.dimensions; ++k) {
      const double z = double(costs_.x(i)[k]) - double(costs_.y(j)[k]);
      sum += 0.5 * z * z + shrinkage_value(z, p_.gamma);
    }
    return {R(sum), 0, 0};
  }

  GIBBS_DEVICE R slope(const PointPair<R>& pair, R x, R y) const {
    if (p_.cost >= GIBBS_ELASTIC_LINEAR) return -y;
    if (p_.cost != GIBBS_ELASTIC_SHRINKAGE) return costs_.slope(pair, x, y);
    const double z = double(x) - double(y);
    return R(z + shrinkage_slope(z, p_.gamma));
  }

 private:
  PointCosts<R> costs_;
  const ElasticMapParameters& p_;
};

// The tile's sums, a coordinate per lane, added to what the tiles before left times carried.
template <class R>
GIBBS_DEVICE void add_elastic_slopes(const ElasticMapParameters& p, const ElasticCosts<R>& costs, int64_t row, int64_t first,
                             const PointPair<R>& pair, R weight, double carried) {
  const R* const x = static_cast<const R*>(p.points) + row * p.points_stride;
  double* const sums = p.sums + row * p.dimensions;
  const int count = p.target_count - first < int64_t(kWarp) ? int(p.target_count - first) : int(kWarp);
  GIBBS_UNROLL_BY(1)
  for (int k0 = 0; k0 < p.dimensions; k0 += int(kWarp)) {
    const int k = k0 + int(lane_index()), known = k < p.dimensions ? k : p.dimensions - 1;
    const R own = x[known];
    R sum = 0;
    GIBBS_UNROLL_BY(1)
    for (int q = 0; q < count; ++q) {
      const R share = from_lane(weight, unsigned(q));
      PointPair<R> other{};
      if (p.cost == GIBBS_ELASTIC_K_SUPPORT) other.first = from_lane(pair.first, unsigned(q));
      const R y = static_cast<const R*>(p.targets)[(first + q) * p.targets_stride + known];
      sum = fma(share, costs.slope(other, own, y), sum);
    }
    if (k < p.dimensions) sums[k] = first == 0 ? double(sum) : fma(sums[k], carried, double(sum));
  }
}

template <class R>
GIBBS_DEVICE void finish_elastic_row(const ElasticMapParameters& p, int64_t row, double total) {
  const R* const x = static_cast<const R*>(p.points) + row * p.points_stride;
  for (int k = int(lane_index()); k < p.dimensions; k += int(kWarp)) {
    const double slope = p.sums[row * p.dimensions + k] / total, point = double(x[k]), magnitude = absolute(slope);
    double mapped = slope;
    if (p.cost == GIBBS_ELASTIC_L1) {
      const double kept = magnitude <= p.gamma ? 0.0 : magnitude - p.gamma;
      mapped = point - (slope < 0 ? -kept : kept);
    } else if (p.cost == GIBBS_ELASTIC_SHRINKAGE) {
      mapped = point - (magnitude <= p.gamma ? 0.0 : slope - p.gamma * (p.gamma / slope));
    } else if (p.cost >= GIBBS_ELASTIC_LINEAR) {
      mapped = -slope;
    }
    if (p.mapped != nullptr) static_cast<R*>(p.mapped)[row * p.mapped_stride + k] = R(mapped);
    if (p.gradient != nullptr)
      static_cast<R*>(p.gradient)[row * p.gradient_stride + k] = R(p.cost >= GIBBS_ELASTIC_LINEAR ? point + slope : slope);
  }
}

template <class R>
GIBBS_DEVICE void elastic_row(const ElasticMapParameters& p, int64_t row) {
  const ElasticCosts<R> costs(p);
  const R none = -Limits<R>::infinity(), scale = R(-p.scale);
  R largest = none;
  double total = 0;
  GIBBS_UNROLL_BY(1)
  for (int64_t first = 0; first < p.target_count; first += kWarp) {
    const int64_t target = first + lane_index();
    PointPair<R> pair{};
    R t = none;
    if (target < p.target_count) {
      pair = costs.pair(row, target);
      t = fma(pair.cost, scale, static_cast<const R*>(p.bias)[target]);
    }
    const R most = max_number(largest, lanes_max(t)), origin = most == none ? R(0) : most;
    const double carried = largest == none ? 0.0 : double(exp2(largest - origin));
    const R weight = exp2(t - origin);
    total = fma(total, carried, double(lanes_sum(weight)));
    largest = most;
    if (p.sums != nullptr) add_elastic_slopes(p, costs, row, first, pair, weight, carried);
  }
  // A point that is not finite has no weight above 0, or one that is no number.
  if (!(total > 0)) total = Limits<double>::nan();
  if (p.sums != nullptr) finish_elastic_row<R>(p, row, total);
  if (p.potential != nullptr && lane_index() == 0)
    static_cast<R*>(p.potential)[row] = R(-(double(largest) + log2(total)) / p.scale);
}

template <class R>
GIBBS_DEVICE void elastic_map(const ElasticMapParameters& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  GIBBS_UNROLL_BY(1)
  for (int64_t row = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); row < p.rows; row += warps)
    elastic_row<R>(p, row);
}

// A thread per target.
template <class R>
GIBBS_DEVICE void elastic_bias(const ElasticBiasParameters& p) {
  for (int64_t j = int64_t(block_index()) * block_size() + thread_index(); j < p.targets; j += int64_t(grid_size()) * block_size()) {
    const double weight = p.weights == nullptr ? 1.0 / double(p.targets) : double(static_cast<const R*>(p.weights)[j]);
    const double potential = double(static_cast<const R*>(p.potential)[j]);
    static_cast<R*>(p.bias)[j] = weight == 0 ? -Limits<R>::infinity() : R(fma(potential, p.scale, log2(weight)));
  }
}

template <class R>
GIBBS_DEVICE double elastic_value(const ElasticProductParameters& p, int64_t row, int64_t k) {
  const double value = double(static_cast<const R*>(p.values)[row * p.values_stride + k]);
  return p.others == nullptr ? value : value - double(static_cast<const R*>(p.others)[row * p.others_stride + k]);
}

// A thread per product.
template <class R>
GIBBS_DEVICE void elastic_product(const ElasticProductParameters& p) {
  const int64_t entries = p.rows * p.matrix_rows;
  for (int64_t e = int64_t(block_index()) * block_size() + thread_index(); e < entries; e += int64_t(grid_size()) * block_size()) {
    const int64_t row = e / p.matrix_rows, i = e % p.matrix_rows;
    double sum = 0;
    for (int64_t k = 0; k < p.dimensions; ++k)
      sum = fma(double(static_cast<const R*>(p.matrix)[i * p.matrix_stride + k]), elastic_value<R>(p, row, k), sum);
    static_cast<R*>(p.products)[row * p.products_stride + i] = R(p.factor * sum);
  }
}

// A thread per coordinate.
template <class R>
GIBBS_DEVICE void elastic_combine(const ElasticCombineParameters& c) {
  const ElasticProductParameters& p = c.product;
  const int64_t entries = p.rows * p.dimensions;
  for (int64_t e = int64_t(block_index()) * block_size() + thread_index(); e < entries; e += int64_t(grid_size()) * block_size()) {
    const int64_t row = e / p.dimensions, k = e % p.dimensions;
    double sum = c.own * elastic_value<R>(p, row, k);
    for (int64_t i = 0; c.back != 0 && i < p.matrix_rows; ++i) {
      const double entry = double(static_cast<const R*>(p.matrix)[i * p.matrix_stride + k]);
      sum = fma(c.back * entry, double(static_cast<const R*>(p.products)[row * p.products_stride + i]), sum);
    }
    static_cast<R*>(c.result)[row * c.result_stride + k] = R(sum);
  }
}

}  // namespace gibbs::kernels
