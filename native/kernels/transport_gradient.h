// Implicit differentiation of a plan and its potentials, in adjoint variables times their masses, l = a lambda and m = b mu, so
// that atoms of no mass are as any other:
//
//   d_i l_i + a_i sum_j e_ij m_j = u_i = df_i + a_i sum_j b_j e_ij dP_ij / eps      d = (P1 / a) (1 + eps / rho_a)
//   c_j m_j + b_j sum_i e_ij l_i = v_j = dg_j + b_j sum_i a_i e_ij dP_ij / eps      c = (P'1 / b) (1 + eps / rho_b)
//   dC_ij = e_ij (l_i b_j + a_i m_j - a_i b_j dP_ij / eps)     da_i = sum_j e_ij (b_j dP_ij - eps m_j)     db_j likewise
//   d eps = sum_ij dC_ij (f_i + g_j - C_ij) / eps
//
// Rows are eliminated; the equation on mu is symmetric, and conjugate gradients solve it with its diagonal as preconditioner. A
// column without mass has m_j = v_j / c_j. Where both marginals are held the constant is a null vector and is projected out; the
// gauge sum b g = 0 adds (sum df - sum dg) b / sum b to v and the same times g / b to db, and sum b db = 0 as b is scaled to sum
// a.
#pragma once

#include "gibbs/transport_plan.h"
#include "kernels/plan_passes.h"

namespace gibbs::kernels {

struct AdjointSum {
  double first, second;
};
GIBBS_DEVICE AdjointSum merge(const AdjointSum& a, const AdjointSum& b) { return {a.first + b.first, a.second + b.second}; }

struct AdjointSolution {
  double residual;
  int32_t iterations, status;
};

// What may go nowhere has a sum of 0, and no part.
GIBBS_DEVICE double adjoint_ratio(double value, double diagonal) { return diagonal == 0 ? 0.0 : value / diagonal; }

// The equation on mu: its products and diagonal, and what it needs of the null space.
template <class Costs>
class AdjointSystem {
 public:
  using R = typename Costs::Arithmetic;
  using Grid = Team<true>;

  GIBBS_DEVICE AdjointSystem(const PlanDensity<Costs>& density, const PlanPasses<Costs, Grid>& passes, Grid& team,
                             const TransportGradientParameters& p, const PlanMasses& masses)
      : density_(density), passes_(passes), team_(team), p_(p), singular_(masses.held) {}

  GIBBS_DEVICE double b(int64_t j) const { return double(density_.b[j]); }
  GIBBS_DEVICE double a(int64_t i) const { return double(density_.a[i]); }

  // sum_j e_ij w_j and sum_i e_ij w_i, w the weights of the parameters. Begins and ends with a barrier.
  GIBBS_DEVICE void by_rows() const {
    team_.barrier();
    passes_.template rows<1>([&](R(&terms)[1], int64_t, int64_t j, R e, R)
                                 GIBBS_INLINE { terms[0] = e * R(p_.column_weights[j]); });
    team_.barrier();
  }
  GIBBS_DEVICE void by_columns() const {
    team_.barrier();
    passes_.template columns<1>([&](R(&terms)[1], int64_t i, int64_t, R e, R)
                                    GIBBS_INLINE { terms[0] = e * R(p_.row_weights[i]); });
    team_.barrier();
  }

  // S x, x = direction, to product. Ends with a barrier.
  GIBBS_DEVICE void multiply() const {
    team_.each(p_.plan.columns, [&](int64_t j) GIBBS_INLINE { p_.column_weights[j] = b(j) * p_.direction[j]; });
    by_rows();
    team_.each(p_.plan.rows,
               [&](int64_t i) GIBBS_INLINE { p_.row_weights[i] = adjoint_ratio(a(i) * passes_.row_sum(i), p_.row_diagonal[i]); });
    by_columns();
    team_.each(p_.plan.columns, [&](int64_t j) GIBBS_INLINE {
      p_.product[j] = b(j) * (p_.column_diagonal[j] * p_.direction[j] - passes_.column_sum(j));
    });
    team_.barrier();
  }

