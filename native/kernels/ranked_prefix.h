// The longest prefix of a row's ranking (greater first, ties lower index first) that a monotone rule admits, without a sort.
//
//   excess = sum e^x - 1,  moment = sum e^x x,  count       over a prefix,       x_j = (z_j - max z) / T
//
// The rule says from these whether a prefix is admitted; where one is, every shorter one is. The search narrows a bracket of
// values, [low, high), above which all is admitted: a pass sums what lies in three parts of it, and apart from them its greatest
// entry with all equal ones, and goes on in the part where the rule first refuses. Packs without an entry in the bracket are left
// out of further passes. Parts are cut by value and by ordinal in turn, so that the ordinals of a bracket are halved at least
// every second pass: the search ends by itself. How many of equal entries belong is a search over their number, in scalars.
#pragma once

#include "kernels/row_selection.h"
#include "kernels/row_softmax.h"

namespace gibbs::kernels {

template <class R>
using Rank = decltype(ordinal(R(0)));  // a signed integer in the order of values

template <class R>
GIBBS_DEVICE Rank<R> middle_rank(Rank<R> low, Rank<R> high) {
  return (low >> 1) + (high >> 1) + (low & high & 1);
}

// Of a prefix of the ranking; excess is -1 where it is empty. One entry at the maximum makes it 0: a confident row's entropy
// keeps relative accuracy.
template <class R>
struct PrefixSums {
  R excess, moment;
  int32_t count;

  GIBBS_DEVICE R sum() const { return R(1) + excess; }
  // Shannon's, of the softmax over the prefix.
  GIBBS_DEVICE R entropy() const { return log1p(excess) - moment / sum(); }
  // With further entries of equal offset.
  GIBBS_DEVICE PrefixSums with(int32_t more, R x) const {
    const R term = exp(x), all = R(more) * term;
    return {excess + all, term > 0 ? fma(all, x, moment) : moment, count + more};
  }
};

// Of entries of one part of a bracket.
template <class R>
struct PartSums {
  R sum, moment;
  Rank<R> count, greatest;  // both as wide as R: no padding, which would be undefined words to reduce

