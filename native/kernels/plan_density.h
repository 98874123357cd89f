// The density of a transport plan, e_ij = exp((f_i + g_j - C_ij) / eps), P_ij = a_i b_j e_ij: finite, and of use, at zero mass
// too.
//
// Where P counts f + g and C are near each other and their difference is exact; its product with log2(e) / eps is taken exactly
// too. 0 below 2^-126 (float64: 2^-1022), at most 2^126 (2^1022), NaN at a cost of -inf.
#pragma once

#include "kernels/plan_parameters.h"
#include "kernels/team.h"
#include "kernels/transport_costs.h"

namespace gibbs::kernels {

template <class T>
GIBBS_DEVICE const CostMatrix& plan_costs(const PlanParameters& p, const MatrixCosts<T>*) {
  return p.matrix;
}
template <class R>
GIBBS_DEVICE const CostPoints& plan_costs(const PlanParameters& p, const PointCosts<R>*) {
  return p.points;
}

template <class Costs>
class PlanDensity {
 public:
  using R = typename Costs::Arithmetic;

  explicit GIBBS_DEVICE PlanDensity(const PlanParameters& p)
      : costs(plan_costs(p, static_cast<const Costs*>(nullptr))),
        f(static_cast<const R*>(p.f)),
        g(static_cast<const R*>(p.g)),
        a(static_cast<const R*>(p.a)),
        b(static_cast<const R*>(p.b)) {
    const double scale = 1 / (p.epsilon * 0.693147180559945309417232);
    scale_ = R(scale);
    rest_ = R(scale - double(scale_));
  }

  GIBBS_DEVICE R difference(int64_t i, int64_t j, R cost) const { return (f[i] + g[j]) - cost; }

  GIBBS_DEVICE R operator()(int64_t i, int64_t j, R cost) const {
    constexpr R limit = sizeof(R) == 4 ? R(126) : R(1022);
    const R d = difference(i, j, cost), t = d * scale_;
    if (!(t >= -limit)) return is_nan(t) ? t : R(0);
    if (t > limit) return t == Limits<R>::infinity() ? Limits<R>::nan() : power_of_two<R>(int(limit));
    const R n = round_small(t);
    const R rest = fma(d, rest_, fma(d, scale_, -n));
    return exp2_fast(rest) * power_of_two<R>(int(n));
  }

  const Costs costs;
  const R *const f, *const g, *const a, *const b;

 private:
  R scale_, rest_;
};

// A side's mass, and whether any weight is negative or not finite.
struct PlanMass {
  double sum;
  int32_t bad, reserved;
};
GIBBS_DEVICE PlanMass merge(const PlanMass& a, const PlanMass& b) { return {a.sum + b.sum, a.bad | b.bad, 0}; }

struct PlanMasses {
  double source, target;  // of the plan
  bool held, valid;       // held: both marginals are
};

template <class R, class Team>
GIBBS_DEVICE PlanMass plan_mass(Team& team, const R* weights, int64_t count) {
  return weights == nullptr ? PlanMass{1, 0, 0} : team.template reduce<PlanMass>(count, [&](PlanMass& m, int64_t i) GIBBS_INLINE {
    const double w = double(weights[i]);
    m.sum += w;
    m.bad |= w >= 0 && w < Limits<double>::infinity() ? 0 : 1;
  });
}

// Weights as the plan has them; NaN where they are invalid, and so is what follows. Ends with a barrier.
template <class R, class Team>
GIBBS_DEVICE PlanMasses plan_prepare(Team& team, const PlanParameters& p) {
  const R *source = static_cast<const R*>(p.source_weights), *target = static_cast<const R*>(p.target_weights);
  const PlanMass from = plan_mass(team, source, p.rows), to = plan_mass(team, target, p.columns);
  const bool held = is_infinite(p.source_rho) && is_infinite(p.target_rho);
  bool valid = from.bad == 0 && to.bad == 0 && from.sum > 0 && to.sum > 0;
  if (held && !(absolute(from.sum - to.sum) <= 1e-5 * from.sum)) valid = false;
  const double nothing = Limits<double>::nan(), scale = !valid ? nothing : held ? from.sum / to.sum : 1.0;
  R *a = static_cast<R*>(p.a), *b = static_cast<R*>(p.b);
  team.each(p.rows, [&](int64_t i) GIBBS_INLINE {
    a[i] = valid ? R(source == nullptr ? 1.0 / double(p.rows) : double(source[i])) : R(nothing);
  });
  team.each(p.columns,
            [&](int64_t j) GIBBS_INLINE { b[j] = R(scale * (target == nullptr ? 1.0 / double(p.columns) : double(target[j]))); });
  team.barrier();
  return {from.sum, held ? from.sum : to.sum, held, valid};
}

}  // namespace gibbs::kernels
