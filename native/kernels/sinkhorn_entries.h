// The largest entries of a plan relative to sqrt(a_i b_j), and the largest of every row, by rows and by columns. With
//
//   e_ij = F_i + G_j - s (C_ij - C0) + log2(a_i b_j) / 2,   P_ij = sqrt(a_i b_j) 2^e_ij
//
// the least e that is kept is found in eighths of an octave, by counts of eight candidates at a time: integers, whose sums do not
// depend on their order. No exponentials but those of what is kept.
#pragma once

#include "kernels/sinkhorn_problem.h"

namespace gibbs::kernels {

constexpr int kEntryCandidates = 8;
constexpr double kLowestEntry = -60, kEntryBins = 512, kBinsPerOctave = 8;

struct EntryCounts {
  double v[kEntryCandidates];
};
static_assert(sizeof(EntryCounts) <= kSinkhornReduced, "the exchange holds them");
GIBBS_DEVICE EntryCounts merge(const EntryCounts& a, const EntryCounts& b) {
  EntryCounts sum;
  GIBBS_UNROLL
  for (int k = 0; k < kEntryCandidates; ++k) sum.v[k] = a.v[k] + b.v[k];
  return sum;
}

template <class Problem>
class SinkhornEntries {
 public:
  using R = typename Problem::R;

  GIBBS_DEVICE SinkhornEntries(Problem& s, const SinkhornNewtonParameters& settings, unsigned char* memory) : s_(s) {
    wanted_ = double(settings.kept) * double(s.rows > s.columns ? s.rows : s.columns);
    values_ = reinterpret_cast<double*>(memory + settings.values);
    column_values_ = values_ + settings.capacity;
    counts_ = reinterpret_cast<double*>(memory + settings.counts);
    row_start_ = reinterpret_cast<int64_t*>(memory + settings.starts);
    column_start_ = row_start_ + s.rows + 1;
    ids_ = reinterpret_cast<int32_t*>(memory + settings.ids);
    column_ids_ = ids_ + settings.capacity;
    own_ = column_ids_ + settings.capacity;
    f_ = reinterpret_cast<R*>(memory + settings.lifted);
    g_ = f_ + s.rows;
  }

  // From the plan of next_f and G. Ends in a barrier of the team.
  GIBBS_DEVICE void collect() {
    s_.team.each(s_.rows, [&](int64_t i) GIBBS_INLINE { f_[i] = lifted(s_.next_f[i], s_.a[i]); });
    s_.team.each(s_.columns, [&](int64_t j) GIBBS_INLINE { g_[j] = lifted(s_.g[j], s_.b[j]); });
    s_.team.barrier();
    least_ = threshold();
    count_rows();
    s_.team.barrier();
    scan(row_start_, s_.rows);
    each_row([&](int64_t i) GIBBS_INLINE { fill_row(i); });
    s_.team.each(s_.columns, [&](int64_t j) GIBBS_INLINE {
      int64_t count = 0;
      each_of_column(j, [&](int64_t, R) GIBBS_INLINE { ++count; });
      column_start_[j] = count;
    });
    s_.team.barrier();
    scan(column_start_, s_.columns);
    s_.team.each(s_.columns, [&](int64_t j) GIBBS_INLINE {
      int64_t next = column_start_[j];
      each_of_column(j, [&](int64_t i, R exponent) GIBBS_INLINE {
        column_ids_[next] = int32_t(i);
        column_values_[next++] = value(i, j, exponent);
      });
    });
    s_.team.barrier();
  }

