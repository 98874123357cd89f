// Iterations until the marginal error is small, or an outcome that has a name. The error of a state comes with the sweep that
// leaves it: the potentials that a loop ends with are those whose error was seen. All threads of the team take the same
// decisions.
#pragma once

#include "kernels/over_relaxation.h"
#include "kernels/sinkhorn_columns.h"
#include "kernels/sinkhorn_sweep.h"

namespace gibbs::kernels {

struct SinkhornLimits {
  double tolerance;
  int max_iterations;
  bool plain;
  double source_mass, target_mass;
  double ceiling;  // what no feasible plan's value exceeds, in units of eps ln 2; +inf where unknown
};
struct SinkhornEnd {
  double error;
  int iterations;
  gibbs_transport_status status;
  double divergence = 0;  // KL(P1 | a), of a still loop
};

constexpr int kFloorChecks = 3, kFloorPeriod = 10;  // checks without progress that make a floor, and the iterations between them
constexpr double kFloorProgress = 0.98;

// From G alone: F starts from its c-transforms. still: no iteration, but a sweep of the potentials as they are, for the
// divergences of their plan (a mode, so that a kernel holds one sweep).
template <class Problem>
GIBBS_DEVICE SinkhornEnd sinkhorn_loop(Problem& s, const SinkhornLimits& limits, bool still) {
  using R = typename Problem::R;
  const double unit = sizeof(R) == 8 ? 1.1e-16 : 6e-8, nan = Limits<double>::nan(), infinity = Limits<double>::infinity();
  OverRelaxation relaxation;
  SinkhornValues columns = {};
  columns.v[kError] = infinity;
  double best = infinity;
  int stalled = 0;
  s.omega = 1;
  s.cold = !still;
  GIBBS_UNROLL_BY(1)
  for (int iteration = 0;; ++iteration) {
    const SinkhornValues rows = sinkhorn_sweep(s, still);
    s.cold = false;
    if (still) return {0, 0, GIBBS_TRANSPORT_CONVERGED, rows.v[kDivergence]};
    if (rows.v[kFlag] == kFlagNonFinite) return {nan, iteration, GIBBS_TRANSPORT_NON_FINITE, 0};
    if (rows.v[kFlag] == kFlagInfeasible) return {nan, iteration, GIBBS_TRANSPORT_INFEASIBLE, 0};

    const double error = rows.v[kError] + columns.v[kError];
    const double dual =
        rows.v[kDual] + columns.v[kDual] - (rows.v[kMass] - limits.source_mass * limits.target_mass) / kSinkhornLn2;
    if (error <= limits.tolerance) return {error, iteration, GIBBS_TRANSPORT_CONVERGED, 0};
    if (iteration > 0 && dual > limits.ceiling) return {error, iteration, GIBBS_TRANSPORT_INFEASIBLE, 0};
    if (iteration > 0 && iteration % kFloorPeriod == 0) {
      const bool small = error < 64 * unit * (1 + rows.v[kLargest] + columns.v[kLargest]) * limits.source_mass;
      stalled = small && error > kFloorProgress * best ? stalled + 1 : 0;
      best = error < best ? error : best;
      if (stalled == kFloorChecks) return {error, iteration, GIBBS_TRANSPORT_FLOOR_REACHED, 0};
    }
    if (iteration == limits.max_iterations) return {error, iteration, GIBBS_TRANSPORT_MAX_ITERATIONS, 0};

    columns = sinkhorn_columns(s);
    R* const updated = s.next_f;
    s.next_f = s.f;
    s.f = updated;
    const double rounding = 16 * unit * (absolute(rows.v[kDual]) + absolute(columns.v[kDual]) + 1);
    if (columns.v[kFlag] == kFlagRestarts) {
      if (!restart_columns(s)) return {nan, iteration, GIBBS_TRANSPORT_INFEASIBLE, 0};
      relaxation = OverRelaxation();
      s.omega = 1;
      continue;
    }
    if (s.source_slack != 0 && s.target_slack != 0) columns = sinkhorn_translate(s, rows.v[kRelaxed], columns.v[kRelaxed]);
    s.omega = limits.plain || iteration == 0 ? 1 : relaxation.next(error, dual, rounding);
  }
}

}  // namespace gibbs::kernels
