// The entropic Wasserstein barycentre of histograms b_k by iterated Bregman projections, as sweeps of Sinkhorn towards a moving marginal
// q. With P_k = b_k (x) q 2^(F_k + G_k - s (C - C0)):
//
//   F_k from row sums, S_kj = sum_i b_ki 2^(F_ki + G_kj - ...)     G_k -= log2 S_k     log2 q = log2 u - sum_k lambda_k G_k
//
// Relative to q the exponentials stay near 1 where q itself leaves the range of the type. The error is that of the rows before they
// move; columns are exact then. A cooperative grid takes one histogram after the other: a cost is read once per histogram. Benamou,
// Carlier, Cuturi, Nenna, Peyre, 2015.
#pragma once

#include "kernels/sinkhorn_solve.h"
#include "kernels/wasserstein_barycenter_parameters.h"

namespace gibbs::kernels {

template <class T>
class BarycenterSolver {
 public:
  using Tiles = MatrixTiles<T>;
  using Problem = SinkhornProblem<Tiles, true>;

  GIBBS_DEVICE BarycenterSolver(const BarycenterParameters& p, Team<true>& team, Problem& s)
      : p_(p), team_(team), s_(s), f_(static_cast<T*>(p.f)), next_f_(static_cast<T*>(p.next_f)), weight_sum_(0), mass_(0) {}

  GIBBS_DEVICE void run(typename Problem::Storage* kept) {
    if (!start()) {
      fail(0, GIBBS_TRANSPORT_INVALID_INPUT);
      return;
    }
    const CostRange range = cost_range(s_, kept);
    s_.kept = kept;
    s_.origin = range.least;
    s_.scale = 1 / (p_.problem.epsilon * kSinkhornLn2);
    s_.omega = 1;
    s_.cold = true;
    reach(range.largest < Limits<double>::infinity());
    iterate();
  }

 private:
  GIBBS_DEVICE double weight(int64_t k) const {
    return p_.weights == nullptr ? 1.0 / double(p_.count) : double(static_cast<const T*>(p_.weights)[k]) / weight_sum_;
  }
  GIBBS_DEVICE T* part(void* all, int64_t k, int64_t length) const { return static_cast<T*>(all) + k * length; }

  // Histograms of one mass, and weights; false where one is bad.
  GIBBS_DEVICE bool start() {
    bool valid = true;
    for (int64_t k = 0; p_.weights != nullptr && k < p_.count; ++k) {
      const double own = double(static_cast<const T*>(p_.weights)[k]);
      valid = valid && own >= 0;
      weight_sum_ += own;
    }
    if (p_.weights != nullptr) valid = valid && weight_sum_ > 0 && weight_sum_ < Limits<double>::infinity();
    GIBBS_UNROLL_BY(1)
    for (int64_t k = 0; k < p_.count; ++k) {
      const T* const histogram = static_cast<const T*>(p_.histograms) + k * p_.histograms_stride;
      const CountedSum sum = team_.template reduce<CountedSum>(s_.rows, [&](CountedSum& own, int64_t i) GIBBS_INLINE {
        const double entry = double(histogram[i]);
        own.sum += entry;
        own.count += !(entry >= 0 && entry < Limits<double>::infinity());
      });
      if (k == 0) mass_ = sum.sum;
      valid = valid && sum.count == 0 && sum.sum > 0 && absolute(sum.sum - mass_) <= kMassTolerance * mass_;
      T* const masses = part(p_.masses, k, s_.rows);
      team_.each(s_.rows, [&](int64_t i) GIBBS_INLINE { masses[i] = T(double(histogram[i]) * (mass_ / sum.sum)); });
    }
    team_.each(p_.count * s_.padded, [&](int64_t e) GIBBS_INLINE { static_cast<T*>(p_.g)[e] = 0; });
    team_.barrier();
    return valid;
  }

  // Where every histogram that counts can send mass: all points, unless some pairs are forbidden.
  GIBBS_DEVICE void reach(bool forbidden) {
    const double uniform = -log2(double(s_.columns));
    team_.each(s_.padded, [&](int64_t j) GIBBS_INLINE {
      bool reached = j < s_.columns;
      GIBBS_UNROLL_BY(1)
      for (int64_t k = 0; forbidden && reached && k < p_.count; ++k) {
        const T* const masses = part(p_.masses, k, s_.rows);
        reached = weight(k) == 0;
        GIBBS_UNROLL_BY(1)
        for (int64_t i = 0; !reached && i < s_.rows; ++i) reached = masses[i] > 0 && s_.tiles.cost(i, j) != Limits<T>::infinity();
      }
      if (j < s_.columns) p_.log_barycenter[j] = reached ? uniform : -Limits<double>::infinity();
      s_.b[j] = reached ? T(1 / double(s_.columns)) : T(0);
    });
    team_.barrier();
  }

