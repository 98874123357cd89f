// Sums of aligned stretches of a row, in order: the sum of [k 2^h, (k + 1) 2^h), h >= 1, lies at the stretch's middle, so that
// the tree of a row takes as many entries as the row, and a tile's tree is a stretch of the row's. Only whole stretches have a
// sum. Entries themselves (h = 0) are the caller's.
#pragma once

#include "device/platform.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// Where the sum of the 2^h entries from begin on lies, h >= 1.
GIBBS_DEVICE int64_t tree_place(int64_t begin, int h) { return begin + (int64_t(1) << (h - 1)); }

// take(h, begin) for stretches leftwards from border, a multiple of 2^level, as long as inside(first entry of the next stretch)
// holds: inside must hold from some entry of [begin, border) on. Returns the first entry taken.
template <class Inside, class Take>
GIBBS_DEVICE int32_t fold_left(int level, int32_t begin, int32_t border, Inside inside, Take take) {
  int32_t place = border;
  GIBBS_UNROLL_BY(1)
  for (int h = level; h >= 0; --h) {
    const int64_t next = int64_t(place) - (int64_t(1) << h);
    if (next >= begin && inside(int32_t(next))) {
      place = int32_t(next);
      take(h, place);
    }
  }
  return place;
}

// The same rightwards, inside(last entry of the next stretch) up to some entry of [border, end). Returns the entry behind the
// last taken.
template <class Inside, class Take>
GIBBS_DEVICE int32_t fold_right(int level, int32_t border, int32_t end, Inside inside, Take take) {
  int32_t place = border;
  GIBBS_UNROLL_BY(1)
  for (int h = level; h >= 0; --h) {
    const int64_t next = int64_t(place) + (int64_t(1) << h);
    if (next <= end && inside(int32_t(next - 1))) {
      take(h, place);
      place = int32_t(next);
    }
  }
  return place;
}

// take(h, begin) for the stretches that [begin, end) is made of, from left to right.
template <class Take>
GIBBS_DEVICE void fold_range(int32_t begin, int32_t end, Take take) {
  int h = 0;
  for (int64_t place = begin; place < end; place += int64_t(1) << h) {
    while ((place & ((int64_t(2) << h) - 1)) == 0 && place + (int64_t(2) << h) <= end) ++h;
    while (place + (int64_t(1) << h) > end) --h;
    take(h, int32_t(place));
  }
}

}  // namespace gibbs::kernels
