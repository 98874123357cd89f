// Of points x against a buffer b: min_j |x_i - b_j|^2 and the lowest j that attains it, -1 where no distance is a number; over
// the whole buffer by pair tiles, or over each point's own rows i, N + i, 2N + i, …, a warp per point. And the gradient's rows,
// scale (x_i - b_j).
#pragma once

#include "kernels/pair_tile.h"
#include "kernels/sample_entropy_parameters.h"

namespace gibbs::kernels {

constexpr int32_t kNoNeighbour = 0x7fffffff;

template <class R>
struct NearestRow {
  using Terms = LogKernelTerms;
  static constexpr int channels = 1, totals = 2;

  static GIBBS_DEVICE void clear(double (&t)[totals]) {
    t[0] = Limits<double>::infinity();
    t[1] = -1;
  }
  static GIBBS_DEVICE void merge(double (&t)[totals], const double (&o)[totals]) {
    if (!(o[0] < t[0])) return;  // later columns lose ties
    t[0] = o[0];
    t[1] = o[1];
  }
  static GIBBS_DEVICE void add(const Terms&, const PairTile<R>& tile, const R (&squares)[channels][kPairPatch][kPairPatch], int a,
                               double (&t)[totals]) {
    R least = Limits<R>::infinity();
    int at = kNoNeighbour;
    GIBBS_UNROLL
    for (int b = 0; b < kPairPatch; ++b) {
      if (!tile.inside(b) || !(squares[0][a][b] < least)) continue;
      least = squares[0][a][b];
      at = tile.patch_column(b);
    }
    for (unsigned o = 1; o < unsigned(kPairSide); o *= 2) {
      const R other = shuffle_xor(least, o);
      const int other_at = shuffle_xor(at, o);
      const bool nearer = other < least || (other == least && other_at < at);
      least = nearer ? other : least;
      at = nearer ? other_at : at;
    }
    const double found[totals] = {double(least), double(tile.column0 + at)};
    merge(t, found);
  }
};

template <class R>
GIBBS_DEVICE void nearest_own(const NearestParameters& p) {
  const PointSet &x = p.points, &y = p.others;
  const int64_t warps = int64_t(grid_size()) * (block_size() / kWarp);
  for (int64_t i = int64_t(block_index()) * (block_size() / kWarp) + warp_index(); i < x.count; i += warps) {
    double best[2] = {Limits<double>::infinity(), -1};
    for (int64_t j = i; j < y.count; j += x.count) {
      double square = 0;
      for (int32_t k = int32_t(lane_index()); k < x.dimensions; k += int32_t(kWarp)) {
        const double difference = double(load_coordinate<R>(x, i, k)) - double(load_coordinate<R>(y, j, k));
        square = fma(difference, difference, square);
      }
      const double found[2] = {lanes_sum(square), double(j)};
      NearestRow<R>::merge(best, found);
    }
    if (lane_index() != 0) continue;
    p.totals[2 * i] = best[0];
    p.totals[2 * i + 1] = best[1];
  }
}

// A thread per coordinate.
template <class R>
GIBBS_DEVICE void nearest_gradient(const NearestParameters& p) {
  const int64_t d = p.points.dimensions, entries = p.points.count * d;
  for (int64_t e = int64_t(block_index()) * block_size() + thread_index(); e < entries;
       e += int64_t(grid_size()) * block_size()) {
    const int64_t i = e / d, at = int64_t(p.totals[2 * i + 1]);
    const int32_t k = int32_t(e % d);
    double value = Limits<double>::nan();
    if (at >= 0) value = *p.scale * (double(load_coordinate<R>(p.points, i, k)) - double(load_coordinate<R>(p.others, at, k)));
    store_coordinate(p.gradient, p.points.type, i * p.gradient_stride + k, value);
  }
}

}  // namespace gibbs::kernels
