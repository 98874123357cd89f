// Order statistics and quantiles of the entries that count among n, as one block works on them. Radix selection, two bits of the
// ordinal at a time: no sort, no atomics, and as many passes whatever the data.
//
//   quantile r of v(0) <= ... <= v(m-1):   v(i) + (h - i) (v(i+1) - v(i)),  h = (m-1) r,  i = floor h     as numpy's default
//
// entry(i, value) says whether entry i counts and gives its value, the same at every call. All threads of the block call, with
// the same arguments, and get the same result.
#pragma once

#include "kernels/block_reduce.h"
#include "kernels/row_selection.h"

namespace gibbs::kernels {

struct DigitSums {
  int64_t digits[4];
};
GIBBS_DEVICE DigitSums merge(const DigitSums& a, const DigitSums& b) {
  return {{a.digits[0] + b.digits[0], a.digits[1] + b.digits[1], a.digits[2] + b.digits[2], a.digits[3] + b.digits[3]}};
}

// f(S&, value) over the entries of the block's threads that count.
template <class S, class R, class F, class E>
GIBBS_DEVICE S reduce_entries(int64_t n, E entry, F f, S identity = S{}) {
  S own = identity;
  GIBBS_UNROLL_BY(1)
  for (int64_t i = thread_index(); i < n; i += block_size()) {
    R value;
    if (entry(i, value)) f(own, value);
  }
  return block_reduce(own, identity);
}

// The entry of rank (0: the least) in order of value, 0 <= rank < the number of entries that count, none of them NaN.
template <class R, class E>
GIBBS_DEVICE R order_statistic(int64_t n, int64_t rank, E entry) {
  using U = OrdinalOf<R>;
  constexpr int bits = int(sizeof(U)) * 8;
  U prefix = 0;
  GIBBS_UNROLL_BY(1)
  for (int shift = bits - 2; shift >= 0; shift -= 2) {
    const U above = shift + 2 < bits ? U(prefix >> (shift + 2)) : U(0);
    const auto sums = reduce_entries<DigitSums, R>(n, entry, [&](DigitSums& s, R value) GIBBS_INLINE {
      const U o = unsigned_ordinal(value);
      const bool shares = shift + 2 >= bits || U(o >> (shift + 2)) == above;
      const unsigned digit = unsigned(o >> shift) & 3u;
      GIBBS_UNROLL
      for (unsigned d = 0; d < 4; ++d) s.digits[d] += shares && digit == d;
    });
    unsigned digit = 0;
    GIBBS_UNROLL
    for (unsigned d = 0; d < 3; ++d) {
      if (digit == d && rank >= sums.digits[d]) {
        rank -= sums.digits[d];
        digit = d + 1;
      }
    }
    prefix |= U(digit) << shift;
  }
  return from_unsigned_ordinal(prefix);
}

template <class R>
struct NextAbove {
  int64_t up_to;  // entries that are not above
  R least;        // of those above
};
template <class R>
GIBBS_DEVICE NextAbove<R> merge(const NextAbove<R>& a, const NextAbove<R>& b) {
  return {a.up_to + b.up_to, a.least < b.least ? a.least : b.least};
}

// a + t (b - a) from the nearer end: it stays within [a, b], and is a where they are equal, infinities included.
GIBBS_DEVICE double between(double a, double b, double t) {
  return a == b ? a : t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

// The quantile r in [0, 1] of the counted entries that count, none of them NaN; counted > 0.
template <class R, class E>
GIBBS_DEVICE double quantile(int64_t n, int64_t counted, double r, E entry) {
  const double place = double(counted - 1) * r;
  const int64_t rank = int64_t(place);
  const R low = order_statistic<R>(n, rank, entry);
  if (double(rank) == place) return double(low);
  const auto next = reduce_entries<NextAbove<R>, R>(
      n, entry,
      [&](NextAbove<R>& s, R value) GIBBS_INLINE {
        if (!(value > low)) {
          s.up_to += 1;
        } else if (value < s.least) {
          s.least = value;
        }
      },
      NextAbove<R>{0, Limits<R>::infinity()});
  return between(double(low), double(next.up_to > rank + 1 ? low : next.least), place - double(rank));
}

}  // namespace gibbs::kernels