  GIBBS_DEVICE void select(int64_t k) {
    s_.a = part(p_.masses, k, s_.rows);
    s_.f = f_ + k * s_.rows;
    s_.next_f = next_f_ + k * s_.rows;
    s_.g = part(p_.g, k, s_.padded);
    s_.ratios = part(p_.sums, k, s_.padded);
  }

  GIBBS_DEVICE bool reached(int64_t j) const { return p_.log_barycenter[j] != -Limits<double>::infinity(); }

  GIBBS_DEVICE void iterate() {
    const double unit = sizeof(T) == 8 ? 1.1e-16 : 6e-8, given = p_.problem.tolerance;
    const double tolerance = given != 0 ? given : sizeof(T) == 8 ? 1e-9 : 1e-5;
    const int64_t limit = p_.problem.max_iterations;
    double best = Limits<double>::infinity();
    int stalled = 0;
    bool exact = false;
    GIBBS_UNROLL_BY(1)
    for (int64_t iteration = 0;; ++iteration) {
      double error = 0, largest = 0, flag = 0;
      bool in_range = true;
      GIBBS_UNROLL_BY(1)
      for (int64_t k = 0; k < p_.count; ++k) {
        select(k);
        const SinkhornValues rows = sinkhorn_sweep(s_, false);
        error += weight(k) * rows.v[kError];
        largest = max_number(largest, rows.v[kLargest]);
        flag = max_number(flag, rows.v[kFlag]);
        T* const sums = s_.ratios;
        const SinkhornValues columns = each_column(s_, 0, [&](SinkhornValues& values, int64_t j, double column) GIBBS_INLINE {
          sums[j] = T(column);
          if (!within_range(double(T(column))) && reached(j)) values.v[kFlag] = kFlagRestarts;
        });
        in_range = in_range && columns.v[kFlag] != kFlagRestarts;
      }
      s_.cold = false;
      if (flag >= kFlagInfeasible) {
        fail(int(iteration), flag == kFlagNonFinite ? GIBBS_TRANSPORT_NON_FINITE : GIBBS_TRANSPORT_INFEASIBLE);
        return;
      }
      if (exact && error <= tolerance) {
        finish(error, int(iteration), GIBBS_TRANSPORT_CONVERGED);
        return;
      }
      if (exact && iteration % kFloorPeriod == 0) {
        const bool small = error < 64 * unit * (1 + 2 * largest) * mass_;
        stalled = small && error > kFloorProgress * best ? stalled + 1 : 0;
        best = error < best ? error : best;
        if (stalled == kFloorChecks) {
          finish(error, int(iteration), GIBBS_TRANSPORT_FLOOR_REACHED);
          return;
        }
      }
      if (exact && iteration >= limit) {
        finish(error, int(iteration), GIBBS_TRANSPORT_MAX_ITERATIONS);
        return;
      }
      move(in_range);
      T* const updated = next_f_;
      next_f_ = f_;
      f_ = updated;
      // A column that started again is not exact, and no state may end with it but at ten times the limit.
      exact = in_range || iteration >= 10 * limit;
    }
  }

  // Every G_k from the sums of its columns, and q from them.
  GIBBS_DEVICE void move(bool in_range) {
    team_.each(p_.count * s_.padded, [&](int64_t e) GIBBS_INLINE {
      const int64_t j = e % s_.padded;
      const double sum = j < s_.columns ? double(static_cast<const T*>(p_.sums)[e]) : 0;
      T& potential = static_cast<T*>(p_.g)[e];
      if (within_range(sum)) potential = T(double(potential) - log2(sum));
    });
    team_.barrier();
    GIBBS_UNROLL_BY(1)
    for (int64_t k = 0; !in_range && k < p_.count; ++k) {
      select(k);
      s_.f = s_.next_f;
      restart_columns(s_);
    }
    team_.each(s_.columns, [&](int64_t j) GIBBS_INLINE {
      if (!reached(j)) return;
      double sum = -log2(double(s_.columns));
      GIBBS_UNROLL_BY(1)
      for (int64_t k = 0; k < p_.count; ++k) sum -= weight(k) * double(static_cast<const T*>(p_.g)[k * s_.padded + j]);
      p_.log_barycenter[j] = sum;
      s_.b[j] = T(exp2(sum));
    });
    team_.barrier();
  }

  // sum b_k F_k over the mass.
  GIBBS_DEVICE double moment(int64_t k) {
    select(k);
    const CountedSum sum = team_.template reduce<CountedSum>(
        s_.rows, [&](CountedSum& own, int64_t i) GIBBS_INLINE { own.sum += double(s_.a[i]) * double(s_.f[i]); });
    return sum.sum / mass_;
  }

