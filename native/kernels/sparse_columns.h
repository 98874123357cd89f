// The plan that potentials stand for, with at most k non-zeros per column, in two passes over the costs. Of s_i = f_i - C_ij,
//
//   columns, a thread each    the k largest, and of them
//     semi-dual   t = max(0, s - theta) / gamma with sum t = b_j, g_j = -theta   conjugate <t, s> - gamma/2 |t|^2
//     dual        t = max(0, s + g_j) / gamma                                   conjugate gamma/2 |t|^2
//   rows, a warp each         sum_j t_ij, and the plan: what was kept follows from the least value kept and its row
//
// Without a limit nothing is kept, and a column's threshold is the root of a decreasing convex function: Newton from where it was
// last. Rows without mass take no part.
#pragma once

#include "device/math.h"
#include "device/reduce.h"
#include "kernels/quasi_newton.h"
#include "kernels/top_entries.h"

namespace gibbs::kernels {

using namespace device;

struct SparseSums {
  double value, terms, error, linear_cost, half_squares, moment, infeasible;
};
static_assert(sizeof(SparseSums) <= kSparseSumsBytes, "the exchange holds them");
GIBBS_DEVICE SparseSums merge(const SparseSums& a, const SparseSums& b) {
  return {a.value + b.value,
          a.terms + b.terms,
          a.error + b.error,
          a.linear_cost + b.linear_cost,
          a.half_squares + b.half_squares,
          a.moment + b.moment,
          a.infeasible + b.infeasible};
}

template <class Costs, bool Grid>
class SparseProblem {
 public:
  GIBBS_DEVICE SparseProblem(Team<Grid>& team, const Costs& costs, const SparseTransportParameters& p, double* memory)
      : team(team),
        costs(costs),
        p(p),
        a(memory + p.places.a),
        row_terms(memory + p.places.rows),
        b(memory + p.places.b),
        g(memory + p.places.g),
        cuts(memory + p.places.cuts),
        terms(memory + p.places.terms),
        values(memory + p.places.values),
        cut_rows(reinterpret_cast<int32_t*>(memory + p.places.cut_rows)),
        ids(reinterpret_cast<int32_t*>(memory + p.places.ids)) {}

  // The dual function of f, or of (f, g), and its gradient.
  GIBBS_DEVICE ConcaveValue evaluate(const double* point, double* gradient) const {
    const SparseSums sums = sweep(point, gradient, p.dual != 0);
    // Of sums of terms, as of the terms' sizes.
    return {sums.value, sums.error, 2e-15 * sums.terms, sums.infeasible == 0};
  }

  // dual: g is the point's, where a column has mass; otherwise it is found.
  GIBBS_DEVICE SparseSums sweep(const double* point, double* gradient, bool dual) const {
    team.barrier();
    team.each(p.columns, [&](int64_t j) GIBBS_INLINE { column(point, j, dual); });
    team.barrier();
    each_row([&](int64_t i) GIBBS_INLINE {
      double sum = 0;
      if (a[i] > 0) {
        GIBBS_UNROLL_BY(1)
        for (int64_t j = lane_index(); j < p.columns; j += kWarp) sum += entry(point, i, j);
      }
      sum = lanes_sum(sum);
      if (lane_index() == 0) gradient[i] = a[i] - sum;
    });
    team.barrier();
    const int64_t longest = p.rows > p.columns ? p.rows : p.columns;
    const SparseSums sums = team.template reduce<SparseSums>(longest, [&](SparseSums& own, int64_t i) GIBBS_INLINE {
      if (i < p.rows) {
        const double term = a[i] * point[i];
        own.value += term;
        own.terms += absolute(term);
        own.error += absolute(gradient[i]);
      }
      if (i < p.columns) {
        const double total = terms[3 * p.columns + i], moment = b[i] * g[i];
        own.value += (dual ? moment : 0.0) - terms[i];
        own.terms += absolute(moment) + absolute(terms[i]);
        own.error += absolute(total - b[i]);
        own.linear_cost += terms[p.columns + i];
        own.half_squares += terms[2 * p.columns + i];
        own.moment += moment;
        if (cut_rows[i] == kUnreached) own.infeasible += 1;
      }
    });
    if (dual)
      team.each(p.columns,
                [&](int64_t j) GIBBS_INLINE { gradient[p.rows + j] = b[j] > 0 ? b[j] - terms[3 * p.columns + j] : 0; });
    team.barrier();
    return sums;
  }

  // t_ij of the last sweep, at its f.
  GIBBS_DEVICE double entry(const double* f, int64_t i, int64_t j) const {
    const double s = f[i] - double(costs(i, j)), cut = cuts[j], t = s + g[j];
    return t > 0 && b[j] > 0 && (s > cut || (s == cut && i <= cut_rows[j])) ? t / p.gamma : 0.0;
  }

  // A warp per row; all its lanes call.
  template <class F>
  GIBBS_DEVICE void each_row(F visit) const {
    const int64_t warps = team.threads() / int64_t(kWarp);
    GIBBS_UNROLL_BY(1)
    for (int64_t i = team.thread() / int64_t(kWarp); i < p.rows; i += warps) visit(i);
  }

  GIBBS_DEVICE TopEntries kept(int64_t j, int count) const { return TopEntries(values + j, ids + j, p.columns, count); }
  // How many a column kept in the last sweep: kept before sorting.
  GIBBS_DEVICE int count(int64_t j) const { return int(ids[int64_t(p.capacity) * p.columns + j]); }

