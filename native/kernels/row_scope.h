// A row as a warp or a block works on it: passes over its elements, with reductions in a fixed tree and the row's data kept in
// shared memory between them, or read again where it does not fit.
//
//   tree   the row is cut into segments of 4 KiB; segment i belongs to slot i mod 32; lane l of a slot takes its packs in
//          order of index; lanes merge in a butterfly, then slots do. Keyed by element index alone: warps, residency and
//          alignment do not matter, so every regime gives the same bits.
//
// A lane reads back only packs that it kept itself, and a reduction ends with a barrier: nothing more lies between two rows.
//
// An S to reduce is plain data of 32-bit words with an identity, S{} where none is given, and a merge(S, S) found by its name.
#pragma once

#include "device/segment.h"
#include "device/wide.h"
#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// Elements [index, index + count) of the row, the pack'th pack of the scope.
struct PackPlace {
  int32_t index, pack;
  int count;
};

// Which of the calling lane's packs still matter, a bit for each or for a few: a pass that leaves out the others adds the same
// terms in the same order.
struct PackMarks {
  uint32_t bits;
  int32_t packs_per_bit;
};

template <class S>
GIBBS_DEVICE S shuffle_words(const S& s, unsigned mask) {
  static_assert(sizeof(S) % 4 == 0, "whole words");
  S other = s;
  uint32_t words[sizeof(S) / 4];
#if defined(__NVCC__)
  memcpy(words, &s, sizeof(S));
#else
  __builtin_memcpy(words, &s, sizeof(S));
#endif
  GIBBS_UNROLL
  for (unsigned i = 0; i < sizeof(S) / 4; ++i) words[i] = shuffle_xor(words[i], mask);
#if defined(__NVCC__)
  memcpy(&other, words, sizeof(S));
#else
  __builtin_memcpy(&other, words, sizeof(S));
#endif
  return other;
}

template <class S>
GIBBS_DEVICE S lanes_merge(S s) {
  GIBBS_UNROLL_BY(1)
  for (unsigned o = 1; o < kWarp; o *= 2) {
    const S other = shuffle_words(s, o);
    // The lower lane first, on both sides: the same bits whatever merge does with its order.
    s = (lane_index() & o) == 0 ? merge(s, other) : merge(other, s);
  }
  return s;
}

class RowScope {
 public:
  // The warp's or the block's scope by geometry; shared memory after the kept rows is the exchange of reductions.
  GIBBS_DEVICE RowScope(const ScopeGeometry& g, int32_t row_columns)
      : columns(row_columns),
        segments(g.segments),
        warps_(g.block_per_row ? int32_t(block_size() / kWarp) : 1),
        warp_(g.block_per_row ? int32_t(warp_index()) : 0),
        block_(g.block_per_row != 0),
        keeps_(g.keeps != 0) {}

  // First row of this scope, and rows from it to its next.
  GIBBS_DEVICE int64_t first() const {
    return block_ ? int64_t(block_index()) : int64_t(block_index()) * (block_size() / kWarp) + warp_index();
  }
  GIBBS_DEVICE int64_t stride() const { return block_ ? int64_t(grid_size()) : int64_t(grid_size()) * (block_size() / kWarp); }
  GIBBS_DEVICE bool leader() const { return block_ ? thread_index() == 0 : lane_index() == 0; }
  // Where the which'th row of this scope is kept: rows of the warps of a block lie side by side. Null where it is read again.
  template <class T>
  GIBBS_DEVICE Pack<T>* kept(int which) const {
    if (!keeps_) return nullptr;
    const int side = block_ ? which : int(warp_index()) + which * int(block_size() / kWarp);
    return reinterpret_cast<Pack<T>*>(shared_memory() + kExchangeBytes + int64_t(side) * segments * kSegmentBytes);
  }

  // f(segment) for every segment of this warp, slot by slot; end_slot(slot) after each slot.
  template <class F, class E>
  GIBBS_DEVICE void each_segment(F f, E end_slot) const {
    GIBBS_UNROLL_BY(1)
    for (int32_t slot = warp_; slot < kSlots && slot < segments; slot += warps_) {
      GIBBS_UNROLL_BY(1)
      for (int32_t i = slot; i < segments; i += kSlots) f(i);
      end_slot(slot);
    }
  }

