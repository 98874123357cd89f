// Singular values by one-sided Jacobi rotations: columns of K are turned in pairs until they are orthogonal; their norms are then the
// singular values, to the rounding of the largest. What is turned along becomes its product with the right singular vectors.
//
//   K V = U Sigma        A -> A V
//
// By a block: pairs come in the rounds of a tournament, no column twice in a round, a warp per pair. Hestenes, 1958.
#pragma once

#include "kernels/block_reduce.h"

namespace gibbs::kernels {

using namespace gibbs::device;

constexpr double kJacobiUnit = 2.3e-16;
constexpr int kMostSweeps = 60;

// sum left right, every lane.
GIBBS_DEVICE double warp_dot(const double* left, const double* right, int count) {
  double sum = 0;
  GIBBS_UNROLL_BY(1)
  for (int i = int(lane_index()); i < count; i += int(kWarp)) sum = fma(left[i], right[i], sum);
  return lanes_sum(sum);
}

GIBBS_DEVICE void warp_rotate(double* left, double* right, double cosine, double sine, int count) {
  GIBBS_UNROLL_BY(1)
  for (int i = int(lane_index()); i < count; i += int(kWarp)) {
    const double x = left[i], y = right[i];
    left[i] = cosine * x - sine * y;
    right[i] = sine * x + cosine * y;
  }
}

struct LargestNorm {
  double squares;
  int32_t turned, unused;
};
GIBBS_DEVICE LargestNorm merge(const LargestNorm& a, const LargestNorm& b) {
  return {a.squares > b.squares ? a.squares : b.squares, a.turned | b.turned, 0};
}

// The largest squared norm of columns: every thread.
GIBBS_DEVICE double largest_squares(const double* k, int dimensions) {
  LargestNorm mine{0, 0, 0};
  GIBBS_UNROLL_BY(1)
  for (int j = int(warp_index()); j < dimensions; j += int(block_size() / kWarp)) {
    const double squares = warp_dot(k + int64_t(j) * dimensions, k + int64_t(j) * dimensions, dimensions);
    if (squares > mine.squares) mine.squares = squares;
  }
  return block_reduce(mine).squares;
}

// k, along: [dimensions, dimensions], a column's entries one behind the other; along may be null. All threads of the block; ends in a
// barrier.
GIBBS_DEVICE void one_sided_jacobi(double* k, double* along, int dimensions) {
  const int even = dimensions + (dimensions & 1), others = even - 1, warps = int(block_size() / kWarp);
  // Columns below this are rounding's: turning them against each other would not end.
  double negligible = square_root(largest_squares(k, dimensions)) * dimensions * kJacobiUnit;
  negligible *= negligible;
  const double orthogonal = kJacobiUnit * (dimensions < 4 ? 4 : dimensions);
  GIBBS_UNROLL_BY(1)
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    LargestNorm mine{0, 0, 0};
    GIBBS_UNROLL_BY(1)
    for (int round = 0; round < others; ++round) {
      GIBBS_UNROLL_BY(1)
      for (int pair = int(warp_index()); pair < even / 2; pair += warps) {
        // The last stays, the others go round.
        const int first = pair == 0 ? others : (round + pair) % others, second = (round + others - pair) % others;
        const int p = first < second ? first : second, q = first < second ? second : first;
        if (q >= dimensions) continue;
        double* const left = k + int64_t(p) * dimensions;
        double* const right = k + int64_t(q) * dimensions;
        const double alpha = warp_dot(left, left, dimensions), beta = warp_dot(right, right, dimensions),
                     gamma = warp_dot(left, right, dimensions);
        if (!(absolute(gamma) > orthogonal * square_root(alpha * beta)) || (alpha <= negligible && beta <= negligible)) continue;
        const double zeta = (beta - alpha) / (2 * gamma);
        const double tangent = (zeta < 0 ? -1 : 1) / (absolute(zeta) + square_root(1 + zeta * zeta));
        const double cosine = 1 / square_root(1 + tangent * tangent), sine = cosine * tangent;
        warp_rotate(left, right, cosine, sine, dimensions);
        if (along != nullptr) warp_rotate(along + int64_t(p) * dimensions, along + int64_t(q) * dimensions, cosine, sine, dimensions);
        mine.turned = 1;
      }
      block_barrier();
    }
    if (block_reduce(mine).turned == 0) return;
  }
}

}  // namespace gibbs::kernels
