// What the Monge gap adds to a solve between points and images, M = sum a_i c(x_i, y_i) - OT:
//
//   pairs    dM/dy_i = a_i d2 c(x_i, y_i) - dOT/dy_i, in place of the latter, and the pair's terms; a thread per pair
//   totals   sums of the terms in a fixed tree, by one block, and the result
//
// Uscidda, Cuturi, 2023.
#pragma once

#include "kernels/block_reduce.h"
#include "kernels/monge_gap_parameters.h"
#include "kernels/transport_costs.h"

namespace gibbs::kernels {

// gradient = weight slope - gradient, the slope by the first of the two.
template <class R>
GIBBS_DEVICE void subtract_from_slope(const PointCosts<R>& costs, int64_t i, double weight, void* gradient, int64_t stride) {
  if (gradient == nullptr) return;
  const PointPair<R> pair = costs.pair(i, i);
  const R *const x = costs.x(i), *const y = costs.y(i);
  R* const own = static_cast<R*>(gradient) + i * stride;
  for (int k = 0; k < costs.dimensions(); ++k) {
    const double slope = weight == 0 ? 0.0 : weight * double(costs.slope(pair, x[k], y[k]));
    own[k] = R(slope - double(own[k]));
  }
}

template <class R>
GIBBS_DEVICE void monge_gap_pairs(const MongeGapParameters& p) {
  const PointCosts<R> costs(p.costs);
  for (int64_t i = int64_t(block_index()) * block_size() + thread_index(); i < p.rows; i += int64_t(grid_size()) * block_size()) {
    const double weight = p.weights == nullptr ? 1.0 / double(p.rows) : double(static_cast<const R*>(p.weights)[i]);
    p.terms[i] = weight;
    p.terms[p.rows + i] = weight == 0 ? 0.0 : weight * log(weight);
    p.terms[2 * p.rows + i] = weight == 0 ? 0.0 : weight * double(costs(i, i));
    subtract_from_slope(costs, i, weight, p.point_gradient, p.point_gradient_stride);
    subtract_from_slope(costs.exchanged(), i, weight, p.mapped_gradient, p.mapped_gradient_stride);
  }
}

struct GapTotals {
  double mass = 0, kept = 0, cost = 0;
};
GIBBS_DEVICE GapTotals merge(const GapTotals& a, const GapTotals& b) {
  return {a.mass + b.mass, a.kept + b.kept, a.cost + b.cost};
}

GIBBS_DEVICE void monge_gap_totals(const MongeGapParameters& p) {
  GapTotals own;
  for (int64_t i = thread_index(); i < p.rows; i += kGapThreads)
    own = merge(own, {p.terms[i], p.terms[p.rows + i], p.terms[2 * p.rows + i]});
  const GapTotals totals = block_reduce(own, GapTotals{});
  if (thread_index() != 0) return;
  // What the weights do not allow has no dual value, and no cost either.
  const double cost = is_nan(p.result->transport.dual) ? p.result->transport.dual : totals.cost;
  p.result->mapped_cost = totals.cost;
  p.result->value = cost - p.result->transport.dual;
  p.result->slack = p.epsilon * (totals.mass * totals.mass - totals.mass - totals.kept);
}

}  // namespace gibbs::kernels