  GIBBS_DEVICE void finish(double error, int iterations, gibbs_transport_status status) {
    const double epsilon = p_.problem.epsilon, unit = epsilon * kSinkhornLn2, uniform = -log2(double(s_.columns));
    const double entropy = team_
                               .template reduce<CountedSum>(s_.columns,
                                                            [&](CountedSum& own, int64_t j) GIBBS_INLINE {
                                                              const double q = double(s_.b[j]);
                                                              if (q > 0) own.sum += q * (p_.log_barycenter[j] - uniform);
                                                            })
                               .sum;
    double mean = 0, mass = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t k = 0; k < p_.count; ++k) mean += weight(k) * moment(k);
    gibbs_transport_result result = {};
    GIBBS_UNROLL_BY(1)
    for (int64_t k = 0; k < p_.count; ++k) {
      const double shift = mean - moment(k);
      const PlanSums plan = plan_pass(s_, static_cast<T*>(nullptr), 0);
      const double kl = (plan.log_ratio + entropy) * kSinkhornLn2 - plan.mass + mass_;
      mass += weight(k) * plan.mass;
      result.linear_cost += weight(k) * plan.linear_cost;
      result.kl += weight(k) * kl;
      if (p_.values != nullptr && team_.leader()) static_cast<T*>(p_.values)[k] = T(plan.linear_cost + epsilon * kl);
      potentials(k, shift, unit, uniform);
      team_.barrier();
    }
    if (p_.barycenter != nullptr) team_.each(s_.columns, [&](int64_t j) GIBBS_INLINE { static_cast<T*>(p_.barycenter)[j] = s_.b[j]; });
    result.value = result.linear_cost + epsilon * result.kl;
    result.dual = (mean * unit + s_.origin) * mass_ - epsilon * (mass - mass_);
    result.marginal_error = error;
    result.iterations = iterations;
    result.status = uint8_t(status);
    if (team_.leader()) *p_.problem.results = result;
  }

  GIBBS_DEVICE void potentials(int64_t k, double shift, double unit, double uniform) {
    T* const f = static_cast<T*>(p_.source_potentials) + k * p_.source_potentials_stride;
    T* const g = static_cast<T*>(p_.target_potentials) + k * p_.target_potentials_stride;
    if (p_.source_potentials != nullptr)
      team_.each(s_.rows, [&](int64_t i) GIBBS_INLINE { f[i] = T((double(s_.f[i]) + shift) * unit + s_.origin); });
    if (p_.target_potentials != nullptr)
      team_.each(s_.columns, [&](int64_t j) GIBBS_INLINE {
        g[j] = T((double(s_.g[j]) + p_.log_barycenter[j] - uniform - shift) * unit);
      });
  }

  GIBBS_DEVICE void fail(int iterations, gibbs_transport_status status) const {
    const double nan = Limits<double>::nan();
    if (team_.leader()) *p_.problem.results = {nan, nan, nan, nan, nan, nan, nan, iterations, uint8_t(status), {0, 0, 0}};
    fill(p_.barycenter, 1, s_.columns, 0);
    fill(p_.values, 1, p_.count, 0);
    fill(p_.source_potentials, p_.count, s_.rows, p_.source_potentials_stride);
    fill(p_.target_potentials, p_.count, s_.columns, p_.target_potentials_stride);
  }
  GIBBS_DEVICE void fill(void* matrix, int64_t rows, int64_t columns, int64_t stride) const {
    if (matrix == nullptr) return;
    team_.each(rows * columns, [&](int64_t i) GIBBS_INLINE {
      static_cast<T*>(matrix)[i / columns * stride + i % columns] = Limits<T>::nan();
    });
  }

  const BarycenterParameters& p_;
  Team<true>& team_;
  Problem& s_;
  T *f_, *next_f_;
  double weight_sum_, mass_;
};

template <class T>
GIBBS_DEVICE void wasserstein_barycenter(const BarycenterParameters& p) {
  using Solver = SinkhornSolver<MatrixTiles<T>, true>;
  const int64_t longest = p.problem.rows > p.problem.columns ? p.problem.rows : p.problem.columns;
  const int64_t half = team_half_bytes(longest, kSinkhornReduced);
  Team<true> team(p.problem.gate, p.problem.scratch, half);
  const Solver solver(p.problem, team, p.problem.scratch + 2 * half);
  SinkhornArena spare(nullptr, 0, nullptr);
  typename Solver::Problem s = solver.state(sinkhorn_place(p.problem, 0), spare);
  typename Solver::Storage* const kept = solver.keep(s, spare);
  BarycenterSolver<T>(p, team, s).run(kept);
}

}  // namespace gibbs::kernels
