// A sparsity-constrained solve of one problem by its team: memory from arguments, the ascent, the plan that its end stands for;
// and the kernels' ways through a batch. Every outcome has a name, and none is found out by the host.
#pragma once

#include "kernels/sparse_columns.h"
#include "kernels/transport_costs.h"

namespace gibbs::kernels {

GIBBS_DEVICE double wide_value(const void* array, bool wide, int64_t i) {
  return wide ? static_cast<const double*>(array)[i] : double(static_cast<const float*>(array)[i]);
}
GIBBS_DEVICE void store_value(void* array, bool wide, int64_t i, double value) {
  if (wide) {
    static_cast<double*>(array)[i] = value;
  } else {
    static_cast<float*>(array)[i] = float(value);
  }
}

// Costs of a problem, in fp64: a matrix as it is, points from copies.
template <class T>
struct SparseMatrix {
  using Costs = MatrixCosts<T>;
  template <class Team>
  static GIBBS_DEVICE Costs costs(const SparseTransportParameters& p, int64_t problem, double*, Team&) {
    return Costs(static_cast<const T*>(p.matrix.costs) + problem * p.rows * p.matrix.stride, p.matrix.stride);
  }
};
struct SparsePoints {
  using Costs = PointCosts<double>;
  template <class Team>
  static GIBBS_DEVICE Costs costs(const SparseTransportParameters& p, int64_t problem, double* memory, Team& team) {
    const int64_t d = p.points.dimensions;
    CostPoints points = p.points;
    points.x = copy(p.points.x, p.points.x_stride, problem * p.rows, p.rows, d, p.wide != 0, memory + p.places.x, team);
    points.y = copy(p.points.y, p.points.y_stride, problem * p.columns, p.columns, d, p.wide != 0, memory + p.places.y, team);
    points.x_stride = points.y_stride = d;
    return Costs(points);
  }

 private:
  template <class Team>
  static GIBBS_DEVICE double* copy(const void* points, int64_t stride, int64_t from, int64_t count, int64_t d, bool wide,
                                   double* to, Team& team) {
    team.each(count * d, [&](int64_t k) GIBBS_INLINE { to[k] = wide_value(points, wide, (from + k / d) * stride + k % d); });
    return to;
  }
};

struct SparseMasses {
  double source, target, bad;
};
GIBBS_DEVICE SparseMasses merge(const SparseMasses& a, const SparseMasses& b) {
  return {a.source + b.source, a.target + b.target, a.bad + b.bad};
}
struct SparseRange {
  double largest, bad, squares;
};
GIBBS_DEVICE SparseRange merge(const SparseRange& a, const SparseRange& b) {
  return {a.largest > b.largest ? a.largest : b.largest, a.bad + b.bad, a.squares + b.squares};
}

template <class Source, bool Grid>
class SparseTransportSolver {
 public:
  using Costs = typename Source::Costs;
  using Problem = SparseProblem<Costs, Grid>;

  GIBBS_DEVICE SparseTransportSolver(const SparseTransportParameters& p, Team<Grid>& team, double* memory)
      : p_(p), team_(team), memory_(memory), wide_(p.wide != 0) {}

  // All threads of the team call; ends in a barrier of it.
  GIBBS_DEVICE void solve(int64_t number) const {
    const Problem problem(team_, Source::costs(p_, number, memory_, team_), p_, memory_);
    const SparseMasses masses = weights(problem, number);
    // By how much of sum a the masses may differ.
    const bool valid = masses.bad == 0 && masses.source > 0 && masses.target > 0 &&
                       !(absolute(masses.source - masses.target) > 1e-5 * masses.source);
    if (!valid) {
      fail(number, 0, GIBBS_TRANSPORT_INVALID_INPUT);
      return;
    }

    double* const vectors = memory_ + p_.places.ascent;
    const double scale = masses.source / masses.target;
    team_.each(p_.columns, [&](int64_t j) GIBBS_INLINE {
      problem.b[j] *= scale;
      problem.g[j] = -Limits<double>::infinity();
    });
    team_.each(p_.rows, [&](int64_t i) GIBBS_INLINE {
      vectors[i] = p_.initial != nullptr ? wide_value(p_.initial, wide_, number * p_.rows + i) : 0.0;
    });
    team_.barrier();
    const SparseRange range = cost_range(problem);
    if (range.bad > 0) {
      fail(number, 0, GIBBS_TRANSPORT_NON_FINITE);
      return;
    }

    // No plan with these marginals has a greater value, nor its relaxation: |t|^2 <= b_j sum t.
    double ceiling = range.largest * masses.source + 0.5 * p_.gamma * range.squares;
    ceiling += 1e-9 * absolute(ceiling) + 5e-324;
    const int64_t unknowns = p_.rows + (p_.dual != 0 ? p_.columns : 0);
    if (p_.dual != 0) {
      problem.sweep(vectors, vectors + unknowns, false);
      team_.each(p_.columns, [&](int64_t j) GIBBS_INLINE { vectors[p_.rows + j] = problem.g[j]; });
    }
    double* const shared = reinterpret_cast<double*>(shared_memory() + kSparseExchangeBytes);
    QuasiNewton<Grid, Problem> ascent(team_, problem, vectors, unknowns, shared, p_.gamma);
    const double tolerance = p_.tolerance != 0 ? p_.tolerance : wide_ ? 1e-9 : 1e-5;
    const AscentEnd end = ascent.run(tolerance, ceiling, p_.max_iterations);
    if (end.status == GIBBS_TRANSPORT_INFEASIBLE) {
      fail(number, end.iterations, end.status);
      return;
    }
    finish(number, problem, ascent.point(), ascent.gradient(), end, masses.source);
  }

