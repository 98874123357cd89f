// Tiles of pairs of points: squared distances from differences of coordinates, never from a Gram expansion, whose cancellation
// would cost near pairs their digits; and the contraction of weights with differences, g_i = sum_j w_ij (x_i - y_j).
//
//   thread t of a block holds the pairs of rows t / 16 + 16 a and columns t % 16 + 16 b, a and b below 4: sums over a row are
//   sums over b, then a butterfly of 16 lanes, and every lane has them
//
// All threads of a block call together. Coordinates of any storage type are staged as reals. What lies behind the last point is 0
// and must be left out by the caller; inside(column) says so.
#pragma once

#include "device/reduce.h"
#include "gibbs/types.h"
#include "kernels/pair_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

template <class R>
GIBBS_DEVICE R load_coordinate(const PointSet& s, int64_t row, int32_t k) {
  const int64_t at = row * s.stride + k;
  if constexpr (sizeof(R) == 8) {
    return static_cast<const double*>(s.points)[at];
  } else {
    if (s.type == GIBBS_FLOAT32) return static_cast<const float*>(s.points)[at];
    if (s.type == GIBBS_FLOAT16) return to_real(static_cast<const float16*>(s.points)[at]);
    return to_real(static_cast<const bfloat16*>(s.points)[at]);
  }
}

GIBBS_DEVICE void store_coordinate(void* points, int32_t type, int64_t at, double value) {
  if (type == GIBBS_FLOAT64) {
    static_cast<double*>(points)[at] = value;
  } else if (type == GIBBS_FLOAT32) {
    static_cast<float*>(points)[at] = float(value);
  } else if (type == GIBBS_FLOAT16) {
    static_cast<float16*>(points)[at] = to_float16(float(value));
  } else {
    static_cast<bfloat16*>(points)[at] = to_bfloat16(float(value));
  }
}

template <class R>
struct PairTile {
  static constexpr int depth = pair_depth(sizeof(R)), pitch = depth + 1, weight_pitch = kPairTile + 1;
  int64_t row0, column0, rows, columns;

  static GIBBS_DEVICE R* left() { return reinterpret_cast<R*>(shared_memory()); }
  static GIBBS_DEVICE R* right() { return left() + kPairTile * pitch; }
  static GIBBS_DEVICE R* weights() { return right() + kPairTile * pitch; }

  static GIBBS_DEVICE int patch_row(int a) { return int(thread_index()) / kPairSide + kPairSide * a; }
  static GIBBS_DEVICE int patch_column(int b) { return int(thread_index()) % kPairSide + kPairSide * b; }
  static GIBBS_DEVICE bool leads_rows() { return thread_index() % kPairSide == 0; }
  GIBBS_DEVICE int64_t row(int a) const { return row0 + patch_row(a); }
  GIBBS_DEVICE int64_t column(int b) const { return column0 + patch_column(b); }
  // The same, or the last: where an array may be read whatever the point.
  GIBBS_DEVICE int64_t known_row(int a) const { return row(a) < rows ? row(a) : rows - 1; }
  GIBBS_DEVICE int64_t known_column(int b) const { return column(b) < columns ? column(b) : columns - 1; }
  GIBBS_DEVICE bool inside(int b) const { return column(b) < columns; }

  // depth coordinates from k0 on of kPairTile points from first on; neighbouring threads, neighbouring coordinates.
  static GIBBS_DEVICE void stage(const PointSet& s, int64_t first, int32_t k0, R* tile) {
    GIBBS_UNROLL
    for (int n = 0; n < kPairTile * depth / kPairThreads; ++n) {
      const int e = n * kPairThreads + int(thread_index()), k = e % depth, r = e / depth;
      tile[r * pitch + k] = first + r < s.count && k0 + k < s.dimensions ? load_coordinate<R>(s, first + r, k0 + k) : R(0);
    }
  }

  GIBBS_DEVICE void squares(const PointSet& x, const PointSet& y, R (&result)[kPairPatch][kPairPatch]) const {
    R *const xs = left(), *const ys = right();
    GIBBS_UNROLL
    for (int a = 0; a < kPairPatch; ++a) {
      GIBBS_UNROLL
      for (int b = 0; b < kPairPatch; ++b) result[a][b] = 0;
    }
    GIBBS_UNROLL_BY(1)
    for (int32_t k0 = 0; k0 < x.dimensions; k0 += depth) {
      block_barrier();  // others may still read what waits there
      stage(x, row0, k0, xs);
      stage(y, column0, k0, ys);
      block_barrier();
      const int count = x.dimensions - k0 < depth ? x.dimensions - k0 : depth;
      R part[kPairPatch][kPairPatch] = {};
      GIBBS_UNROLL_BY(1)
      for (int k = 0; k < count; ++k) {
        R u[kPairPatch], v[kPairPatch];
        GIBBS_UNROLL
        for (int a = 0; a < kPairPatch; ++a) u[a] = xs[patch_row(a) * pitch + k];
        GIBBS_UNROLL
        for (int b = 0; b < kPairPatch; ++b) v[b] = ys[patch_column(b) * pitch + k];
        GIBBS_UNROLL
        for (int a = 0; a < kPairPatch; ++a) {
          GIBBS_UNROLL
          for (int b = 0; b < kPairPatch; ++b) part[a][b] = fma(u[a] - v[b], u[a] - v[b], part[a][b]);
        }
      }
      GIBBS_UNROLL
      for (int a = 0; a < kPairPatch; ++a) {
        GIBBS_UNROLL
        for (int b = 0; b < kPairPatch; ++b) result[a][b] = result[a][b] + part[a][b];
      }
    }
  }

  // sums [rows, dimensions], of the block's own rows: set to, or with add increased by, the tile's weighted differences. The
  // weights have been put, each thread those of its patch, and 0 for pairs that are none.
  GIBBS_DEVICE void contract(const PointSet& x, const PointSet& y, double* sums, bool add) const {
    constexpr int row_step = kPairThreads / depth, own = kPairTile / row_step;
    R *const xs = left(), *const ys = right(), *const w = weights();
    const int k = int(thread_index()) % depth, first = int(thread_index()) / depth;
    const int count = columns - column0 < kPairTile ? int(columns - column0) : kPairTile;
    GIBBS_UNROLL_BY(1)
    for (int32_t k0 = 0; k0 < x.dimensions; k0 += depth) {
      block_barrier();
      stage(x, row0, k0, xs);
      stage(y, column0, k0, ys);
      block_barrier();
      R u[own], g[own] = {};
      GIBBS_UNROLL
      for (int a = 0; a < own; ++a) u[a] = xs[(first + row_step * a) * pitch + k];
      GIBBS_UNROLL_BY(1)
      for (int j = 0; j < count; ++j) {
        const R v = ys[j * pitch + k];
        GIBBS_UNROLL
        for (int a = 0; a < own; ++a) g[a] = fma(w[(first + row_step * a) * weight_pitch + j], u[a] - v, g[a]);
      }
      GIBBS_UNROLL
      for (int a = 0; a < own; ++a) {
        const int64_t i = row0 + first + row_step * a;
        if (i >= rows || k0 + k >= x.dimensions) continue;
        double* const sum = sums + i * x.dimensions + k0 + k;
        *sum = add ? *sum + double(g[a]) : double(g[a]);
      }
    }
  }
};

}  // namespace gibbs::kernels