  GIBBS_DEVICE void add(R x, Rank<R> rank) {
    const R term = exp(x);
    sum += term;
    if (term > 0) moment = fma(term, x, moment);  // 0 times an overflowed x
    count += 1;
    greatest = rank > greatest ? rank : greatest;
  }
  GIBBS_DEVICE PrefixSums<R> after(const PrefixSums<R>& s) const {
    return {s.excess + sum, s.moment + moment, s.count + int32_t(count)};
  }
};
template <class R>
GIBBS_DEVICE PartSums<R> no_entries() {
  return {R(0), R(0), 0, ordinal(-Limits<R>::infinity())};
}
template <class R>
GIBBS_DEVICE PartSums<R> merge(const PartSums<R>& a, const PartSums<R>& b) {
  return {a.sum + b.sum, a.moment + b.moment, a.count + b.count, a.greatest > b.greatest ? a.greatest : b.greatest};
}

template <class R>
struct BracketSums {
  PartSums<R> low, mid, high;
  Rank<R> equal;  // entries that equal the greatest
};
template <class R>
GIBBS_DEVICE BracketSums<R> merge(const BracketSums<R>& a, const BracketSums<R>& b) {
  return {merge(a.low, b.low), merge(a.mid, b.mid), merge(a.high, b.high), a.equal + b.equal};
}

// The least rank above that of -inf whose offset passes; what is above an offset that passes does so too, and 0 does.
template <class R, class F>
GIBBS_DEVICE Rank<R> least_rank(const RowSoftmax<R>& softmax, const F& passes) {
  Rank<R> low = ordinal(-Limits<R>::infinity()), high = ordinal(softmax.maximum);
  GIBBS_UNROLL_BY(1)
  while (high - 1 > low) {
    const Rank<R> mid = middle_rank<R>(low, high);
    if (passes(softmax.offset(from_ordinal(mid)))) {
      high = mid;
    } else {
      low = mid;
    }
  }
  return high;
}

// Where a pass cuts the bracket: low <= lower <= upper < high.
template <class R>
struct Cuts {
  Rank<R> lower, upper;
};
template <class R>
GIBBS_DEVICE Cuts<R> cuts_of(const RowSoftmax<R>& softmax, Rank<R> low, Rank<R> high, unsigned pass) {
  if (pass % 2 == 0) {
    // The mean of x under the softmax and its double first, where the boundary of most sets is near; thirds afterwards.
    const R greatest = from_ordinal(Rank<R>(high - 1)), least = from_ordinal(low), third = greatest / R(3) - least / R(3);
    const R mean = softmax.moment / softmax.sum / softmax.inverse_temperature;
    const R upper = pass == 0 ? softmax.maximum + mean : greatest - third;
    const R lower = pass == 0 ? softmax.maximum + (mean + mean) : least + third;
    if (least < lower && lower < upper && upper < greatest) return {ordinal(lower), ordinal(upper)};
  }
  const Rank<R> mid = middle_rank<R>(low, high);
  return {middle_rank<R>(low, mid), mid};
}

template <class R>
struct RankedPrefix {
  PrefixSums<R> sums;
  Rank<R> rank;   // entries above it belong,
  int32_t ties;   // and of the equal ones, the first so many
  int32_t equal;  // of all that are equal
};

// rule(sums): whether a prefix is admitted. rule.ties(sums, x, equal): how many of equal entries after a prefix are. Entries
// below floor take no part.
template <class T, class F>
GIBBS_DEVICE RankedPrefix<Real<T>> ranked_prefix(const RowScope& scope, const RowSource<T>& source,
                                                 const RowSoftmax<Real<T>>& softmax, Rank<Real<T>> floor, const F& rule) {
  using R = Real<T>;
  PackMarks marks = scope.all_packs();
  PrefixSums<R> sums = {R(-1), R(0), 0};
  Rank<R> low = floor, high = ordinal(softmax.maximum) + 1;
  GIBBS_UNROLL_BY(1)
  for (unsigned pass = 0;; ++pass) {
    const Cuts<R> cuts = cuts_of(softmax, low, high, pass);
    const Rank<R> greatest = high - 1;
    const auto parts = scope.template reduce_marked<BracketSums<R>, T>(
        marks, true,
        [&](BracketSums<R>& s, PackPlace at) GIBBS_INLINE {
          const Pack<T> pack = source.at(at, scope.columns);
          bool inside = false;
          GIBBS_UNROLL
          for (int e = 0; e < Pack<T>::size; ++e) {
            const R z = to_real(pack.get(e));
            const Rank<R> rank = ordinal(z);
            if (e >= at.count || rank < low || rank > greatest) continue;
            inside = true;
            if (rank == greatest) {
              s.equal += 1;
              continue;
            }
            const R x = softmax.offset(z);
            if (rank >= cuts.upper) {
              s.high.add(x, rank);
            } else if (rank >= cuts.lower) {
              s.mid.add(x, rank);
            } else {
              s.low.add(x, rank);
            }
          }
          return inside;
        },
        BracketSums<R>{no_entries<R>(), no_entries<R>(), no_entries<R>(), 0});
    const R x = softmax.offset(from_ordinal(greatest));
    const int32_t equal = int32_t(parts.equal);
    PrefixSums<R> next = sums.with(equal, x);
    if (!rule(next)) {
      const int32_t ties = rule.ties(sums, x, equal);
      return {sums.with(ties, x), greatest, ties, equal};
    }
    sums = next;
    next = parts.high.after(sums);
    if (!rule(next)) {
      low = cuts.upper;
      high = parts.high.greatest + 1;
      continue;
    }
    sums = next;
    next = parts.mid.after(sums);
    if (!rule(next)) {
      low = cuts.lower;
      high = parts.mid.greatest + 1;
      continue;
    }
    sums = next;
    next = parts.low.after(sums);
    if (rule(next)) return {next, low - 1, 0, 0};
    high = parts.low.greatest + 1;
  }
}

}  // namespace gibbs::kernels
