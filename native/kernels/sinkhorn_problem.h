// A Sinkhorn problem as its team sees it. Potentials are in base-2 units of eps, F = f / (eps ln 2), relative to a (x) b:
//
//   P_ij = a_i b_j 2^(F_i + G_j - s (C_ij - C0)),   s = 1 / (eps ln 2)
//
// finite at zero mass too. Arrays over columns are padded to whole quads, with weight 0. What fits a block's shared memory is
// there; the rest, and all that the blocks of a grid share, is in the workspace.
#pragma once

#include "kernels/sinkhorn_tiles.h"
#include "kernels/team.h"

namespace gibbs::kernels {

constexpr double kSinkhornLn2 = 0.693147180559945309417232;

// Sums over rows, or columns, of a state. The place of each among the doubles that are reduced together; those from kLargest on
// are maxima.
enum SinkhornValue : int { kError, kDual, kMass, kRelaxed, kDivergence, kLargest, kFlag, kSinkhornValueCount };
struct SinkhornValues {
  double v[kSinkhornValueCount];
};
constexpr double kFlagRestarts = 1, kFlagInfeasible = 2, kFlagNonFinite = 3;  // of kFlag; the greater one counts

// Memory in pieces: shared as long as there is room, then the workspace.
class SinkhornArena {
 public:
  GIBBS_DEVICE SinkhornArena(unsigned char* shared, int64_t shared_bytes, unsigned char* global)
      : shared_(shared), left_(shared_bytes), global_(global) {}
  template <class V>
  GIBBS_DEVICE V* take(int64_t count) {
    V* const piece = take_shared<V>(count);
    if (piece != nullptr) return piece;
    unsigned char* const next = global_;
    global_ += (count * int64_t(sizeof(V)) + 255) / 256 * 256;
    return reinterpret_cast<V*>(next);
  }
  template <class V>
  GIBBS_DEVICE V* take_shared(int64_t count) {
    const int64_t bytes = (count * int64_t(sizeof(V)) + 15) / 16 * 16;
    if (bytes > left_) return nullptr;
    unsigned char* const next = shared_;
    shared_ += bytes;
    left_ -= bytes;
    return reinterpret_cast<V*>(next);
  }

 private:
  unsigned char* shared_;
  int64_t left_;
  unsigned char* global_;
};

template <class Tiles, bool Grid>
struct SinkhornProblem {
  using R = typename Tiles::R;
  using Storage = typename Tiles::Storage;
  static constexpr bool one_block = !Grid;

  GIBBS_DEVICE SinkhornProblem(Team<Grid>& whose, const Tiles& costs) : team(whose), tiles(costs) {}

  Team<Grid>& team;
  const Tiles tiles;
  int64_t rows = 0;
  int columns = 0, padded = 0;
  int width = 0;           // lanes of a crew
  int64_t chunk_rows = 0;  // the last chunk may have fewer
  int chunks = 0;

  double scale = 0, source_slack = 0, target_slack = 0;  // s; eps / rho, 0 where a marginal is held
  double origin = 0;  // C0, about the least cost: an offset that all costs share would take its digits from the potentials
  double omega = 1;   // of over-relaxation; 1 is none
  bool cold = true;   // F is unknown: rows start from their c-transforms

  R *a = nullptr, *b = nullptr, *f = nullptr, *next_f = nullptr, *g = nullptr;
  R* ratios = nullptr;    // P'1 / b, or a sum that left the range
  R* partials = nullptr;  // column sums of chunks, [chunks, padded]

  // What blocks hand each other; the columns' in two halves.
  double *row_values = nullptr, *plan_values = nullptr, *column_values = nullptr, *block_flags = nullptr;
  int64_t column_tiles = 0;

  R *exponentials = nullptr,
    *column_sums = nullptr;     // of this crew; null where they do not fit: made again, and the chunk's partials
  Storage* kept = nullptr;      // the costs of this block's rows, [rows of its chunks, padded]
  double* reduced = nullptr;    // kSinkhornReduceBytes, which the crews' memory overlaps
  double* warp_sums = nullptr;  // [2][8][kSinkhornGroup], of a crew that is the block
  unsigned turn = 0;

  GIBBS_DEVICE bool wide() const { return width == int(kTeamThreads); }
  GIBBS_DEVICE int crews() const { return int(kTeamThreads) / width; }
  GIBBS_DEVICE int crew() const { return int(thread_index()) / width; }
  GIBBS_DEVICE int lane() const { return int(thread_index()) % width; }

  // f(chunk, first row, rows behind, the chunk's number among this block's).
  template <class F>
  GIBBS_DEVICE void each_chunk(F visit) const {
    int64_t own = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t chunk = team.block(); chunk < chunks; chunk += team.blocks(), ++own) {
      const int64_t first = chunk * chunk_rows, last = first + chunk_rows < rows ? first + chunk_rows : rows;
      visit(chunk, first, last, own);
    }
  }

  // f(SinkhornRows, whether they are this crew's own) in rounds that all crews of a warp, and all warps of a wide crew, take
  // together.
  template <class F>
  GIBBS_DEVICE void each_group(int64_t first, int64_t last, F visit) const {
    const int64_t groups = (last - first + kSinkhornGroup - 1) / kSinkhornGroup;
    GIBBS_UNROLL_BY(1)
    for (int64_t round = 0; round < groups; round += crews()) {
      const int64_t group = round + crew() < groups ? round + crew() : groups - 1;
      const int64_t row = first + group * kSinkhornGroup, left = last - row;
      visit(SinkhornRows{row, left < kSinkhornGroup ? int(left) : kSinkhornGroup}, round + crew() < groups);
    }
  }