  // f(place) for the calling lane's packs of a segment, in order of index. T: the storage type that packs are of.
  template <class T, class F>
  GIBBS_DEVICE void each_pack(int32_t segment, F f) const {
    GIBBS_UNROLL_BY(1)
    for (int k = 0; k < kPacks; ++k) {
      const PackPlace at = place<T>(segment, k);
      if (at.count > 0) f(at);
    }
  }
  // The calling lane's k'th pack of a segment; count is 0 or less behind the row's end.
  template <class T>
  GIBBS_DEVICE PackPlace place(int32_t segment, int k) const {
    const int32_t index = segment * kSegment<T> + k * kStep<T> + int32_t(lane_index()) * Pack<T>::size;
    const int32_t left = columns - index;
    return {index, segment * kPacks + k, left < Pack<T>::size ? int(left) : Pack<T>::size};
  }

  // f(segment, active) in rounds, neighbouring segments on neighbouring warps; a warp without one is not active but calls f.
  template <class F>
  GIBBS_DEVICE void each_round(F f) const {
    GIBBS_UNROLL_BY(1)
    for (int32_t first = 0; first < segments; first += warps_) f(first + warp_, first + warp_ < segments);
  }
  // In a round: base and the values of the warps before this one; base grows by all of them. counts: of shared memory.
  GIBBS_DEVICE int64_t warps_before(int32_t* counts, int32_t value, int64_t& base) const {
    const int64_t begin = base;
    if (!block_) {
      base += value;
      return begin;
    }
    if (lane_index() == 0) counts[warp_] = value;
    block_barrier();
    int32_t before = 0, all = 0;
    for (int32_t w = 0; w < warps_; ++w) {
      if (w < warp_) before += counts[w];
      all += counts[w];
    }
    block_barrier();
    base += all;
    return begin + before;
  }

  // The reduction of f(S&, place) over all packs; every thread of the scope gets it. identity changes nothing it is merged with.
  template <class S, class T, class F>
  GIBBS_DEVICE S reduce(F f, S identity = S{}) const {
    S own = identity;
    return finish<S>(own, identity,
                     [&](int32_t i) GIBBS_INLINE { each_pack<T>(i, [&](PackPlace at) GIBBS_INLINE { f(own, at); }); });
  }

  // The same over marked packs; all are marked at first, and with marks_again those stay marked for which f says true.
  template <class S, class T, class F>
  GIBBS_DEVICE S reduce_marked(PackMarks& marks, bool marks_again, F f, S identity = S{}) const {
    S own = identity;
    int32_t pack = 0;
    uint32_t again = 0;
    const S result = finish<S>(own, identity, [&](int32_t i) GIBBS_INLINE {
      GIBBS_UNROLL_BY(1)
      for (int k = 0; k < kPacks; ++k, ++pack) {
        const uint32_t bit = 1u << (pack / marks.packs_per_bit);
        if ((marks.bits & bit) == 0) continue;
        const PackPlace at = place<T>(i, k);
        if (at.count > 0 && f(own, at)) again |= bit;
      }
    });
    if (marks_again) marks.bits = again;
    return result;
  }
  GIBBS_DEVICE PackMarks all_packs() const {
    const int32_t own = ((segments + warps_ - 1) / warps_) * kPacks;
    return {0xffffffffu, (own + 31) / 32};
  }

  // The same, f(S&, segment) over segments.
  template <class F, class S>
  GIBBS_DEVICE S reduce_segments(F f, S identity) const {
    S own = identity;
    return finish<S>(own, identity, [&](int32_t i) GIBBS_INLINE { f(own, i); });
  }

  const int32_t columns, segments;

 private:
  template <class S, class F>
  GIBBS_DEVICE S finish(S& own, S identity, F segment) const {
    static_assert(sizeof(S) * kSlots <= kExchangeBytes, "slots fit the exchange");
    S* exchange = reinterpret_cast<S*>(shared_memory());
    S result = identity;
    each_segment(segment, [&](int32_t slot) GIBBS_INLINE {
      result = lanes_merge(own);
      own = identity;
      if (block_ && lane_index() == 0) exchange[slot] = result;
    });
    if (!block_) return result;  // one segment, one slot
    block_barrier();
    S mine = identity;
    if (int32_t(lane_index()) < segments) mine = exchange[lane_index()];
    result = lanes_merge(mine);
    block_barrier();  // the next reduction writes where slow warps may still be reading
    return result;
  }

