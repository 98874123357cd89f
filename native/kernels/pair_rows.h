// The two kernels that every operation over pairs is made of.
//
//   sums      S: channels, totals, Terms; clear(t); add(terms, tile, squares, a, t): the pairs of patch row a into t; merge(t, o)
//   gradient  W: channels, terms, Terms; channel_of(term): whose points the differences are of; weight(term, terms, tile,
//   squares,
//             a, b)
//
// A row's partial sums are in fp64, tile after tile in order; splits are merged in order too.
#pragma once

#include "kernels/pair_tile.h"

namespace gibbs::kernels {

// f(tile, row tile's split, whether it is the split's first) for every tile of this block, in order; begin and end for every
// split.
template <class R, class B, class F, class E>
GIBBS_DEVICE void each_pair_tile(const PairGrid& g, B begin, F f, E end) {
  const int64_t row_tiles = (g.rows + kPairTile - 1) / kPairTile, column_tiles = (g.columns + kPairTile - 1) / kPairTile;
  GIBBS_UNROLL_BY(1)
  for (int64_t item = block_index(); item < row_tiles * g.splits; item += grid_size()) {
    PairTile<R> tile = {item / g.splits * kPairTile, 0, g.rows, g.columns};
    const int64_t split = item % g.splits, first = split * g.tiles;
    const int64_t last = first + g.tiles < column_tiles ? first + g.tiles : column_tiles;
    begin();
    GIBBS_UNROLL_BY(1)
    for (int64_t t = first; t < last; ++t) {
      tile.column0 = t * kPairTile;
      f(tile, split, t == first);
    }
    end(tile, split);
  }
}

template <class R, class S>
GIBBS_DEVICE void pair_sums(const PairParameters<typename S::Terms>& p) {
  double totals[kPairPatch][S::totals];
  each_pair_tile<R>(
      p.grid,
      [&]() GIBBS_INLINE {
        GIBBS_UNROLL
        for (int a = 0; a < kPairPatch; ++a) S::clear(totals[a]);
      },
      [&](const PairTile<R>& tile, int64_t, bool) GIBBS_INLINE {
        R squares[S::channels][kPairPatch][kPairPatch];
        GIBBS_UNROLL
        for (int c = 0; c < S::channels; ++c) tile.squares(p.left[c], p.right[c], squares[c]);
        GIBBS_UNROLL
        for (int a = 0; a < kPairPatch; ++a) S::add(p.terms, tile, squares, a, totals[a]);
      },
      [&](const PairTile<R>& tile, int64_t split) GIBBS_INLINE {
        GIBBS_UNROLL
        for (int a = 0; a < kPairPatch; ++a) {
          if (!tile.leads_rows() || tile.row(a) >= tile.rows) continue;
          double* const own = p.partials + (split * tile.rows + tile.row(a)) * S::totals;
          GIBBS_UNROLL
          for (int s = 0; s < S::totals; ++s) own[s] = totals[a][s];
        }
      });
}

template <class R, class W>
GIBBS_DEVICE void pair_gradient(const PairParameters<typename W::Terms>& p) {
  each_pair_tile<R>(
      p.grid, []() GIBBS_INLINE {},
      [&](const PairTile<R>& tile, int64_t split, bool first) GIBBS_INLINE {
        R squares[W::channels][kPairPatch][kPairPatch];
        GIBBS_UNROLL
        for (int c = 0; c < W::channels; ++c) tile.squares(p.left[c], p.right[c], squares[c]);
        GIBBS_UNROLL
        for (int term = 0; term < W::terms; ++term) {
          block_barrier();  // the contraction before may still read its weights
          GIBBS_UNROLL
          for (int a = 0; a < kPairPatch; ++a) {
            GIBBS_UNROLL
            for (int b = 0; b < kPairPatch; ++b) {
              const bool pair = tile.inside(b) && tile.row(a) < tile.rows;
              tile.weights()[tile.patch_row(a) * tile.weight_pitch + tile.patch_column(b)] =
                  pair ? W::weight(term, p.terms, tile, squares, a, b) : R(0);
            }
          }
          const int channel = W::channel_of(term);
          const PointSet& left = p.left[channel];
          tile.contract(left, p.right[channel], p.partials + split * tile.rows * left.dimensions, !first || term > 0);
        }
      },
      [](const PairTile<R>&, int64_t) GIBBS_INLINE {});
}

// A thread per row.
template <class S>
GIBBS_DEVICE void pair_merge(const PairMergeParameters& p) {
  for (int64_t i = int64_t(block_index()) * block_size() + thread_index(); i < p.rows; i += int64_t(grid_size()) * block_size()) {
    double totals[S::totals], other[S::totals];
    GIBBS_UNROLL
    for (int s = 0; s < S::totals; ++s) totals[s] = p.partials[i * S::totals + s];
    GIBBS_UNROLL_BY(1)
    for (int32_t split = 1; split < p.splits; ++split) {
      GIBBS_UNROLL
      for (int s = 0; s < S::totals; ++s) other[s] = p.partials[(split * p.rows + i) * S::totals + s];
      S::merge(totals, other);
    }
    GIBBS_UNROLL
    for (int s = 0; s < S::totals; ++s) p.totals[i * S::totals + s] = totals[s];
  }
}

// A thread per coordinate.
GIBBS_DEVICE void pair_store(const PairStoreParameters& p) {
  const int64_t entries = p.rows * p.dimensions;
  for (int64_t i = int64_t(block_index()) * block_size() + thread_index(); i < entries;
       i += int64_t(grid_size()) * block_size()) {
    double sum = 0;
    GIBBS_UNROLL_BY(1)
    for (int32_t split = 0; split < p.splits; ++split) sum += p.partials[split * entries + i];
    if (p.adds) sum = p.carry[i] + sum;
    if (p.destination != nullptr) {
      store_coordinate(p.destination, p.type, i / p.dimensions * p.stride + i % p.dimensions, sum);
    } else {
      p.carry[i] = sum;
    }
  }
}

}  // namespace gibbs::kernels
