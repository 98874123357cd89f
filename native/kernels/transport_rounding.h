// A plan that has its marginals exactly, and by how much its value exceeds the dual's. Altschuler, Weed, Rigollet, 2017.
//
//   rounded   x_i P_ij y_j + u_i v_j / sum u    x = min(1, a / P1), y = min(1, b / (diag(x) P)'1), u, v what is lacking then
//   gap       eps KL(rounded | P) + rho_a KL(row sums | a exp(-f / rho_a)) + rho_b KL(column sums | b exp(-g / rho_b)) >= 0
//
// A held marginal has no term. Where only one is held, its side is scaled without a bound; where none is, nothing is.
#pragma once

#include "gibbs/transport_plan.h"
#include "kernels/plan_passes.h"

namespace gibbs::kernels {

// q log q - q + 1 of q = 1 + excess.
GIBBS_DEVICE double plan_divergence(double excess) {
  if (!(excess > -1)) return is_nan(excess) ? excess : 1.0;
  const double value = (1 + excess) * log1p(excess) - excess;
  return value < 0 ? 0.0 : value;
}

// (e^d - 1 - d) / d^2 for |d| <= 1.
template <class R>
GIBBS_DEVICE R plan_curvature(R d) {
  if constexpr (sizeof(R) == 4) {
    return horner(d, 1.0f / 2, 1.0f / 6, 1.0f / 24, 1.0f / 120, 1.0f / 720, 1.0f / 5040, 1.0f / 40320, 1.0f / 362880,
                  1.0f / 3628800);
  } else {
    return horner(d, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
                  1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0, 1.0 / 87178291200.0, 1.0 / 1307674368000.0,
                  1.0 / 20922789888000.0, 1.0 / 355687428096000.0);
  }
}

struct RoundingSums {
  double dual, gap, mass, lack;  // of a side; mass: sum of P
};
GIBBS_DEVICE RoundingSums merge(const RoundingSums& a, const RoundingSums& b) {
  return {a.dual + b.dual, a.gap + b.gap, a.mass + b.mass, a.lack + b.lack};
}

struct RoundingTotals {
  double linear, divergence;
};
GIBBS_DEVICE RoundingTotals merge(const RoundingTotals& a, const RoundingTotals& b) {
  return {a.linear + b.linear, a.divergence + b.divergence};
}

// By what a side is scaled whose sums over the masses are ratio.
GIBBS_DEVICE double rounding_factor(double ratio, bool held, bool bounded) {
  if (!held || (bounded && ratio <= 1)) return 1;
  return ratio == 0 ? 0.0 : 1 / ratio;
}

GIBBS_DEVICE double rounding_share(double ratio) { return ratio < 1 ? 1 - ratio : 0.0; }

// The dual's term of a potential, and the gap's of a relaxed marginal.
GIBBS_DEVICE void add_side(RoundingSums& s, double mass, double potential, double ratio, double rho, bool both) {
  if (is_infinite(rho)) {
    s.dual += mass * potential;
    s.lack += both ? mass * rounding_share(ratio) : 0.0;
    return;
  }
  const double goal = exp(-potential / rho);
  s.dual -= rho * mass * expm1(-potential / rho);
  s.gap += rho * mass * goal * plan_divergence((ratio - goal) / goal);
}

template <class R>
GIBBS_DEVICE void store_real(void* destination, int64_t index, double value) {
  if (destination != nullptr) static_cast<R*>(destination)[index] = R(value);
}

// The pass that values the rounded plan.
template <class Costs, class Team>
GIBBS_DEVICE RoundingTotals rounded_totals(const PlanDensity<Costs>& density, const PlanPasses<Costs, Team>& passes, Team& team,
                                           const TransportRoundingParameters& p, double lack) {
  using R = typename Costs::Arithmetic;
  R* const rounded = static_cast<R*>(p.rounded);
  const R inverse = R(1 / p.plan.epsilon);
  passes.template rows<2>([&](R(&terms)[2], int64_t i, int64_t j, R e, R c) GIBBS_INLINE {
    const R mass = density.a[i] * density.b[j];
    const double u = lack > 0 ? rounding_share(p.source_ratio[i]) : 0.0,
                 v = lack > 0 ? rounding_share(p.target_ratio[j]) / lack : 0.0;
    const R rest = R(u) * R(v), scaled = fma(R(p.x[i]) * R(p.y[j]), e, rest), value = mass * scaled, own = mass * e;
    // log(rounded / P): of the factors where there is no rest.
    const R ratio = rest == 0 ? R(log(p.x[i]) + log(p.y[j])) : fma(-density.difference(i, j, c), inverse, log(scaled));
    const R near = value * (ratio * ratio) * plan_curvature(-ratio), far = fma(value, ratio - R(1), own);
    // No mass, no cost, whatever it is; what P has there counts.
    terms[0] = value == 0 ? R(0) : value * c;
    terms[1] = value == 0 ? own : ratio * ratio < R(1) ? near : far;
    if (rounded != nullptr) rounded[i * p.rounded_stride + j] = value;
  });
  team.barrier();
  return team.template reduce<RoundingTotals>(p.plan.rows, [&](RoundingTotals& t, int64_t i) GIBBS_INLINE {
    t.linear += passes.row_sum(i, 0);
    t.divergence += passes.row_sum(i, 1);
  });
}

template <class Costs>
GIBBS_DEVICE void transport_rounding(const TransportRoundingParameters& p) {
  using R = typename Costs::Arithmetic;
  Team<true> team(p.plan.gate, p.plan.exchange, p.plan.half_bytes);
  const PlanMasses masses = plan_prepare<R>(team, p.plan);
  const PlanDensity<Costs> density(p.plan);
  const PlanPasses<Costs, Team<true>> passes(density, team, p.plan);
  const bool source_held = is_infinite(p.plan.source_rho), target_held = is_infinite(p.plan.target_rho);

  passes.template rows<1>([&](R(&terms)[1], int64_t, int64_t j, R e, R) GIBBS_INLINE { terms[0] = e * density.b[j]; });
  team.barrier();
  team.each(p.plan.rows, [&](int64_t i) GIBBS_INLINE {
    p.source_ratio[i] = passes.row_sum(i);
    p.x[i] = rounding_factor(p.source_ratio[i], source_held, masses.held);
  });
  const RoundingSums before = team.template reduce<RoundingSums>(
      p.plan.rows, [&](RoundingSums& s, int64_t i) GIBBS_INLINE { s.mass += double(density.a[i]) * passes.row_sum(i); });
  passes.template columns<1>([&](R(&terms)[1], int64_t i, int64_t, R e, R)
                                 GIBBS_INLINE { terms[0] = e * R(double(density.a[i]) * p.x[i]); });
  team.barrier();
  team.each(p.plan.columns, [&](int64_t j) GIBBS_INLINE {
    const double ratio = passes.column_sum(j);
    p.y[j] = rounding_factor(ratio, target_held, masses.held);
    p.target_ratio[j] = ratio * p.y[j];
  });
  team.barrier();
  if (target_held) {
    passes.template rows<1>([&](R(&terms)[1], int64_t, int64_t j, R e, R)
                                GIBBS_INLINE { terms[0] = e * R(double(density.b[j]) * p.y[j]); });
    team.barrier();
  }
  team.each(p.plan.rows, [&](int64_t i) GIBBS_INLINE { p.source_ratio[i] = passes.row_sum(i) * p.x[i]; });
  team.barrier();

  const RoundingSums source = team.template reduce<RoundingSums>(p.plan.rows, [&](RoundingSums& s, int64_t i) GIBBS_INLINE {
    add_side(s, double(density.a[i]), double(density.f[i]), p.source_ratio[i], p.plan.source_rho, masses.held);
  });
  const RoundingSums target = team.template reduce<RoundingSums>(p.plan.columns, [&](RoundingSums& s, int64_t j) GIBBS_INLINE {
    add_side(s, double(density.b[j]), double(density.g[j]), p.target_ratio[j], p.plan.target_rho, masses.held);
  });
  // What one side lacks and the other does not is rounding.
  const double lack = source.lack == 0 || target.lack == 0 ? 0.0 : source.lack;
  team.each(p.plan.rows, [&](int64_t i) GIBBS_INLINE {
    store_real<R>(p.source_factors, i, p.x[i]);
    store_real<R>(p.source_residual, i, double(density.a[i]) * (lack > 0 ? rounding_share(p.source_ratio[i]) : 0.0));
  });
  team.each(p.plan.columns, [&](int64_t j) GIBBS_INLINE {
    store_real<R>(p.target_factors, j, p.y[j]);
    store_real<R>(p.target_residual, j, double(density.b[j]) * (lack > 0 ? rounding_share(p.target_ratio[j]) : 0.0));
  });
  const RoundingTotals totals = rounded_totals(density, passes, team, p, lack);
  if (!team.leader() || p.result == nullptr) return;
  const double epsilon = p.plan.epsilon,
               dual = source.dual + target.dual - epsilon * (before.mass - masses.source * masses.target);
  const double sum = epsilon * totals.divergence + source.gap + target.gap, gap = sum < 0 ? 0.0 : sum;
  gibbs_transport_rounding_result r = {};
  r.value = dual + gap;
  r.linear_cost = totals.linear;
  r.dual = dual;
  r.gap = gap;
  r.residual = lack;
  r.status = uint8_t(!masses.valid                                             ? GIBBS_TRANSPORT_INVALID_INPUT
                     : is_nan(dual + gap + totals.linear) || is_infinite(dual) ? GIBBS_TRANSPORT_NON_FINITE
                     : gap == Limits<double>::infinity()                       ? GIBBS_TRANSPORT_INFEASIBLE
                                                                               : GIBBS_TRANSPORT_CONVERGED);
  *static_cast<gibbs_transport_rounding_result*>(p.result) = r;
}

}  // namespace gibbs::kernels
