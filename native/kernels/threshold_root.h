// The root tau of a monotone function, as every projection onto a simplex, a ball or a box section asks for it:
//
//   F(tau) = sum_j w_j clip(a_j - w_j tau, l_j, u_j) = k        piecewise linear and not increasing
//
// Newton's method on the line of the active set, next = (sum - k) / slope, finished exactly: a step that returns its own tau has
// found the active set of the root. Where F is convex (no upper bounds) it is monotone from the left; otherwise a bracket holds
// it, and where it leaves the bracket, or at every eighth step, the bracket is halved on the ordinals of floats. The bracket can
// be halved at most 8 sizeof(R) times: the loop ends by itself, with no limit to hit.
#pragma once

#include "device/wide.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// Ordinals: integers in the order of the floats they stand for.
GIBBS_DEVICE int32_t ordinal(float x) {
  const int32_t bits = bit_cast<int32_t>(x);
  return bits >= 0 ? bits : int32_t(0x80000000u - uint32_t(bits));
}
GIBBS_DEVICE int64_t ordinal(double x) {
  const int64_t bits = bit_cast<int64_t>(x);
  return bits >= 0 ? bits : int64_t((uint64_t(1) << 63) - uint64_t(bits));
}
GIBBS_DEVICE float from_ordinal(int32_t o) { return bit_cast<float>(o >= 0 ? o : int32_t(0x80000000u - uint32_t(o))); }
GIBBS_DEVICE double from_ordinal(int64_t o) { return bit_cast<double>(o >= 0 ? o : int64_t((uint64_t(1) << 63) - uint64_t(o))); }

// The float half-way in order between two.
template <class R>
GIBBS_DEVICE R middle(R low, R high) {
  const auto a = ordinal(low), b = ordinal(high);
  return from_ordinal(decltype(a)((a >> 1) + (b >> 1) + (a & b & 1)));
}

// What a function says of itself at tau.
template <class R>
struct RootStep {
  int32_t side;  // 1: the root lies above tau, -1: below, 0: at tau
  int32_t has_next;
  Wide<R> next;  // where the line (or parabola) of the active set crosses
};

// step(tau): a RootStep, the same for every thread that takes part. The root is in [low, high].
template <class R, class F>
GIBBS_DEVICE Wide<R> monotone_root(R low, R high, R start, F step) {
  Wide<R> below = wide(low), upper = wide(high), tau = wide(start);
  GIBBS_UNROLL_BY(1)
  for (unsigned count = 1;; ++count) {
    const RootStep<R> s = step(tau);
    if (s.side == 0 || (s.has_next && s.next == tau)) return tau;
    if (s.side > 0) {
      below = tau;
    } else {
      upper = tau;
    }
    if (s.has_next && below < s.next && s.next < upper && count % 8 != 0) {
      tau = s.next;
      continue;
    }
    const R mid = middle(below.high, upper.high);
    if (!(below.high < mid && mid < upper.high)) {
      // Neighbours: the line crosses between them, or F jumps there by a rounding.
      if (s.has_next && !(s.next < below) && !(upper < s.next)) return s.next;
      return tau;
    }
    tau = wide(mid);
  }
}

// Sum and slope of the line of an active set: F(t) = sum - slope t.
template <class R>
struct LineSums {
  Wide<R> sum, slope;
};
template <class R>
GIBBS_DEVICE LineSums<R> merge(LineSums<R> a, LineSums<R> b) {
  return {a.sum + b.sum, a.slope + b.slope};
}

// An element's part in the line of the active set at tau. w_j > 0, l_j <= u_j. Says whether it lies above its lower bound.
template <class R>
GIBBS_DEVICE bool add_to_line(LineSums<R>& line, Wide<R> tau, R a, R w, R l, R u) {
  const R y = w == 1 ? above(a, tau) : fma(-w, tau.low, fma(-w, tau.high, a));
  if (y > l && y < u) {
    line.sum = w == 1 ? line.sum + a : line.sum + two_product(w, a);
    line.slope = w == 1 ? line.slope + R(1) : line.slope + two_product(w, w);
  } else {
    const R bound = y >= u ? u : l;
    if (bound != 0) line.sum = line.sum + two_product(w, bound);
  }
  return y > l;
}

template <class R>
GIBBS_DEVICE RootStep<R> line_step(const LineSums<R>& line, R total, Wide<R> tau) {
  const Wide<R> rest = line.sum - total;
  if (line.slope.high > 0) {
    const Wide<R> next = rest / line.slope;
    return {tau < next ? 1 : next < tau ? -1 : 0, 1, next};
  }
  return {rest.high > 0 ? 1 : rest.high < 0 ? -1 : 0, 0, tau};
}

}  // namespace gibbs::kernels
