// The k largest of a row's keys, ties to the lower index: the cut (key, index) with  kept = key > cut.key, or key = cut.key and
// index <= cut.index. Radix selection, two bits of the key's ordinal at a time, then bits of the index where the last key is
// shared by more entries than are wanted. No sort, no atomics, and as many passes whatever the data.
#pragma once

#include "kernels/row_scan.h"
#include "kernels/threshold_root.h"

namespace gibbs::kernels {

// Ordinals without sign, in the order of the keys. -0 counts as 0; a positive NaN lies above infinity.
GIBBS_DEVICE uint32_t unsigned_ordinal(float x) { return uint32_t(ordinal(x == 0 ? 0.0f : x)) ^ 0x80000000u; }
GIBBS_DEVICE uint64_t unsigned_ordinal(double x) { return uint64_t(ordinal(x == 0 ? 0.0 : x)) ^ (uint64_t(1) << 63); }
GIBBS_DEVICE float from_unsigned_ordinal(uint32_t o) { return from_ordinal(int32_t(o ^ 0x80000000u)); }
GIBBS_DEVICE double from_unsigned_ordinal(uint64_t o) { return from_ordinal(int64_t(o ^ (uint64_t(1) << 63))); }

template <class R>
using OrdinalOf = decltype(unsigned_ordinal(R(0)));

template <class R>
struct Selection {
  OrdinalOf<R> key;  // the least kept
  int32_t index;     // the last kept of that key
};

struct DigitCounts {
  int32_t least, second, third, largest;
};
GIBBS_DEVICE DigitCounts merge(DigitCounts a, DigitCounts b) {
  return {a.least + b.least, a.second + b.second, a.third + b.third, a.largest + b.largest};
}

// The least index up to which wanted entries match; 1 <= wanted <= their count.
template <class T, class F>
GIBBS_DEVICE int32_t index_of_match(const RowScope& scope, const RowSource<T>& source, int32_t wanted, F matches) {
  int32_t low = 0, high = scope.columns - 1;
  GIBBS_UNROLL_BY(1)
  while (low < high) {
    const int32_t mid = low + (high - low) / 2;
    const auto up_to = scope.reduce<Count, T>([&](Count& c, PackPlace at) GIBBS_INLINE {
      const Pack<T> pack = source.at(at, scope.columns);
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) c.value += e < at.count && at.index + e <= mid && matches(pack.get(e));
    });
    if (up_to.value >= wanted) {
      high = mid;
    } else {
      low = mid + 1;
    }
  }
  return low;
}

// key(x_j): the entry's key in the arithmetic type. 1 <= count <= columns.
template <class T, class F>
GIBBS_DEVICE Selection<Real<T>> select_largest(const RowScope& scope, const RowSource<T>& source, int32_t count, F key) {
  using R = Real<T>;
  using U = OrdinalOf<R>;
  U prefix = 0;
  int32_t wanted = count, sharing = scope.columns;
  GIBBS_UNROLL_BY(1)
  for (int shift = int(sizeof(U)) * 8 - 2; shift >= 0; shift -= 2) {
    const U above_digit = shift + 2 < int(sizeof(U)) * 8 ? U(prefix >> (shift + 2)) : U(0);
    const auto digits = scope.reduce<DigitCounts, T>([&](DigitCounts& c, PackPlace at) GIBBS_INLINE {
      const Pack<T> pack = source.at(at, scope.columns);
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        const U o = unsigned_ordinal(R(key(to_real(pack.get(e)))));
        const bool shares = e < at.count && (shift + 2 >= int(sizeof(U)) * 8 || U(o >> (shift + 2)) == above_digit);
        const unsigned digit = unsigned(o >> shift) & 3u;
        c.least += shares && digit == 0;
        c.second += shares && digit == 1;
        c.third += shares && digit == 2;
        c.largest += shares && digit == 3;
      }
    });
    unsigned digit = 3;
    sharing = digits.largest;
    if (wanted > sharing) {
      wanted -= sharing;
      digit = 2;
      sharing = digits.third;
    }
    if (digit == 2 && wanted > sharing) {
      wanted -= sharing;
      digit = 1;
      sharing = digits.second;
    }
    if (digit == 1 && wanted > sharing) {
      wanted -= sharing;
      digit = 0;
      sharing = digits.least;
    }
    prefix |= U(digit) << shift;
  }
  if (wanted == sharing) return {prefix, scope.columns - 1};
  return {prefix, index_of_match(scope, source, wanted,
                                 [&](T x) GIBBS_INLINE { return unsigned_ordinal(R(key(to_real(x)))) == prefix; })};
}

template <class R>
GIBBS_DEVICE bool selected(const Selection<R>& cut, R key, int32_t index) {
  const OrdinalOf<R> o = unsigned_ordinal(key);
  return o > cut.key || (o == cut.key && index <= cut.index);
}

}  // namespace gibbs::kernels