  GIBBS_DEVICE double row_product(int64_t i, const double* vector) const {
    double sum = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t k = row_start_[i]; k < row_start_[i + 1]; ++k) sum += values_[k] * vector[ids_[k]];
    return sum;
  }
  GIBBS_DEVICE double column_product(int64_t j, const double* vector) const {
    double sum = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t k = column_start_[j]; k < column_start_[j + 1]; ++k) sum += column_values_[k] * vector[column_ids_[k]];
    return sum;
  }

 private:
  static GIBBS_DEVICE R lifted(R potential, R mass) {
    return mass > 0 ? R(double(potential) + 0.5 * log2(double(mass))) : -Limits<R>::infinity();
  }
  GIBBS_DEVICE R exponent(int64_t i, int64_t j) const {
    return fma(s_.tiles.cost(i, j) - R(s_.origin), R(-s_.scale), g_[j] + f_[i]);
  }
  GIBBS_DEVICE double value(int64_t i, int64_t j, R exponent) const {
    return square_root(double(s_.a[i])) * square_root(double(s_.b[j])) * exp2(double(exponent));
  }
  static GIBBS_DEVICE R edge(double bin) { return R(kLowestEntry + bin / kBinsPerOctave); }

  // A warp per row; all its lanes call.
  template <class F>
  GIBBS_DEVICE void each_row(F visit) const {
    const int64_t warps = s_.team.threads() / int64_t(kWarp);
    GIBBS_UNROLL_BY(1)
    for (int64_t i = s_.team.thread() / int64_t(kWarp); i < s_.rows; i += warps) visit(i);
  }

  // The least exponent with which those at and above it are no more than wanted.
  GIBBS_DEVICE R threshold() {
    double first = 0, width = kEntryBins / kEntryCandidates;
    GIBBS_UNROLL_BY(1)
    for (;;) {
      each_row([&](int64_t i) GIBBS_INLINE {
        int own[kEntryCandidates] = {};
        GIBBS_UNROLL_BY(1)
        for (int64_t j = lane_index(); j < s_.columns; j += kWarp) {
          const R e = exponent(i, j);
          GIBBS_UNROLL
          for (int k = 0; k < kEntryCandidates; ++k) own[k] += e >= edge(first + k * width) ? 1 : 0;
        }
        GIBBS_UNROLL
        for (int k = 0; k < kEntryCandidates; ++k) {
          const int all = int(lanes_sum(uint32_t(own[k])));
          if (lane_index() == 0) counts_[i * kEntryCandidates + k] = double(all);
        }
      });
      s_.team.barrier();
      const EntryCounts sum = s_.team.template reduce<EntryCounts>(s_.rows, [&](EntryCounts& own, int64_t i) GIBBS_INLINE {
        GIBBS_UNROLL
        for (int k = 0; k < kEntryCandidates; ++k) own.v[k] += counts_[i * kEntryCandidates + k];
      });
      s_.team.barrier();
      double fits = kEntryCandidates;  // candidates that are too low
      GIBBS_UNROLL
      for (int k = kEntryCandidates - 1; k >= 0; --k) {
        if (sum.v[k] <= wanted_) fits = k;
      }
      if (fits == 0) return edge(first);
      // What is above the greatest bin has not been counted.
      if (width == 1) return first + fits < kEntryBins ? edge(first + fits) : Limits<R>::infinity();
      first += (fits - 1) * width;
      width /= kEntryCandidates;
    }
  }

  // How many a row keeps; where none is great enough, its largest.
  GIBBS_DEVICE void count_rows() {
    each_row([&](int64_t i) GIBBS_INLINE {
      uint32_t count = 0;
      R largest = -Limits<R>::infinity();
      int place = 0x7fffffff;
      GIBBS_UNROLL_BY(1)
      for (int64_t j = lane_index(); j < s_.columns; j += kWarp) {
        const R e = exponent(i, j);
        if (e >= least_) ++count;
        if (e > largest) {
          largest = e;
          place = int(j);
        }
      }
      count = lanes_sum(count);
      const R most = lanes_max(largest);
      place = lanes_min(largest == most ? place : 0x7fffffff);
      const bool alone = count == 0 && most > -Limits<R>::infinity();
      if (lane_index() == 0) {
        own_[i] = alone ? place : -1;
        row_start_[i] = alone ? 1 : int64_t(count);
      }
    });
  }

  // Whole warps take rows: what lanes keep of 32 columns is written in order.
  GIBBS_DEVICE void fill_row(int64_t i) {
    int64_t next = row_start_[i];
    GIBBS_UNROLL_BY(1)
    for (int64_t first = 0; first < s_.columns; first += kWarp) {
      const int64_t j = first + lane_index();
      const R e = j < s_.columns ? exponent(i, j) : -Limits<R>::infinity();
      const bool keeps = j < s_.columns && (e >= least_ || own_[i] == j);
      uint32_t before = keeps ? 1 : 0;
      GIBBS_UNROLL
      for (unsigned o = 1; o < kWarp; o *= 2) {
        const uint32_t other = shuffle(before, lane_index() >= o ? lane_index() - o : lane_index());
        before += lane_index() >= o ? other : 0;
      }
      if (keeps) {
        ids_[next + before - 1] = int32_t(j);
        values_[next + before - 1] = value(i, j, e);
      }
      next += shuffle(before, kWarp - 1);
    }
  }

  template <class F>
  GIBBS_DEVICE void each_of_column(int64_t j, F visit) const {
    GIBBS_UNROLL_BY(1)
    for (int64_t i = 0; i < s_.rows; ++i) {
      const R e = exponent(i, j);
      if (e >= least_ || own_[i] == j) visit(i, e);
    }
  }

  // Counts to where each begins, and behind the last the whole. By one block, a stretch for every thread.
  GIBBS_DEVICE void scan(int64_t* counts, int64_t count) {
    if (s_.team.block() == 0) {
      int64_t* const sums = reinterpret_cast<int64_t*>(s_.reduced);
      const int64_t stretch = (count + kTeamThreads - 1) / kTeamThreads, first = int64_t(thread_index()) * stretch;
      const int64_t last = first + stretch < count ? first + stretch : count;
      int64_t sum = 0;
      GIBBS_UNROLL_BY(1)
      for (int64_t i = first; i < last; ++i) sum += counts[i];
      block_barrier();
      sums[thread_index()] = sum;
      block_barrier();
      int64_t begin = 0;
      GIBBS_UNROLL_BY(1)
      for (unsigned t = 0; t < thread_index(); ++t) begin += sums[t];
      block_barrier();
      GIBBS_UNROLL_BY(1)
      for (int64_t i = first; i < last; ++i) {
        const int64_t own = counts[i];
        counts[i] = begin;
        begin += own;
      }
      if (first < count && last == count) counts[count] = begin;
    }
    s_.team.barrier();
  }

  Problem& s_;
  double wanted_;
  R least_ = 0;
  double *values_, *column_values_, *counts_;
  int64_t *row_start_, *column_start_;
  int32_t *ids_, *column_ids_, *own_;  // own: the column of a row that has no entry great enough, otherwise -1
  R *f_, *g_;
};

}  // namespace gibbs::kernels
