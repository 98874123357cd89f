// The other half of an iteration: column sums of chunks in a fixed order, then G'_j from what column j holds over its mass
// (PotentialStep). A column whose sum left the range starts again from its c-transform G_j = min_i (s (C_ij - C0) - F_i).
#pragma once

#include "kernels/sinkhorn_problem.h"

namespace gibbs::kernels {

template <class R>
GIBBS_DEVICE void add_column(SinkhornValues& values, R mass, R potential, R ratio, const PotentialStep<R>& step) {
  const double weight = double(mass);
  const R goal = step.goal(potential);
  values.v[kError] += weight * absolute(double(ratio) - double(goal));
  values.v[kDual] += weight * double(step.dual(potential));
  if (step.relaxed()) values.v[kRelaxed] += weight * double(goal);
  values.v[kLargest] = max_number(values.v[kLargest], double(absolute(potential)));
}

// f(values, column, its sum over chunks) for every column, by one thread each; the values' sums, behind a barrier of the team.
// half of the column values: slow blocks may still read the other.
template <class Problem, class F>
GIBBS_DEVICE SinkhornValues each_column(Problem& s, int half, F visit) {
  const int64_t span = sinkhorn_span(s.chunks), tiles = (s.columns + span - 1) / span;
  double* const stored = s.column_values + half * kSinkhornValues * s.column_tiles;
  const bool direct = Problem::one_block && tiles == 1;
  SinkhornValues sum = {};
  GIBBS_UNROLL_BY(1)
  for (int64_t tile = s.team.block(); tile < tiles; tile += s.team.blocks()) {
    SinkhornValues values = {};
    if (span == kTeamThreads) {
      const int64_t j = tile * span + thread_index();
      if (j < s.columns) {
        double column = 0;
        for (int c = 0; c < s.chunks; ++c) column += double(s.partials[int64_t(c) * s.padded + j]);
        visit(values, j, column);
      }
    } else {
      // An eighth of the chunks per warp, then eighths in order.
      const int64_t j = tile * span + lane_index();
      double column = 0;
      if (j < s.columns) {
        GIBBS_UNROLL_BY(4)
        for (int c = int(warp_index()); c < s.chunks; c += int(kTeamThreads / kWarp))
          column += double(s.partials[int64_t(c) * s.padded + j]);
      }
      block_barrier();
      s.reduced[thread_index()] = column;
      block_barrier();
      if (warp_index() == 0 && j < s.columns) {
        GIBBS_UNROLL
        for (int w = 1; w < int(kTeamThreads / kWarp); ++w) column += s.reduced[w * int(kWarp) + lane_index()];
        visit(values, j, column);
      }
    }
    sum = s.block_values(values);
    if (!direct) s.store_values(stored, tile, sum);
  }
  s.team.barrier();
  return direct ? sum : s.stored_values(stored, tiles);
}

// Updates G; ratios hold P'1 / b afterwards, and the sums that left the range.
template <class Problem>
GIBBS_DEVICE SinkhornValues sinkhorn_columns(Problem& s) {
  using R = typename Problem::R;
  const PotentialStep<R> step(s.target_slack, s.omega);
  return each_column(s, 0, [&](SinkhornValues& values, int64_t j, double column) GIBBS_INLINE {
    const R mass = s.b[j], potential = s.g[j];
    if (!within_range(column)) {
      s.ratios[j] = R(column);
      values.v[kFlag] = kFlagRestarts;
      values.v[kError] += double(mass);
      return;
    }
    const R moved = step.next(potential, R(column)), ratio = R(column) * exp2(moved - potential);
    s.g[j] = moved;
    s.ratios[j] = ratio;
    add_column(values, mass, moved, ratio, step);
  });
}

// f + t and g - t leave the plan as it is; where both marginals are relaxed the best t has a closed form, and without it mass
// moves slowly. The columns' values of the shifted potentials. Sejourne, Vialard, Peyre, 2022.
template <class Problem>
GIBBS_DEVICE SinkhornValues sinkhorn_translate(Problem& s, double source, double target) {
  using R = typename Problem::R;
  const double shift = log2(source / target) / (s.source_slack + s.target_slack);
  const R up = absolute(shift) <= double(Limits<R>::largest()) ? R(shift) : R(0);
  const PotentialStep<R> step(s.target_slack, s.omega);
  s.team.each(s.rows, [&](int64_t i) GIBBS_INLINE { s.f[i] = s.f[i] + up; });
  return each_column(s, 1, [&](SinkhornValues& values, int64_t j, double) GIBBS_INLINE {
    const R moved = s.g[j] - up;
    s.g[j] = moved;
    add_column(values, s.b[j], moved, s.ratios[j], step);
  });
}

// KL(P'1 | b) of the plan whose column sums the partials hold.
template <class Problem>
GIBBS_DEVICE double column_divergence(Problem& s) {
  const SinkhornValues values = each_column(s, 0, [&](SinkhornValues& own, int64_t j, double column) GIBBS_INLINE {
    own.v[kDivergence] += double(s.b[j]) * ((column > 0 ? column * log(column) : 0) - column + 1);
  });
  return values.v[kDivergence];
}

// The c-transforms of columns whose sums left the range, over rows of mass. False where a column of mass may receive from no row.
template <class Problem>
GIBBS_DEVICE bool restart_columns(Problem& s) {
  using R = typename Problem::R;
  constexpr int warps = int(kTeamThreads / kWarp);
  R* const maxima = reinterpret_cast<R*>(s.reduced);
  const R origin = R(s.origin), minus_scale = R(-s.scale), none = -Limits<R>::infinity();
  const int64_t tiles = (s.columns + int(kWarp) - 1) / int(kWarp);
  SinkhornValues values = {};
  GIBBS_UNROLL_BY(1)
  for (int64_t tile = s.team.block(); tile < tiles; tile += s.team.blocks()) {
    const int64_t j = tile * int(kWarp) + lane_index();
    const bool restarts = j < s.columns && !within_range(double(s.ratios[j]));
    R largest = none;
    if (restarts) {
      GIBBS_UNROLL_BY(1)
      for (int64_t i = warp_index(); i < s.rows; i += warps) {
        if (!(s.a[i] > 0)) continue;
        const R candidate = fma(s.tiles.cost(i, j) - origin, minus_scale, s.f[i]);
        if (candidate > largest) largest = candidate;
      }
    }
    block_barrier();
    maxima[thread_index()] = largest;
    block_barrier();
    if (warp_index() == 0 && restarts) {
      for (int w = 1; w < warps; ++w) largest = max_number(largest, maxima[w * int(kWarp) + lane_index()]);
      const bool finite = absolute(largest) <= Limits<R>::largest();
      if (!finite && s.b[j] > 0) values.v[kFlag] = kFlagInfeasible;
      s.g[j] = finite ? -largest : R(0);
    }
  }
  s.store_values(s.block_flags, s.team.block(), s.block_values(values));
  s.team.barrier();
  return s.stored_values(s.block_flags, s.team.blocks()).v[kFlag] != kFlagInfeasible;
}

}  // namespace gibbs::kernels