  const int32_t warps_, warp_;
  const bool block_;
  const bool keeps_;
};

// The data of a row in a scope: packs by place, from shared memory once they are kept.
template <class T>
struct RowSource {
  const T* row;
  Pack<T>* kept;  // null: read again

  GIBBS_DEVICE Pack<T> at(PackPlace place, int32_t columns) const {
    if (kept != nullptr) return kept[place.pack * int(kWarp) + int(lane_index())];
    const int32_t begin = place.index / kSegment<T> * kSegment<T>;
    const int32_t left = columns - begin;
    return load_pack(row + begin, left < kSegment<T> ? int(left) : int(kSegment<T>), place.index - begin,
                     From<T>::real(Real<T>(0)));
  }

  // The element of index j, one of the calling lane's own.
  GIBBS_DEVICE T element(int32_t j) const {
    if (kept == nullptr) return row[j];
    const int32_t pack = j / kSegment<T> * kPacks + j % kSegment<T> / kStep<T>;
    return kept[pack * int(kWarp) + int(lane_index())].at(j % Pack<T>::size);
  }

  // Loads a segment, keeps it where the row is kept, and hands the lane's packs to f(pack, place): the first pass over a row.
  template <class F>
  GIBBS_DEVICE void first(const RowScope& scope, int32_t segment, F f) const {
    const int32_t begin = segment * kSegment<T>, left = scope.columns - begin;
    Pack<T> packs[kPacks];
    load_segment(packs, row + begin, left < kSegment<T> ? int(left) : int(kSegment<T>), From<T>::real(Real<T>(0)));
    GIBBS_UNROLL
    for (int k = 0; k < kPacks; ++k) {
      const int32_t index = begin + k * kStep<T> + int32_t(lane_index()) * Pack<T>::size;
      const int32_t rest = scope.columns - index;
      if (kept != nullptr) kept[(segment * kPacks + k) * int(kWarp) + int(lane_index())] = packs[k];
      if (rest > 0) f(packs[k], PackPlace{index, segment * kPacks + k, rest < Pack<T>::size ? int(rest) : Pack<T>::size});
    }
  }
  GIBBS_DEVICE void keep(const RowScope& scope) const {
    if (kept != nullptr)
      scope.each_segment([&](int32_t i) GIBBS_INLINE { first(scope, i, [](const Pack<T>&, PackPlace) GIBBS_INLINE {}); },
                         [](int32_t) GIBBS_INLINE {});
  }
};

// destination_j = f(x_j, j) for every element; each thread writes what it kept, so no barrier is needed before.
template <class T, class F>
GIBBS_DEVICE void map_row(const RowScope& scope, const RowSource<T>& source, T* destination, F f) {
  const auto mapped = [&](PackPlace place) GIBBS_INLINE {
    Pack<T> pack = source.at(place, scope.columns);
    GIBBS_UNROLL
    for (int e = 0; e < Pack<T>::size; ++e) {
      if (e < place.count) pack.set(e, f(pack.get(e), place.index + e));
    }
    return pack;
  };
  scope.each_segment(
      [&](int32_t segment) GIBBS_INLINE {
        const int32_t begin = segment * kSegment<T>, left = scope.columns - begin;
        const int count = left < kSegment<T> ? int(left) : int(kSegment<T>);
        if (source.kept == nullptr) {
          scope.each_pack<T>(
              segment, [&](PackPlace at) GIBBS_INLINE { store_pack(destination + begin, count, at.index - begin, mapped(at)); });
          return;
        }
        scope.each_pack<T>(
            segment, [&](PackPlace at) GIBBS_INLINE { source.kept[at.pack * int(kWarp) + int(lane_index())] = mapped(at); });
        Pack<T> packs[kPacks];
        GIBBS_UNROLL
        for (int k = 0; k < kPacks; ++k) packs[k] = source.kept[(segment * kPacks + k) * int(kWarp) + int(lane_index())];
        store_segment(destination + begin, count, packs);
      },
      [](int32_t) GIBBS_INLINE {});
}

// A count to reduce.
struct Count {
  int32_t value;
};
GIBBS_DEVICE Count merge(Count a, Count b) { return {a.value + b.value}; }

}  // namespace gibbs::kernels