 private:
  GIBBS_DEVICE SparseMasses weights(const Problem& problem, int64_t number) const {
    const auto wrong = [](double w) GIBBS_INLINE { return w >= 0 && w < Limits<double>::infinity() ? 0.0 : 1.0; };
    const int64_t longest = p_.rows > p_.columns ? p_.rows : p_.columns;
    SparseMasses masses = team_.template reduce<SparseMasses>(longest, [&](SparseMasses& own, int64_t i) GIBBS_INLINE {
      if (i < p_.rows) {
        const double w =
            p_.source_weights != nullptr ? wide_value(p_.source_weights, wide_, number * p_.rows + i) : 1.0 / double(p_.rows);
        problem.a[i] = w;
        own.source += w;
        own.bad += wrong(w);
      }
      if (i < p_.columns) {
        const double w = p_.target_weights != nullptr ? wide_value(p_.target_weights, wide_, number * p_.columns + i)
                                                      : 1.0 / double(p_.columns);
        problem.b[i] = w;
        own.target += w;
        own.bad += wrong(w);
      }
    });
    if (p_.source_weights == nullptr) masses.source = 1;
    if (p_.target_weights == nullptr) masses.target = 1;
    return masses;
  }

  // The largest finite cost, how many rows have a NaN or -inf, and sum b^2.
  GIBBS_DEVICE SparseRange cost_range(const Problem& problem) const {
    problem.each_row([&](int64_t i) GIBBS_INLINE {
      double largest = 0;
      double bad = 0;
      GIBBS_UNROLL_BY(1)
      for (int64_t j = lane_index(); j < p_.columns; j += kWarp) {
        const double cost = double(problem.costs(i, j));
        if (!(cost > -Limits<double>::infinity())) bad = 1;
        if (cost > largest && cost < Limits<double>::infinity()) largest = cost;
      }
      largest = lanes_max(largest);
      bad = lanes_max(bad);
      if (lane_index() == 0) problem.row_terms[i] = bad > 0 ? -1.0 : largest;
    });
    team_.barrier();
    const int64_t longest = p_.rows > p_.columns ? p_.rows : p_.columns;
    return team_.template reduce<SparseRange>(longest, [&](SparseRange& own, int64_t i) GIBBS_INLINE {
      if (i < p_.rows) {
        if (problem.row_terms[i] > own.largest) own.largest = problem.row_terms[i];
        if (problem.row_terms[i] < 0) own.bad += 1;
      }
      if (i < p_.columns) own.squares += problem.b[i] * problem.b[i];
    });
  }

  GIBBS_DEVICE void finish(int64_t number, const Problem& problem, double* point, double* gradient, const AscentEnd& end,
                           double mass) const {
    const SparseSums sums = problem.sweep(point, gradient, p_.dual != 0);
    // sum b g = 0.
    const double shift = sums.moment / mass;
    const int64_t source = number * p_.rows, target = number * p_.columns;
    if (p_.plan != nullptr || p_.source_potential != nullptr) {
      problem.each_row([&](int64_t i) GIBBS_INLINE {
        // A row without mass has the c-transform as its potential.
        double transform = Limits<double>::infinity();
        GIBBS_UNROLL_BY(1)
        for (int64_t j = lane_index(); j < p_.columns; j += kWarp) {
          const bool counts = problem.a[i] > 0;
          if (p_.plan != nullptr)
            store_value(p_.plan, wide_, (source + i) * p_.plan_stride + j, counts ? problem.entry(point, i, j) : 0.0);
          if (counts || !(problem.b[j] > 0)) continue;
          const double candidate = double(problem.costs(i, j)) - problem.g[j];
          if (candidate < transform) transform = candidate;
        }
        transform = -lanes_max(-transform);
        double f = problem.a[i] > 0 ? point[i] : transform;
        if (!(f < Limits<double>::infinity())) f = 0;
        if (lane_index() == 0 && p_.source_potential != nullptr) store_value(p_.source_potential, wide_, source + i, f + shift);
      });
    }
    team_.each(p_.columns, [&](int64_t j) GIBBS_INLINE {
      if (p_.target_potential != nullptr) store_value(p_.target_potential, wide_, target + j, problem.g[j] - shift);
      if (p_.plan_rows != nullptr || p_.plan_values != nullptr) store_entries(problem, j, target + j);
    });
    if (team_.leader()) {
      gibbs_sparse_transport_result result = {};
      result.value = sums.linear_cost + p_.gamma * sums.half_squares;
      result.linear_cost = sums.linear_cost;
      result.half_squares = sums.half_squares;
      result.dual = end.value.value;
      result.marginal_error = end.value.error;
      result.iterations = end.iterations;
      result.status = uint8_t(end.status);
      p_.results[number] = result;
    }
    team_.barrier();
  }

