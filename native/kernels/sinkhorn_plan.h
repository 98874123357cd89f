// A pass over the plan of given potentials, P_ij = a_i b_j 2^(F_i + G_j - s (C_ij - C0)): its sums, and the plan itself where
// that is wanted; and what a matrix of costs has in common, with the copy of it that a block keeps.
#pragma once

#include "kernels/sinkhorn_crew.h"

namespace gibbs::kernels {

struct PlanSums {
  double linear_cost, mass, log_ratio;  // <P, C>, sum P, sum P log2(P / (a b))
};

// plan: [rows, columns], or null. Holds a barrier of the team.
template <class Problem, class R>
GIBBS_DEVICE PlanSums plan_pass(Problem& s, R* plan, int64_t stride) {
  const R origin = R(s.origin), minus_scale = R(-s.scale);
  s.each_chunk([&](int64_t chunk, int64_t first, int64_t last, int64_t own) GIBBS_INLINE {
    SinkhornValues values = {};
    s.each_group(first, last, [&](const SinkhornRows& rows, bool mine) GIBBS_INLINE {
      const int end = mine ? s.padded : 0;
      R cost_sum = 0, mass_sum = 0, ratio_sum = 0;
      GIBBS_UNROLL_BY(1)
      for (int j = 4 * s.lane(); j < end; j += 4 * s.width) {
        R costs[kSinkhornGroup][4];
        s.tile(rows, own * s.chunk_rows + (rows.first - first), j, costs);
        const SinkhornQuad<R> g = load_quad(s.g + j), b = load_quad(s.b + j);
        GIBBS_UNROLL
        for (int r = 0; r < kSinkhornGroup; ++r) {
          if (r >= rows.count) continue;
          const int64_t row = rows.first + r;
          const R mass = s.a[row], potential = s.f[row];
          GIBBS_UNROLL
          for (int i = 0; i < 4; ++i) {
            const R exponent = fma(costs[r][i] - origin, minus_scale, g.v[i] + potential);
            const R p = mass * b.v[i] * plan_density(exponent);
            if (p != 0) {  // 0 times an infinite cost is 0
              mass_sum += p;
              cost_sum = fma(p, costs[r][i], cost_sum);
              ratio_sum = fma(p, exponent, ratio_sum);
            }
            if (plan != nullptr && j + i < s.columns) plan[row * stride + j + i] = p;
          }
        }
      }
      values.v[0] += double(cost_sum);
      values.v[1] += double(mass_sum);
      values.v[2] += double(ratio_sum);
    });
    s.store_values(s.plan_values, chunk, s.block_values(values));
  });
  s.team.barrier();
  const SinkhornValues sums = s.stored_values(s.plan_values, s.chunks);
  return {sums.v[0], sums.v[1], sums.v[2]};
}

struct CostRange {
  double least, largest;  // the least cost, 0 where none is finite; the largest finite one where some are +inf, otherwise +inf
};

// Reads all costs once; kept, where not null, receives those of the block's rows. Holds a barrier of the team.
template <class Problem>
GIBBS_DEVICE CostRange cost_range(Problem& s, typename Problem::Storage* kept) {
  using R = typename Problem::R;
  using Storage = typename Problem::Storage;
  const double infinity = Limits<double>::infinity();
  SinkhornValues none = {};
  none.v[kLargest] = none.v[kFlag] = -infinity;
  s.each_chunk([&](int64_t chunk, int64_t first, int64_t last, int64_t own) GIBBS_INLINE {
    double least = infinity, largest = -infinity, forbidden = 0;
    s.each_group(first, last, [&](const SinkhornRows& rows, bool mine) GIBBS_INLINE {
      const int end = mine ? s.padded : 0;
      GIBBS_UNROLL_BY(1)
      for (int j = 4 * s.lane(); j < end; j += 4 * s.width) {
        SinkhornQuad<Storage> quads[kSinkhornGroup];
        s.tiles.tile(rows, j, quads);
        GIBBS_UNROLL
        for (int r = 0; r < kSinkhornGroup; ++r) {
          if (r >= rows.count) continue;
          if (kept != nullptr) store_quad(kept + (own * s.chunk_rows + rows.first + r - first) * s.padded + j, quads[r]);
          GIBBS_UNROLL
          for (int i = 0; i < 4; ++i) {
            if (j + i >= s.columns) continue;
            const R cost = to_real(quads[r].v[i]);
            if (cost == Limits<R>::infinity()) {
              forbidden = 1;
            } else if (double(cost) > largest) {
              largest = double(cost);
            }
            if (double(cost) < least) least = double(cost);
          }
        }
      }
    });
    // All three as maxima, in the places that are: the two maxima, then the third.
    SinkhornValues values = {};
    values.v[kLargest] = -least;
    values.v[kFlag] = largest;
    values.v[kDivergence] = forbidden;
    s.store_values(s.plan_values, chunk, s.block_values(values));
  });
  s.team.barrier();
  const SinkhornValues range = s.stored_values(s.plan_values, s.chunks, none);
  const double least = -range.v[kLargest];
  return {absolute(least) < infinity ? least : 0, range.v[kDivergence] > 0 ? range.v[kFlag] : infinity};
}

}  // namespace gibbs::kernels
