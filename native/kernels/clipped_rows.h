// Maps whose result is a clipped line of the input, y_j = clip(a_j - w_j tau, l_j, u_j) with sum_j w_j y_j = k:
//
//   simplex, sparse simplex   a = x - max (dropped entries -inf)   w = 1   [0, inf)    k = radius
//   capped simplex            a = x - max                          w = 1   [0, cap]    k = total
//   box section               a = x                                w       [l, u]      k = total
//   l1 ball                   a = |x| - max |x| (with weights |x|)  w       [0, inf)    k = radius     y = sign(x) y
#pragma once

#include "kernels/row_selection.h"

namespace gibbs::kernels {

template <class R>
struct ClippedLine {
  int32_t magnitudes, weighted, cut;  // cut: entries outside the selection are -inf
  R shift;                            // the maximum taken off, 0 for none
  R cap;                              // u where there is no array
  R total;
  const R* weights;
  const R* lower;
  const R* upper;
  Selection<R> selection;
};

template <class R>
struct ClippedElement {
  R a, w, l, u;
};

template <class R>
GIBBS_DEVICE ClippedElement<R> clipped_element(const ClippedLine<R>& c, R x, int32_t j) {
  const R value = c.magnitudes ? absolute(x) : x;
  R a = c.shift == 0 ? value : shifted(value, c.shift);
  if (c.cut && !selected(c.selection, x, j)) a = -Limits<R>::infinity();
  return {a, c.weights != nullptr ? c.weights[j] : R(1), c.lower != nullptr ? c.lower[j] : R(0),
          c.upper != nullptr ? c.upper[j] : c.cap};
}

template <class R>
GIBBS_DEVICE R clipped_value(const ClippedElement<R>& e, Wide<R> tau) {
  const R y = e.w == 1 ? above(e.a, tau) : fma(-e.w, tau.low, fma(-e.w, tau.high, e.a));
  return y > e.l ? (y < e.u ? y : e.u) : e.l;
}

// The root in [low, high]. marks becomes the packs with an entry that is not at its lower bound of 0 from low on: later passes
// need no other.
template <class T>
GIBBS_DEVICE Wide<Real<T>> clipped_root(const RowScope& scope, const RowSource<T>& source, const ClippedLine<Real<T>>& c,
                                        Real<T> low, Real<T> high, PackMarks& marks) {
  using R = Real<T>;
  bool first = true;
  return monotone_root(low, high, low, [&](Wide<R> tau) GIBBS_INLINE {
    const auto line = scope.reduce_marked<LineSums<R>, T>(marks, first, [&](LineSums<R>& sums, PackPlace at) GIBBS_INLINE {
      const Pack<T> pack = source.at(at, scope.columns);
      bool counts = c.lower != nullptr;
      GIBBS_UNROLL_BY(1)
      for (int e = 0; e < at.count; ++e) {
        const ClippedElement<R> x = clipped_element(c, to_real(pack.at(e)), at.index + e);
        if (add_to_line(sums, tau, x.a, x.w, x.l, x.u)) counts = true;
      }
      return counts;
    });
    first = false;
    return line_step(line, c.total, tau);
  });
}

// What a box section asks of its arrays: where the root lies, what the bounds can reach, and whether they make sense.
template <class R>
struct BoxBounds {
  R low, high;             // largest (u - x) / w and (x - l) / w
  Wide<R> least, largest;  // sum w l, sum w u over bounded entries
  int32_t unbounded, invalid;
};
template <class R>
GIBBS_DEVICE BoxBounds<R> merge(const BoxBounds<R>& a, const BoxBounds<R>& b) {
  return {max_number(a.low, b.low), max_number(a.high, b.high), a.least + b.least,
          a.largest + b.largest,    a.unbounded + b.unbounded,  a.invalid + b.invalid};
}

template <class T>
GIBBS_DEVICE BoxBounds<Real<T>> box_bounds(const RowScope& scope, const RowSource<T>& source, const ClippedLine<Real<T>>& c) {
  using R = Real<T>;
  const R infinity = Limits<R>::infinity();
  const auto bounds = [&](BoxBounds<R>& b, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = source.at(at, scope.columns);
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) {
      const ClippedElement<R> x = clipped_element(c, to_real(pack.at(e)), at.index + e);
      const bool bounded = x.u < Limits<R>::infinity();
      const bool valid = x.w > 0 && x.w < Limits<R>::infinity() && absolute(x.l) < Limits<R>::infinity() && x.l <= x.u;
      if (!valid) {
        b.invalid += 1;
        continue;
      }
      b.least = b.least + two_product(x.w, x.l);
      if (x.a > -Limits<R>::infinity()) {
        b.high = max_number(b.high, (x.a - x.l) / x.w);
        if (bounded) b.low = max_number(b.low, (x.u - x.a) / x.w);
        if (bounded) {
          b.largest = b.largest + two_product(x.w, x.u);
        } else {
          b.unbounded += 1;
        }
      } else {
        b.largest = b.largest + two_product(x.w, x.l);
      }
    }
  };
  return scope.reduce<BoxBounds<R>, T>(bounds, {-infinity, -infinity, {0, 0}, {0, 0}, 0, 0});
}

struct Largest {
  double value;
};
GIBBS_DEVICE Largest merge(Largest a, Largest b) { return {max_number(a.value, b.value)}; }

// With an entry that has no upper bound: the tau at which it alone, the others at their lower bounds, makes the total.
template <class T>
GIBBS_DEVICE double free_bound(const RowScope& scope, const RowSource<T>& source, const ClippedLine<Real<T>>& c, double least) {
  using R = Real<T>;
  const auto bound = [&](Largest& b, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = source.at(at, scope.columns);
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) {
      const ClippedElement<R> x = clipped_element(c, to_real(pack.at(e)), at.index + e);
      if (x.u < Limits<R>::infinity() || !(x.a > -Limits<R>::infinity())) continue;
      const double w = double(x.w), others = least - w * double(x.l);
      b.value = max_number(b.value, (double(x.a) - (double(c.total) - others) / w) / w);
    }
  };
  return scope.reduce<Largest, T>(bound, {-Limits<double>::infinity()}).value;
}

}  // namespace gibbs::kernels
