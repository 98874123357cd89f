// What a plan does: P V and P'V, or the barycentric maps, the sums of its rows and columns, and its largest entries.
//
//   P V         a_i sum_j e_ij b_j V_jk            map: sum_j e_ij b_j V_jk / sum_j e_ij b_j, of atoms of no mass too
#pragma once

#include "kernels/plan_entries.h"
#include "kernels/plan_passes.h"

namespace gibbs::kernels {

// Columns of V are taken as many at a time as a pass carries, one less where the mass goes with them.
template <class Costs, class Team>
GIBBS_DEVICE void plan_apply(const PlanDensity<Costs>& density, const PlanPasses<Costs, Team>& passes, const Team& team,
                             const TransportPlanParameters& p) {
  using R = typename Costs::Arithmetic;
  const R* const values = static_cast<const R*>(p.values);
  R* const result = static_cast<R*>(p.result);
  const bool map = p.barycentric != 0;
  const int at_once = map ? kPlanTerms - 1 : kPlanTerms;
  GIBBS_UNROLL_BY(1)
  for (int64_t first = 0; first < p.width; first += at_once) {
    const int count = p.width - first < at_once ? int(p.width - first) : at_once;
    const auto weigh = [&](R(&terms)[kPlanTerms], R e, R mass, int64_t row) GIBBS_INLINE {
      GIBBS_UNROLL
      for (int k = 0; k < kPlanTerms; ++k)
        terms[k] = k < count                    ? e * (mass * values[row * p.values_stride + first + k])
                   : k == kPlanTerms - 1 && map ? e * mass
                                                : R(0);
    };
    if (p.transposed) {
      passes.template columns<kPlanTerms>([&](R(&terms)[kPlanTerms], int64_t i, int64_t, R e, R)
                                              GIBBS_INLINE { weigh(terms, e, density.a[i], i); });
    } else {
      passes.template rows<kPlanTerms>([&](R(&terms)[kPlanTerms], int64_t, int64_t j, R e, R)
                                           GIBBS_INLINE { weigh(terms, e, density.b[j], j); });
    }
    team.barrier();
    team.each((p.transposed ? p.plan.columns : p.plan.rows) * count, [&](int64_t index) GIBBS_INLINE {
      const int64_t row = index / count;
      const int k = int(index % count);
      const double sum = p.transposed ? passes.column_sum(row, k) : passes.row_sum(row, k);
      const double mass = p.transposed ? (map ? passes.column_sum(row, kPlanTerms - 1) : double(density.b[row]))
                                       : (map ? passes.row_sum(row, kPlanTerms - 1) : double(density.a[row]));
      result[row * p.result_stride + first + k] = R(map ? sum / mass : sum * mass);
    });
    team.barrier();  // the next pass writes where slow threads may still be reading
  }
}

template <class Costs>
GIBBS_DEVICE void transport_plan(const TransportPlanParameters& p) {
  using R = typename Costs::Arithmetic;
  Team<true> team(p.plan.gate, p.plan.exchange, p.plan.half_bytes);
  plan_prepare<R>(team, p.plan);
  const PlanDensity<Costs> density(p.plan);
  const PlanPasses<Costs, Team<true>> passes(density, team, p.plan);
  if (p.result != nullptr) plan_apply(density, passes, team, p);
  if (p.row_sums != nullptr) {
    passes.template rows<1>([&](R(&terms)[1], int64_t, int64_t j, R e, R) GIBBS_INLINE { terms[0] = e * density.b[j]; });
    team.barrier();
    team.each(p.plan.rows,
              [&](int64_t i) GIBBS_INLINE { static_cast<R*>(p.row_sums)[i] = R(double(density.a[i]) * passes.row_sum(i)); });
  }
  if (p.column_sums != nullptr) {
    passes.template columns<1>([&](R(&terms)[1], int64_t i, int64_t, R e, R) GIBBS_INLINE { terms[0] = e * density.a[i]; });
    team.barrier();
    team.each(p.plan.columns, [&](int64_t j) GIBBS_INLINE {
      static_cast<R*>(p.column_sums)[j] = R(double(density.b[j]) * passes.column_sum(j));
    });
  }
  if (p.largest_columns != nullptr) plan_largest(density, team, p);
  if (p.row_offsets == nullptr) return;
  if (p.count) {
    plan_count(density, team, p);
  } else {
    plan_store(density, team, p);
  }
}

}  // namespace gibbs::kernels