  static constexpr int32_t kUnreached = -2;  // a cut's row: a column of mass that may receive from no row of mass

  Team<Grid>& team;
  const Costs costs;
  const SparseTransportParameters& p;
  double *const a, *const row_terms, *const b, *const g, *const cuts, *const terms, *const values;
  int32_t *const cut_rows, *const ids;

 private:
  struct Terms {
    double conjugate, linear_cost, half_squares, total;
  };

  GIBBS_DEVICE void column(const double* point, int64_t j, bool dual) const {
    const double mass = b[j], none = -Limits<double>::infinity(), goal = p.gamma * mass;
    const bool given = dual && mass > 0;
    double largest = none, threshold = given ? -point[p.rows + j] : none;
    int count = 0;
    if (p.capacity > 0 || mass == 0) {
      TopEntries top = kept(j, 0);
      GIBBS_UNROLL_BY(1)
      for (int64_t i = 0; i < p.rows; ++i) {
        if (!(a[i] > 0)) continue;
        const double s = point[i] - double(costs(i, j));
        if (!(s > threshold)) continue;
        if (s > largest) largest = s;
        if (p.capacity > 0) {
          top.add(s, int32_t(i), p.capacity);
          if (top.count == p.capacity && top.value(0) > threshold) threshold = top.value(0);
        }
        if (!given && largest - goal > threshold) threshold = largest - goal;
      }
      count = top.count;
    }
    if (p.capacity > 0) ids[int64_t(p.capacity) * p.columns + j] = count;
    const bool full = p.capacity > 0 && count == p.capacity;
    cuts[j] = full ? kept(j, count).value(0) : none;
    cut_rows[j] = full ? kept(j, count).id(0) : int32_t(p.rows);

    double potential = given ? point[p.rows + j] : 0;
    if (!given) {
      if (mass > 0) {
        potential = p.capacity > 0 ? -root(point, j, count, largest - goal, goal) : -free_root(point, j, goal);
      } else {
        potential = -largest;  // the c-transform
      }
      if (!(absolute(potential) < Limits<double>::infinity())) {
        potential = 0;
        if (mass > 0) cut_rows[j] = kUnreached;
      }
    }
    g[j] = potential;
    Terms sums = {0, 0, 0, 0};
    if (mass > 0 && cut_rows[j] != kUnreached) {
      each_entry(point, j, count, -potential, [&](double s, double f) GIBBS_INLINE {
        const double t = (s + potential) / p.gamma;
        sums.total += t;
        sums.linear_cost += t * (f - s);
        sums.half_squares += 0.5 * t * t;
        sums.conjugate += given ? 0.5 * p.gamma * t * t : t * (s - 0.5 * p.gamma * t);
      });
    }
    terms[j] = sums.conjugate;
    terms[p.columns + j] = sums.linear_cost;
    terms[2 * p.columns + j] = sums.half_squares;
    terms[3 * p.columns + j] = sums.total;
  }

  // f(s, f_i) of what a column keeps above a threshold.
  template <class F>
  GIBBS_DEVICE void each_entry(const double* point, int64_t j, int count, double threshold, F visit) const {
    if (p.capacity > 0) {
      const TopEntries top = kept(j, count);
      GIBBS_UNROLL_BY(1)
      for (int e = 0; e < count; ++e) {
        if (top.value(e) > threshold) visit(top.value(e), point[top.id(e)]);
      }
    } else {
      GIBBS_UNROLL_BY(1)
      for (int64_t i = 0; i < p.rows; ++i) {
        if (!(a[i] > 0)) continue;
        const double s = point[i] - double(costs(i, j));
        if (s > threshold) visit(s, point[i]);
      }
    }
  }

  // theta with sum max(0, s - theta) = goal, from the left: the support only shrinks, and Newton ends at the exact one.
  GIBBS_DEVICE double root(const double* point, int64_t j, int count, double theta, double goal) const {
    int last = -1;
    GIBBS_UNROLL_BY(1)
    for (;;) {
      double sum = 0;
      int above = 0;
      each_entry(point, j, count, theta, [&](double s, double) GIBBS_INLINE {
        sum += s - theta;
        ++above;
      });
      if (above == 0) return theta;
      theta += (sum - goal) / above;
      if (above == last) return theta;
      last = above;
    }
  }

  // The same over all rows, from the last threshold: one step from the right of the root leads to its left.
  GIBBS_DEVICE double free_root(const double* point, int64_t j, double goal) const {
    double theta = -g[j];
    int64_t last = -1;
    GIBBS_UNROLL_BY(1)
    for (int round = 0; round < kMostRounds; ++round) {
      double sum = 0, largest = -Limits<double>::infinity();
      int64_t above = 0;
      GIBBS_UNROLL_BY(1)
      for (int64_t i = 0; i < p.rows; ++i) {
        if (!(a[i] > 0)) continue;
        const double s = point[i] - double(costs(i, j));
        if (s > largest) largest = s;
        if (s > theta) {
          sum += s - theta;
          ++above;
        }
      }
      if (above == 0) {
        theta = largest - goal;
        if (!(theta > -Limits<double>::infinity())) return theta;
        last = -1;
        continue;
      }
      const double step = (sum - goal) / double(above);
      theta += step;
      if (step >= 0 && above == last) return theta;
      last = step >= 0 ? above : -1;
    }
    return theta;
  }

  static constexpr int kMostRounds = 200;
};

}  // namespace gibbs::kernels