  // The diagonal of S, at least the rounding of what it is a difference of.
  GIBBS_DEVICE void precondition() const {
    const double rounding = sizeof(R) == 4 ? 1.2e-7 : 2.3e-16;
    team_.barrier();
    passes_.template columns<1>([&](R(&terms)[1], int64_t i, int64_t, R e, R)
                                    GIBBS_INLINE { terms[0] = e * e * R(adjoint_ratio(a(i), p_.row_diagonal[i])); });
    team_.barrier();
    team_.each(p_.plan.columns, [&](int64_t j) GIBBS_INLINE {
      const double exact = b(j) * (p_.column_diagonal[j] - b(j) * passes_.column_sum(j)),
                   least = rounding * (b(j) * p_.column_diagonal[j]);
      p_.preconditioner[j] = exact > least ? exact : least;
    });
    team_.barrier();
  }

  // What the residual has of the null space goes, in the shares of the masses.
  GIBBS_DEVICE void project() const {
    if (!singular_) return;
    team_.barrier();
    const AdjointSum sums = team_.template reduce<AdjointSum>(p_.plan.columns, [&](AdjointSum& s, int64_t j) GIBBS_INLINE {
      s.first += p_.residual[j];
      s.second += b(j) * p_.column_diagonal[j];
    });
    team_.each(p_.plan.columns,
               [&](int64_t j) GIBBS_INLINE { p_.residual[j] -= sums.first / sums.second * (b(j) * p_.column_diagonal[j]); });
  }

  GIBBS_DEVICE double norm() const {
    team_.barrier();
    return team_
        .template reduce<AdjointSum>(p_.plan.columns,
                                     [&](AdjointSum& s, int64_t j) GIBBS_INLINE {
                                       const double d = p_.preconditioner[j];
                                       s.first += d > 0 || is_nan(d) ? p_.residual[j] * p_.residual[j] / d : 0.0;
                                     })
        .first;
  }

  // From 0; the right side is in residual.
  GIBBS_DEVICE AdjointSolution solve() const {
    const double tolerance = p_.tolerance != 0 ? p_.tolerance : sizeof(R) == 4 ? 1e-6 : 1e-12;
    precondition();
    team_.each(p_.plan.columns, [&](int64_t j) GIBBS_INLINE { p_.solution[j] = p_.direction[j] = 0; });
    const double first = norm();
    project();
    double left = norm(), previous = 1;
    if (is_nan(first) || is_infinite(first)) {
      team_.each(p_.plan.columns, [&](int64_t j) GIBBS_INLINE { p_.solution[j] = Limits<double>::nan(); });
      return {Limits<double>::nan(), 0, GIBBS_TRANSPORT_NON_FINITE};
    }
    GIBBS_UNROLL_BY(1)
    for (int iteration = 0;; ++iteration) {
      const double residual = first == 0 ? 0.0 : square_root(left / first);
      if (left <= tolerance * tolerance * first) return {residual, iteration, GIBBS_TRANSPORT_CONVERGED};
      if (iteration == p_.max_iterations) return {residual, iteration, GIBBS_TRANSPORT_MAX_ITERATIONS};
      const double kept = iteration == 0 ? 0.0 : left / previous;
      team_.each(p_.plan.columns, [&](int64_t j) GIBBS_INLINE {
        const double d = p_.preconditioner[j];
        p_.direction[j] = (d > 0 ? p_.residual[j] / d : 0.0) + kept * p_.direction[j];
      });
      multiply();
      const double curvature =
          team_
              .template reduce<AdjointSum>(
                  p_.plan.columns, [&](AdjointSum& s, int64_t j) GIBBS_INLINE { s.first += p_.direction[j] * p_.product[j]; })
              .first;
      // A curvature that is not positive is rounding: what is left lies in the null space.
      if (!(curvature > 0) || is_infinite(curvature))
        return {residual, iteration, is_nan(curvature) ? GIBBS_TRANSPORT_NON_FINITE : GIBBS_TRANSPORT_FLOOR_REACHED};
      const double step = left / curvature;
      team_.each(p_.plan.columns, [&](int64_t j) GIBBS_INLINE {
        p_.solution[j] += step * p_.direction[j];
        p_.residual[j] -= step * p_.product[j];
      });
      project();
      previous = left;
      left = norm();
    }
  }

