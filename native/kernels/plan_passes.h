// Passes over the density of a plan: sums by rows or by columns of terms that a function makes of every entry,
//
//   f(terms, i, j, e, c)   terms[0 .. K) from e_ij and C_ij
//
// An item is a row's chunk of columns (a warp), or a tile of columns and a range of rows (a block); partial sums of items lie in
// the workspace, and whoever reads a sum adds them in order. A lane adds 16 terms in the arithmetic type, then in fp64.
#pragma once

#include "kernels/plan_density.h"

namespace gibbs::kernels {

constexpr int kPlanRun = 16;

template <class Costs, class Team>
class PlanPasses {
 public:
  using R = typename Costs::Arithmetic;

  GIBBS_DEVICE PlanPasses(const PlanDensity<Costs>& density, const Team& team, const PlanParameters& p)
      : density_(density), team_(team), p_(p) {}

  template <int K, class F>
  GIBBS_DEVICE void rows(F f) const {
    const int64_t length = (p_.columns + p_.row_chunks - 1) / p_.row_chunks, items = p_.rows * p_.row_chunks;
    GIBBS_UNROLL_BY(1)
    for (int64_t item = team_.thread() / kWarp; item < items; item += team_.threads() / kWarp) {
      const int64_t i = item / p_.row_chunks, chunk = item % p_.row_chunks, first = chunk * length;
      const int64_t last = first + length < p_.columns ? first + length : p_.columns;
      double sums[K] = {};
      GIBBS_UNROLL_BY(1)
      for (int64_t begin = first; begin < last; begin += kPlanRun * int64_t(kWarp)) {
        const int64_t end = begin + kPlanRun * int64_t(kWarp) < last ? begin + kPlanRun * int64_t(kWarp) : last;
        add<K>(f, sums, i, 0, begin + lane_index(), kWarp, end);
      }
      GIBBS_UNROLL
      for (int k = 0; k < K; ++k) {
        const double sum = lanes_sum(sums[k]);
        if (lane_index() == 0) p_.row_partials[(k * int64_t(p_.row_chunks) + chunk) * p_.rows + i] = sum;
      }
    }
  }

  GIBBS_DEVICE double row_sum(int64_t i, int k = 0) const {
    double sum = 0;
    for (int chunk = 0; chunk < p_.row_chunks; ++chunk)
      sum += p_.row_partials[(k * int64_t(p_.row_chunks) + chunk) * p_.rows + i];
    return sum;
  }

  template <int K, class F>
  GIBBS_DEVICE void columns(F f) const {
    double* const shared = reinterpret_cast<double*>(shared_memory() + kExchangeBytes);
    const int width = p_.column_width, groups = int(kTeamThreads) / width;
    const int own = int(thread_index()) % width, group = int(thread_index()) / width;
    const int64_t tiles = (p_.columns + width - 1) / width, length = (p_.rows + p_.column_splits - 1) / p_.column_splits;
    GIBBS_UNROLL_BY(1)
    for (int64_t item = team_.block(); item < tiles * p_.column_splits; item += team_.blocks()) {
      const int64_t j = item % tiles * width + own, split = item / tiles, first = split * length;
      const int64_t last = first + length < p_.rows ? first + length : p_.rows;
      double sums[K] = {};
      GIBBS_UNROLL_BY(1)
      for (int64_t begin = first; begin < last && j < p_.columns; begin += kPlanRun * int64_t(groups)) {
        const int64_t end = begin + kPlanRun * int64_t(groups) < last ? begin + kPlanRun * int64_t(groups) : last;
        add<K>(f, sums, begin + group, groups, j, 0, end);
      }
      GIBBS_UNROLL
      for (int k = 0; k < K; ++k) shared[k * kTeamThreads + thread_index()] = sums[k];
      block_barrier();
      GIBBS_UNROLL_BY(1)
      for (int half = groups / 2; half > 0; half /= 2) {
        if (group < half) {
          GIBBS_UNROLL
          for (int k = 0; k < K; ++k)
            shared[k * kTeamThreads + thread_index()] += shared[k * kTeamThreads + thread_index() + half * width];
        }
        block_barrier();
      }
      if (group == 0 && j < p_.columns) {
        GIBBS_UNROLL
        for (int k = 0; k < K; ++k)
          p_.column_partials[(k * int64_t(p_.column_splits) + split) * p_.columns + j] = shared[k * kTeamThreads + own];
      }
      block_barrier();  // the next item writes where slow threads may still be reading
    }
  }

  GIBBS_DEVICE double column_sum(int64_t j, int k = 0) const {
    double sum = 0;
    for (int split = 0; split < p_.column_splits; ++split)
      sum += p_.column_partials[(k * int64_t(p_.column_splits) + split) * p_.columns + j];
    return sum;
  }

 private:
  // Entries from (i, j) on, a step at a time: the index that moves ends before last.
  template <int K, class F>
  GIBBS_DEVICE void add(F& f, double (&sums)[K], int64_t i, int64_t i_step, int64_t j, int64_t j_step, int64_t last) const {
    R partial[K] = {};
    GIBBS_UNROLL_BY(1)
    for (; (i_step != 0 ? i : j) < last; i += i_step, j += j_step) {
      const R cost = density_.costs(i, j);
      R terms[K];
      f(terms, i, j, density_(i, j, cost), cost);
      GIBBS_UNROLL
      for (int k = 0; k < K; ++k) partial[k] += terms[k];
    }
    GIBBS_UNROLL
    for (int k = 0; k < K; ++k) sums[k] += double(partial[k]);
  }

  const PlanDensity<Costs>& density_;
  const Team& team_;
  const PlanParameters& p_;
};

}  // namespace gibbs::kernels
