// Half of an iteration that is the whole of it: every cost is read once and makes one exponential. With
// e_ij = 2^(F_i + G_j - s (C_ij - C0)),
//
//   s_i = sum_j b_j e_ij    F'_i from s_i (PotentialStep)    column j += a_i 2^(F'_i - F_i) e_ij
//
// A row's sum is finished while its exponentials are at hand, so that the scaled row goes into the column sums without a second
// read. Terms are plan entries over masses: no maximum is needed. A row whose sum leaves the range (the first of a solve, a jump
// of eps) starts again from its c-transform F_i = min_j (s (C_ij - C0) - G_j).
#pragma once

#include "kernels/sinkhorn_crew.h"

namespace gibbs::kernels {

// sums: sum_j b_j e_rj of this lane's columns below end; 0 for a crew that has no group.
template <class Problem, class R>
GIBBS_DEVICE void crew_exponentials(const Problem& s, const SinkhornRows& rows, int64_t own_row, int end,
                                    const R (&potentials)[kSinkhornGroup], R (&sums)[kSinkhornGroup]) {
  const R origin = R(s.origin), minus_scale = R(-s.scale);
  GIBBS_UNROLL
  for (int r = 0; r < kSinkhornGroup; ++r) sums[r] = 0;
  GIBBS_UNROLL_BY(1)
  for (int j = 4 * s.lane(); j < end; j += 4 * s.width) {
    R costs[kSinkhornGroup][4];
    s.tile(rows, own_row, j, costs);
    const SinkhornQuad<R> g = load_quad(s.g + j), b = load_quad(s.b + j);
    GIBBS_UNROLL
    for (int r = 0; r < kSinkhornGroup; ++r) {
      SinkhornQuad<R> e;
      GIBBS_UNROLL
      for (int i = 0; i < 4; ++i) {
        e.v[i] = plan_density(fma(costs[r][i] - origin, minus_scale, g.v[i] + potentials[r]));
        sums[r] = fma(b.v[i], e.v[i], sums[r]);
      }
      if (s.exponentials != nullptr) store_quad(s.exponentials + r * s.padded + j, e);
    }
  }
}

// columns j += factor_r e_rj.
template <class Problem, class R>
GIBBS_DEVICE void crew_scatter(const Problem& s, const SinkhornRows& rows, int64_t own_row, int end,
                               const R (&potentials)[kSinkhornGroup], const R (&factors)[kSinkhornGroup], R* columns) {
  const R origin = R(s.origin), minus_scale = R(-s.scale);
  GIBBS_UNROLL_BY(1)
  for (int j = 4 * s.lane(); j < end; j += 4 * s.width) {
    SinkhornQuad<R> sum = load_quad(columns + j);
    if (s.exponentials != nullptr) {
      GIBBS_UNROLL
      for (int r = 0; r < kSinkhornGroup; ++r) {
        const SinkhornQuad<R> e = load_quad(s.exponentials + r * s.padded + j);
        GIBBS_UNROLL
        for (int i = 0; i < 4; ++i) sum.v[i] = fma(factors[r], e.v[i], sum.v[i]);
      }
    } else {
      R costs[kSinkhornGroup][4];
      s.tile(rows, own_row, j, costs);
      const SinkhornQuad<R> g = load_quad(s.g + j);
      GIBBS_UNROLL
      for (int r = 0; r < kSinkhornGroup; ++r) {
        GIBBS_UNROLL
        for (int i = 0; i < 4; ++i) {
          const R e = plan_density(fma(costs[r][i] - origin, minus_scale, g.v[i] + potentials[r]));
          sum.v[i] = fma(factors[r], e, sum.v[i]);
        }
      }
    }
    store_quad(columns + j, sum);
  }
}

// max over columns of mass of G_j - s (C_ij - C0), of what this lane has; +inf for a NaN or -inf cost, which no column excuses.
template <class Problem, class R>
GIBBS_DEVICE void crew_transforms(const Problem& s, const SinkhornRows& rows, int64_t own_row, int end,
                                  R (&largest)[kSinkhornGroup]) {
  const R origin = R(s.origin), minus_scale = R(-s.scale), infinity = Limits<R>::infinity();
  GIBBS_UNROLL
  for (int r = 0; r < kSinkhornGroup; ++r) largest[r] = -infinity;
  GIBBS_UNROLL_BY(1)
  for (int j = 4 * s.lane(); j < end; j += 4 * s.width) {
    R costs[kSinkhornGroup][4];
    s.tile(rows, own_row, j, costs);
    const SinkhornQuad<R> g = load_quad(s.g + j), b = load_quad(s.b + j);
    GIBBS_UNROLL
    for (int r = 0; r < kSinkhornGroup; ++r) {
      GIBBS_UNROLL
      for (int i = 0; i < 4; ++i) {
        const R difference = fma(costs[r][i] - origin, minus_scale, g.v[i]);
        const bool bad = is_nan(costs[r][i]) || costs[r][i] == -infinity;
        const R candidate = bad ? infinity : b.v[i] > 0 ? difference : -infinity;
        if (candidate > largest[r]) largest[r] = candidate;
      }
    }
  }
}

// One sweep over all rows: next_f, partials, and the sums of the state before it. still: nothing moves, and KL(P1 | a) is summed
// too. Holds a barrier of the team.
template <class Problem>
GIBBS_DEVICE SinkhornValues sinkhorn_sweep(Problem& s, bool still) {
  using R = typename Problem::R;
  const PotentialStep<R> step(s.source_slack, still ? 0.0 : s.omega);
  const bool direct = Problem::one_block && s.chunks == 1;
  SinkhornValues sum = {};
  s.each_chunk([&](int64_t chunk, int64_t first, int64_t last, int64_t own) GIBBS_INLINE {
    R* const partials = s.partials + chunk * s.padded;
    R* const columns = s.column_sums != nullptr ? s.column_sums : partials;
    GIBBS_UNROLL_BY(1)
    for (int j = 4 * s.lane(); j < s.padded; j += 4 * s.width) store_quad(columns + j, SinkhornQuad<R>{{0, 0, 0, 0}});
    SinkhornValues values = {};
    s.each_group(first, last, [&](const SinkhornRows& rows, bool mine) GIBBS_INLINE {
      const int end = mine ? s.padded : 0;
      const int64_t own_row = own * s.chunk_rows + (rows.first - first), row = rows.row(crew_row());
      const bool holds = mine && crew_row() < rows.count, counts = holds && s.lane() < kSinkhornGroup;
      R potentials[kSinkhornGroup], sums[kSinkhornGroup], factors[kSinkhornGroup];
      GIBBS_UNROLL
      for (int r = 0; r < kSinkhornGroup; ++r) potentials[r] = s.cold ? R(0) : s.f[rows.row(r)];
      const R mass = s.a[row];
      R potential = s.cold ? R(0) : s.f[row];
      double ratio = 0;
      GIBBS_UNROLL_BY(1)
      for (bool restarts = s.cold;; restarts = true) {
        if (restarts) {
          crew_transforms(s, rows, own_row, end, sums);
          const double transform = -crew_reduce<CrewMaximum>(s, sums);
          if (s.cold || !within_range(ratio)) {
            const bool finite = absolute(transform) <= double(Limits<R>::largest());
            potential = finite ? R(transform) : R(0);
            if (counts) {
              s.f[row] = potential;
              if (transform < 0 && !finite) values.v[kFlag] = kFlagNonFinite;
              if (transform > 0 && !finite && mass > 0) values.v[kFlag] = max_number(values.v[kFlag], kFlagInfeasible);
            }
          }
          crew_spread(s, potential, potentials);
        }
        crew_exponentials(s, rows, own_row, end, potentials, sums);
        ratio = crew_reduce<CrewSum>(s, sums);
        if (restarts || !any_lane(holds && !within_range(ratio))) break;
      }

      // A row that may go nowhere has no ratio: its potential stays.
      const R next = ratio > 0 ? step.next(potential, R(ratio)) : potential;
      const R factor = holds && mass > 0 ? mass * exp2(next - potential) : R(0);
      crew_spread(s, factor, factors);
      if (counts) {
        s.next_f[row] = next;
        const double weight = double(mass);
        values.v[kError] += weight * absolute(ratio - double(step.goal(potential)));
        values.v[kMass] += weight * ratio;
        values.v[kDual] += weight * double(step.dual(potential));
        values.v[kLargest] = max_number(values.v[kLargest], double(absolute(next)));
        if (step.relaxed()) {
          values.v[kRelaxed] += weight * double(step.goal(next));
          if (still) values.v[kDivergence] += weight * ((ratio > 0 ? ratio * log(ratio) : 0) - ratio + 1);
        }
      }
      crew_scatter(s, rows, own_row, end, potentials, factors, columns);
    });

    // Crews in order.
    block_barrier();
    if (s.column_sums != nullptr) {
      const R* const all = s.column_sums - int64_t(s.crew()) * s.padded;
      GIBBS_UNROLL_BY(1)
      for (int j = int(thread_index()); j < s.padded; j += int(kTeamThreads)) {
        double column = 0;
        GIBBS_UNROLL_BY(4)
        for (int c = 0; c < s.crews(); ++c) column += double(all[int64_t(c) * s.padded + j]);
        partials[j] = R(column);
      }
    }
    sum = s.block_values(values);
    if (!direct) s.store_values(s.row_values, chunk, sum);
  });
  s.team.barrier();
  return direct ? sum : s.stored_values(s.row_values, s.chunks);
}

}  // namespace gibbs::kernels