 private:
  const PlanDensity<Costs>& density_;
  const PlanPasses<Costs, Grid>& passes_;
  Grid& team_;
  const TransportGradientParameters& p_;
  const bool singular_;
};

// dP_ij times what is not 0.
template <class R>
GIBBS_DEVICE R upstream_times(const TransportGradientParameters& p, int64_t i, int64_t j, R factor) {
  return p.upstream_plan == nullptr || factor == 0
             ? R(0)
             : factor * static_cast<const R*>(p.upstream_plan)[i * p.upstream_plan_stride + j];
}

// Diagonals, u, v and the right side of the equation. Returns the gauge's factor.
template <class Costs>
GIBBS_DEVICE double gradient_prepare(const PlanDensity<Costs>& density, const PlanPasses<Costs, Team<true>>& passes,
                                     Team<true>& team, const AdjointSystem<Costs>& system, const TransportGradientParameters& p,
                                     const PlanMasses& masses) {
  using R = typename Costs::Arithmetic;
  const double epsilon = p.plan.epsilon;
  const R *df = static_cast<const R*>(p.upstream_source), *dg = static_cast<const R*>(p.upstream_target);
  passes.template rows<2>([&](R(&terms)[2], int64_t i, int64_t j, R e, R) GIBBS_INLINE {
    terms[0] = e * density.b[j];
    terms[1] = upstream_times(p, i, j, e) * density.b[j];
  });
  passes.template columns<2>([&](R(&terms)[2], int64_t i, int64_t j, R e, R) GIBBS_INLINE {
    terms[0] = e * density.a[i];
    terms[1] = upstream_times(p, i, j, e) * density.a[i];
  });
  team.barrier();
  const AdjointSum source = team.template reduce<AdjointSum>(
      p.plan.rows, [&](AdjointSum& s, int64_t i) GIBBS_INLINE { s.first += df == nullptr ? 0.0 : double(df[i]); });
  const AdjointSum target = team.template reduce<AdjointSum>(
      p.plan.columns, [&](AdjointSum& s, int64_t j) GIBBS_INLINE { s.first += dg == nullptr ? 0.0 : double(dg[j]); });
  const double gauge = masses.held ? (source.first - target.first) / masses.target : 0.0;
  team.each(p.plan.rows, [&](int64_t i) GIBBS_INLINE {
    p.row_diagonal[i] = passes.row_sum(i, 0) * (1 + epsilon / p.plan.source_rho);
    p.row_upstream[i] = passes.row_sum(i, 1);
    p.u[i] = (df == nullptr ? 0.0 : double(df[i])) + system.a(i) * p.row_upstream[i] / epsilon;
  });
  team.each(p.plan.columns, [&](int64_t j) GIBBS_INLINE {
    p.column_diagonal[j] = passes.column_sum(j, 0) * (1 + epsilon / p.plan.target_rho);
    p.column_upstream[j] = passes.column_sum(j, 1);
    p.v[j] = (dg == nullptr ? 0.0 : double(dg[j])) + system.b(j) * p.column_upstream[j] / epsilon + gauge * system.b(j);
    p.column_weights[j] = system.b(j) == 0 ? adjoint_ratio(p.v[j], p.column_diagonal[j]) : 0.0;
  });
  system.by_rows();
  team.each(p.plan.rows, [&](int64_t i) GIBBS_INLINE {
    p.row_weights[i] = adjoint_ratio(p.u[i] - system.a(i) * passes.row_sum(i), p.row_diagonal[i]);
  });
  system.by_columns();
  team.each(p.plan.columns, [&](int64_t j) GIBBS_INLINE {
    p.residual[j] = system.b(j) == 0 ? 0.0 : p.v[j] - system.b(j) * passes.column_sum(j);
  });
  return gauge;
}

// l and m from mu, to the weights, and on the way the gradients by the weights.
template <class Costs>
GIBBS_DEVICE void gradient_weights(const PlanDensity<Costs>& density, const PlanPasses<Costs, Team<true>>& passes,
                                   Team<true>& team, const AdjointSystem<Costs>& system, const TransportGradientParameters& p,
                                   double gauge, const PlanMasses& masses) {
  using R = typename Costs::Arithmetic;
  const double epsilon = p.plan.epsilon;
  team.each(p.plan.columns, [&](int64_t j) GIBBS_INLINE {
    p.column_weights[j] = system.b(j) == 0 ? adjoint_ratio(p.v[j], p.column_diagonal[j]) : system.b(j) * p.solution[j];
  });
  system.by_rows();
  team.each(p.plan.rows, [&](int64_t i) GIBBS_INLINE {
    const double sum = passes.row_sum(i);
    p.row_upstream[i] -= epsilon * sum;
    p.row_weights[i] = adjoint_ratio(p.u[i] - system.a(i) * sum, p.row_diagonal[i]);
  });
  system.by_columns();
  team.each(p.plan.columns, [&](int64_t j) GIBBS_INLINE {
    p.column_upstream[j] += gauge * double(density.g[j]) - epsilon * passes.column_sum(j);
  });
  team.barrier();
  const AdjointSum moment = team.template reduce<AdjointSum>(
      p.plan.columns, [&](AdjointSum& s, int64_t j) GIBBS_INLINE { s.first += system.b(j) * p.column_upstream[j]; });
  const double shift = masses.held ? moment.first / masses.target : 0.0;
  R *const da = static_cast<R*>(p.source_gradient), *const db = static_cast<R*>(p.target_gradient);
  if (da != nullptr) team.each(p.plan.rows, [&](int64_t i) GIBBS_INLINE { da[i] = R(p.row_upstream[i] + shift); });
  if (db != nullptr) team.each(p.plan.columns, [&](int64_t j) GIBBS_INLINE { db[j] = R(p.column_upstream[j] - shift); });
}

template <class Costs>
GIBBS_DEVICE typename Costs::Arithmetic gradient_of_cost(const PlanDensity<Costs>& density, const TransportGradientParameters& p,
                                                         int64_t i, int64_t j, typename Costs::Arithmetic e) {
  using R = typename Costs::Arithmetic;
  const R a = density.a[i], b = density.b[j], potentials = fma(R(p.row_weights[i]), b, a * R(p.column_weights[j]));
  return e == 0 ? R(0) : e * (potentials - upstream_times(p, i, j, a * b * R(1 / p.plan.epsilon)));
}

// dx, or dy: every coordinate is a sum of dC_ij dc/dx_k.
template <class R>
GIBBS_DEVICE void gradient_points(const PlanDensity<PointCosts<R>>& density, const PlanPasses<PointCosts<R>, Team<true>>& passes,
                                  Team<true>& team, const TransportGradientParameters& p) {
  const PointCosts<R> exchanged = density.costs.exchanged();
  const int dimensions = density.costs.dimensions();
  GIBBS_UNROLL_BY(1)
  for (int first = 0; first < dimensions; first += kPlanTerms) {
    const int count = dimensions - first < kPlanTerms ? dimensions - first : kPlanTerms;
    const auto slopes = [&](R(&terms)[kPlanTerms], R gradient, const PointCosts<R>& costs, int64_t own, int64_t other)
                            GIBBS_INLINE {
                              const PointPair<R> pair = costs.pair(own, other);
                              const R *x = costs.x(own) + first, *y = costs.y(other) + first;
                              GIBBS_UNROLL
                              for (int k = 0; k < kPlanTerms; ++k)
                                terms[k] = k < count && gradient != 0 ? gradient * costs.slope(pair, x[k], y[k]) : R(0);
                            };
    if (p.x_gradient != nullptr) {
      passes.template rows<kPlanTerms>([&](R(&terms)[kPlanTerms], int64_t i, int64_t j, R e, R) GIBBS_INLINE {
        slopes(terms, gradient_of_cost(density, p, i, j, e), density.costs, i, j);
      });
    }
    if (p.y_gradient != nullptr) {
      passes.template columns<kPlanTerms>([&](R(&terms)[kPlanTerms], int64_t i, int64_t j, R e, R) GIBBS_INLINE {
        slopes(terms, gradient_of_cost(density, p, i, j, e), exchanged, j, i);
      });
    }
    team.barrier();
    if (p.x_gradient != nullptr) {
      team.each(p.plan.rows * count, [&](int64_t index) GIBBS_INLINE {
        static_cast<R*>(p.x_gradient)[index / count * p.x_gradient_stride + first + index % count] =
            R(passes.row_sum(index / count, int(index % count)));
      });
    }
    if (p.y_gradient != nullptr) {
      team.each(p.plan.columns * count, [&](int64_t index) GIBBS_INLINE {
        static_cast<R*>(p.y_gradient)[index / count * p.y_gradient_stride + first + index % count] =
            R(passes.column_sum(index / count, int(index % count)));
      });
    }
    team.barrier();
  }
}
template <class T>
GIBBS_DEVICE void gradient_points(const PlanDensity<MatrixCosts<T>>&, const PlanPasses<MatrixCosts<T>, Team<true>>&, Team<true>&,
                                  const TransportGradientParameters&) {}

template <class Costs>
GIBBS_DEVICE void transport_gradient(const TransportGradientParameters& p) {
  using R = typename Costs::Arithmetic;
  Team<true> team(p.plan.gate, p.plan.exchange, p.plan.half_bytes);
  const PlanMasses masses = plan_prepare<R>(team, p.plan);
  const PlanDensity<Costs> density(p.plan);
  const PlanPasses<Costs, Team<true>> passes(density, team, p.plan);
  const AdjointSystem<Costs> system(density, passes, team, p, masses);
  const double gauge = gradient_prepare(density, passes, team, system, p, masses);
  const AdjointSolution end = system.solve();
  gradient_weights(density, passes, team, system, p, gauge, masses);
  // Points before costs, which may lie on dP.
  gradient_points(density, passes, team, p);
  R* const dc = static_cast<R*>(p.cost_gradient);
  passes.template rows<1>([&](R(&terms)[1], int64_t i, int64_t j, R e, R c) GIBBS_INLINE {
    const R gradient = gradient_of_cost(density, p, i, j, e);
    terms[0] = gradient == 0 ? R(0) : gradient * density.difference(i, j, c);
    if (dc != nullptr) dc[i * p.cost_gradient_stride + j] = gradient;
  });
  team.barrier();
  const AdjointSum moment =
      team.template reduce<AdjointSum>(p.plan.rows, [&](AdjointSum& s, int64_t i) GIBBS_INLINE { s.first += passes.row_sum(i); });
  if (!team.leader() || p.result == nullptr) return;
  gibbs_transport_gradient_result r = {};
  r.epsilon_gradient = moment.first / p.plan.epsilon;
  r.residual = end.residual;
  r.iterations = end.iterations;
  r.status = uint8_t(!masses.valid                ? GIBBS_TRANSPORT_INVALID_INPUT
                     : is_nan(r.epsilon_gradient) ? GIBBS_TRANSPORT_NON_FINITE
                                                  : end.status);
  *static_cast<gibbs_transport_gradient_result*>(p.result) = r;
}

}  // namespace gibbs::kernels
