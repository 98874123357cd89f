// What inverse transport adds to a solve whose marginals are those of an observed coupling P^:
//
//   rows      a_i = sum_j P^_ij, and the row's terms; a warp per row
//   columns   b_j = sum_i P^_ij; a thread per column, neighbours on neighbouring ones
//   entries   dF/dC = P^ - P, in place of P; a thread per entry
//   totals    sums of the terms in a fixed tree, by one block, and the result
//
// A marginal of entries that are no masses is NaN, which the solve refuses. Dupuy, Galichon, Sun, 2019.
#pragma once

#include "device/math.h"
#include "kernels/block_reduce.h"
#include "kernels/inverse_transport_parameters.h"

namespace gibbs::kernels {

GIBBS_DEVICE double mass_log(double mass) { return mass > 0 ? mass * log(mass) : 0.0; }

template <class R>
GIBBS_DEVICE double observed_mass(const InverseTransportParameters& p, int64_t i, int64_t j) {
  const double mass = double(static_cast<const R*>(p.observed)[i * p.observed_stride + j]);
  return mass >= 0 ? mass : Limits<double>::nan();
}

template <class R>
GIBBS_DEVICE void inverse_rows(const InverseTransportParameters& p) {
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  GIBBS_UNROLL_BY(1)
  for (int64_t i = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); i < p.rows; i += warps) {
    double sum = 0, logs = 0, cost = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t j = lane_index(); j < p.columns; j += kWarp) {
      const double mass = observed_mass<R>(p, i, j);
      sum += mass;
      logs += mass_log(mass);
      if (mass != 0) cost = fma(mass, double(static_cast<const R*>(p.costs)[i * p.costs_stride + j]), cost);
    }
    sum = lanes_sum(sum);
    logs = lanes_sum(logs);
    cost = lanes_sum(cost);
    if (lane_index() != 0) continue;
    static_cast<R*>(p.source)[i] = R(sum);
    p.terms[i] = sum;
    p.terms[p.rows + i] = logs - mass_log(sum);
    p.terms[2 * p.rows + i] = cost;
  }
}

template <class R>
GIBBS_DEVICE void inverse_columns(const InverseTransportParameters& p) {
  for (int64_t j = int64_t(block_index()) * block_size() + thread_index(); j < p.columns; j += int64_t(grid_size()) * block_size()) {
    double sum = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t i = 0; i < p.rows; ++i) sum += observed_mass<R>(p, i, j);
    static_cast<R*>(p.target)[j] = R(sum);
    p.column_masses[j] = sum;
  }
}

template <class R>
GIBBS_DEVICE void inverse_entries(const InverseTransportParameters& p) {
  const int64_t entries = p.rows * p.columns;
  for (int64_t e = int64_t(block_index()) * block_size() + thread_index(); e < entries; e += int64_t(grid_size()) * block_size()) {
    const int64_t i = e / p.columns, j = e % p.columns;
    R* const own = static_cast<R*>(p.gradient) + i * p.gradient_stride + j;
    *own = static_cast<const R*>(p.observed)[i * p.observed_stride + j] - *own;
  }
}

struct InverseTotals {
  double mass = 0, logs = 0, cost = 0;
};
GIBBS_DEVICE InverseTotals merge(const InverseTotals& a, const InverseTotals& b) {
  return {a.mass + b.mass, a.logs + b.logs, a.cost + b.cost};
}

GIBBS_DEVICE void inverse_totals(const InverseTransportParameters& p) {
  InverseTotals own;
  for (int64_t i = thread_index(); i < p.rows; i += kInverseTotalsThreads)
    own = merge(own, {p.terms[i], p.terms[p.rows + i], p.terms[2 * p.rows + i]});
  for (int64_t j = thread_index(); j < p.columns; j += kInverseTotalsThreads) own.logs -= mass_log(p.column_masses[j]);
  const InverseTotals totals = block_reduce(own, InverseTotals{});
  if (thread_index() != 0) return;
  const double kl = totals.logs - totals.mass + totals.mass * totals.mass;
  p.result->observed_cost = totals.cost;
  p.result->value = totals.cost - p.result->transport.dual;
  p.result->gap = p.result->value + p.epsilon * kl;
}

}  // namespace gibbs::kernels