  // Costs of a group by a quad of columns, kept or not; padded with +inf.
  GIBBS_DEVICE void tile(const SinkhornRows& rows_of, int64_t own_row, int j, R (&costs)[kSinkhornGroup][4]) const {
    SinkhornQuad<Storage> quads[kSinkhornGroup];
    if (kept != nullptr) {
      GIBBS_UNROLL
      for (int r = 0; r < kSinkhornGroup; ++r)
        quads[r] = load_quad(kept + (own_row + rows_of.row(r) - rows_of.first) * padded + j);
    } else {
      tiles.tile(rows_of, j, quads);
    }
    GIBBS_UNROLL
    for (int r = 0; r < kSinkhornGroup; ++r) {
      GIBBS_UNROLL
      for (int e = 0; e < 4; ++e) costs[r][e] = to_real(quads[r].v[e]);
    }
  }

  // Values of all threads of the block, in a tree by thread; every thread gets them. Warps reduce a value each.
  GIBBS_DEVICE SinkhornValues block_values(const SinkhornValues& own) const {
    static_assert(kSinkhornValueCount <= kSinkhornValues, "a warp for every value");
    double* const sums = reduced + kSinkhornValues * kTeamThreads;
    block_barrier();
    GIBBS_UNROLL
    for (int v = 0; v < kSinkhornValueCount; ++v) reduced[v * kTeamThreads + thread_index()] = own.v[v];
    block_barrier();
    const int v = int(warp_index());
    if (v < kSinkhornValueCount) {
      const double* const mine = reduced + v * kTeamThreads + lane_index();
      double sum = mine[0];
      GIBBS_UNROLL
      for (int w = 1; w < int(kTeamThreads / kWarp); ++w)
        sum = v < kLargest ? sum + mine[w * kWarp] : max_number(sum, mine[w * kWarp]);
      sum = v < kLargest ? lanes_sum(sum) : lanes_max(sum);
      if (lane_index() == 0) sums[v] = sum;
    }
    block_barrier();
    SinkhornValues result;
    GIBBS_UNROLL
    for (int i = 0; i < kSinkhornValueCount; ++i) result.v[i] = sums[i];
    block_barrier();
    return result;
  }

  GIBBS_DEVICE void store_values(double* values, int64_t at, const SinkhornValues& sum) const {
    if (thread_index() != 0) return;
    GIBBS_UNROLL
    for (int v = 0; v < kSinkhornValueCount; ++v) values[at * kSinkhornValues + v] = sum.v[v];
  }
  // What blocks stored, [count], behind a barrier of the team.
  GIBBS_DEVICE SinkhornValues stored_values(const double* values, int64_t count, SinkhornValues own = SinkhornValues{}) const {
    GIBBS_UNROLL_BY(1)
    for (int64_t i = thread_index(); i < count; i += kTeamThreads) {
      GIBBS_UNROLL
      for (int v = 0; v < kSinkhornValueCount; ++v) {
        const double value = values[i * kSinkhornValues + v];
        own.v[v] = v < kLargest ? own.v[v] + value : max_number(own.v[v], value);
      }
    }
    return block_values(own);
  }
};

// P_ij / (a_i b_j): 0 at a cost of +inf, and held below the greatest power of two where potentials are still far off.
template <class R>
GIBBS_DEVICE R plan_density(R exponent) {
  const R highest = sizeof(R) == 8 ? R(1022) : R(126);
  if (exponent > highest) exponent = highest;
  return exponent < -highest ? R(0) : exp2_fast(exponent);
}

// The update of one potential F from the ratio s of its marginal to its mass; kappa = rho / (rho + eps), 1 where the marginal is
// held: F' = F + omega (kappa (F - log2 s) - F). The ratio after it is s 2^(F' - F), and what it should be is 2^(-F' eps / rho).
template <class R>
class PotentialStep {
 public:
  GIBBS_DEVICE PotentialStep(double slack, double omega) : slack_(R(slack)), kappa_(R(1 / (1 + slack))), omega_(R(omega)) {}
  GIBBS_DEVICE R next(R potential, R ratio) const {
    const R step = log2(ratio);
    return slack_ == 0 ? fma(-omega_, step, potential) : fma(omega_, kappa_ * (potential - step) - potential, potential);
  }
  GIBBS_DEVICE R goal(R potential) const { return slack_ == 0 ? R(1) : exp2(-potential * slack_); }
  // The dual's term per mass, in units of eps ln 2: F, or -(2^(-F eps / rho) - 1) rho / (eps ln 2).
  GIBBS_DEVICE R dual(R potential) const {
    const R unit = slack_ * R(kSinkhornLn2);
    return slack_ == 0 ? potential : -expm1(-potential * unit) / unit;
  }
  GIBBS_DEVICE bool relaxed() const { return slack_ != 0; }

 private:
  R slack_, kappa_, omega_;
};

// Beyond these a row's or a column's sum is redone from the c-transform; between them it is exact to its own rounding.
GIBBS_DEVICE bool within_range(double sum) { return sum >= 1e-30 && sum <= 1e30; }

}  // namespace gibbs::kernels
