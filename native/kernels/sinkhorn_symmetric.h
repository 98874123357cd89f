// Sinkhorn of a cloud with itself, W(a, a): one potential h on both sides, by averaged updates
//
//   h' = (h + kappa T(h)) / 2     T(h)_i = h_i - log2 sum_j a_j 2^(h_i + h_j - s C_ij)     kappa = rho / (rho + eps)
//
// Where exp(-C / eps) is a positive kernel the modes of T have rates in (-1, 0], so that the average's are at most 1/2, whatever
// eps. A sweep's row sums suffice, and the error of the columns is that of the rows. Feydy et al., 2019; Knight, Ruiz, Ucar,
// 2014.
#pragma once

#include "kernels/sinkhorn_loop.h"

namespace gibbs::kernels {

// From G, which F is too.
template <class Problem>
GIBBS_DEVICE SinkhornEnd symmetric_loop(Problem& s, const SinkhornLimits& limits) {
  using R = typename Problem::R;
  const double unit = sizeof(R) == 8 ? 1.1e-16 : 6e-8, nan = Limits<double>::nan();
  double best = Limits<double>::infinity();
  int stalled = 0;
  s.cold = false;
  s.team.each(s.columns, [&](int64_t i) GIBBS_INLINE { s.f[i] = s.g[i]; });
  s.team.barrier();
  GIBBS_UNROLL_BY(1)
  for (int iteration = 0;; ++iteration) {
    s.omega = 0.5;
    const SinkhornValues rows = sinkhorn_sweep(s, false);
    if (rows.v[kFlag] == kFlagNonFinite) return {nan, iteration, GIBBS_TRANSPORT_NON_FINITE};
    if (rows.v[kFlag] == kFlagInfeasible) return {nan, iteration, GIBBS_TRANSPORT_INFEASIBLE};
    // count: rows that started again from their c-transforms; sum: atoms of no mass.
    const CountedSum looks = s.team.template reduce<CountedSum>(s.columns, [&](CountedSum& sum, int64_t i) GIBBS_INLINE {
      sum.count += s.f[i] != s.g[i];
      sum.sum += s.a[i] == 0 ? 1.0 : 0.0;
    });
    const double error = 2 * rows.v[kError];
    SinkhornEnd end = {error, iteration, GIBBS_TRANSPORT_MAX_ITERATIONS};
    bool ends = iteration >= limits.max_iterations;
    if (looks.count == 0 && error <= limits.tolerance) {
      end.status = GIBBS_TRANSPORT_CONVERGED;
      ends = true;
    } else if (looks.count == 0 && iteration > 0 && iteration % kFloorPeriod == 0) {
      const bool small = error < 64 * unit * (1 + 2 * rows.v[kLargest]) * limits.source_mass;
      stalled = small && error > kFloorProgress * best ? stalled + 1 : 0;
      best = error < best ? error : best;
      if (stalled == kFloorChecks) {
        end.status = GIBBS_TRANSPORT_FLOOR_REACHED;
        ends = true;
      }
    }
    if (!ends) {
      s.team.each(s.columns, [&](int64_t i) GIBBS_INLINE { s.g[i] = s.f[i] = s.next_f[i]; });
      s.team.barrier();
      continue;
    }
    if (looks.sum > 0) {
      // Atoms of no mass have no part in the error: their potential may still be on its way.
      s.omega = 1;
      sinkhorn_sweep(s, false);
      s.team.each(s.columns, [&](int64_t i) GIBBS_INLINE {
        if (s.a[i] == 0) s.g[i] = s.f[i] = s.next_f[i];
      });
      s.team.barrier();
    }
    return end;
  }
}

}  // namespace gibbs::kernels