  GIBBS_DEVICE void store_entries(const Problem& problem, int64_t j, int64_t column) const {
    TopEntries top = problem.kept(j, problem.count(j));
    top.sort();
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < p_.k; ++e) {
      const double t = e < top.count && problem.b[j] > 0 ? (top.value(e) + problem.g[j]) / p_.gamma : 0.0;
      if (p_.plan_rows != nullptr) p_.plan_rows[column * p_.plan_rows_stride + e] = t > 0 ? top.id(e) : -1;
      if (p_.plan_values != nullptr) store_value(p_.plan_values, wide_, column * p_.plan_values_stride + e, t > 0 ? t : 0.0);
    }
  }

  GIBBS_DEVICE void fail(int64_t number, int iterations, gibbs_transport_status status) const {
    const double nan = Limits<double>::nan();
    if (team_.leader()) p_.results[number] = {nan, nan, nan, nan, nan, iterations, uint8_t(status), {0, 0, 0}};
    fill(p_.source_potential, number * p_.rows, p_.rows, 1, 1);
    fill(p_.target_potential, number * p_.columns, p_.columns, 1, 1);
    fill(p_.plan_values, number * p_.columns, p_.columns, p_.k, p_.plan_values_stride);
    fill(p_.plan, number * p_.rows, p_.rows, p_.columns, p_.plan_stride);
    if (p_.plan_rows != nullptr) {
      team_.each(p_.columns * p_.k, [&](int64_t e) GIBBS_INLINE {
        p_.plan_rows[(number * p_.columns + e / p_.k) * p_.plan_rows_stride + e % p_.k] = -1;
      });
    }
    team_.barrier();
  }
  GIBBS_DEVICE void fill(void* matrix, int64_t from, int64_t rows, int64_t columns, int64_t stride) const {
    if (matrix == nullptr) return;
    team_.each(rows * columns, [&](int64_t i) GIBBS_INLINE {
      store_value(matrix, wide_, (from + i / columns) * stride + i % columns, Limits<double>::nan());
    });
  }

  const SparseTransportParameters& p_;
  Team<Grid>& team_;
  double* const memory_;
  const bool wide_;
};

// A block per problem; blocks take the next of the queue as they finish.
template <class Source>
GIBBS_DEVICE void sparse_transport_blocks(const SparseTransportParameters& p) {
  unsigned char* const scratch = p.scratch + int64_t(block_index()) * p.scratch_bytes;
  Team<false> team(nullptr, scratch, p.half_bytes);
  const SparseTransportSolver<Source, false> solver(p, team, reinterpret_cast<double*>(scratch + 2 * p.half_bytes));
  uint64_t* const ticket = reinterpret_cast<uint64_t*>(shared_memory() + kSparseSharedBytes) - 1;
  GIBBS_UNROLL_BY(1)
  for (;;) {
    if (thread_index() == 0) *ticket = next_ticket(p.tickets);
    block_barrier();
    const int64_t problem = int64_t(*ticket);
    block_barrier();
    if (problem >= p.problems) return;
    solver.solve(problem);
  }
}

// The whole grid on one problem after the other.
template <class Source>
GIBBS_DEVICE void sparse_transport_grid(const SparseTransportParameters& p) {
  Team<true> team(p.gate, p.scratch, p.half_bytes);
  const SparseTransportSolver<Source, true> solver(p, team, reinterpret_cast<double*>(p.scratch + 2 * p.half_bytes));
  GIBBS_UNROLL_BY(1)
  for (int64_t problem = 0; problem < p.problems; ++problem) solver.solve(problem);
}

}  // namespace gibbs::kernels
