// From row losses to one number, for every loss over rows: the normaliser, sum r w_y over the valid rows, before the rows are
// computed, and the reduced loss after them.
#pragma once

#include <algorithm>

#include "kernels/row_parameters.h"
#include "ops/regime.h"

namespace gibbs::ops {

// By arithmetic type, float and double (row_reduction.cpp).
extern const runtime::Kernel chunk_sums[2];
extern const runtime::Kernel total_sums[2];

// Pieces of scratch, in bytes; 0 where a call needs none. Arguments: any of the C structs of losses.
struct ReductionScratch {
  int64_t normaliser, chunks, losses;

  template <class R, class Arguments>
  static ReductionScratch of(const Arguments& a) {
    ReductionScratch s{};
    const bool divides = a.reduction == GIBBS_REDUCTION_MEAN && (a.loss != nullptr || a.gradient != nullptr);
    const bool computes = divides && a.normaliser == nullptr && !a.has_normaliser_value;
    if (computes) s.normaliser = sizeof(R);
    const int64_t chunks = divide_up(a.rows, kernels::kChunk);
    if (chunks > 1) s.chunks = chunks * int64_t(sizeof(kernels::RowSum));
    if (a.loss != nullptr && a.losses == nullptr) s.losses = a.rows * int64_t(sizeof(R));
    return s;
  }

  int64_t total() const {
    using runtime::Workspace;
    return Workspace::round_up(normaliser) + Workspace::round_up(chunks) + Workspace::round_up(losses);
  }
};

template <class R, class Arguments>
class RowReduction {
 public:
  RowReduction(gibbs_device* device, gibbs_stream stream, const Arguments& a, runtime::Workspace& workspace)
      : device_(device), stream_(stream), a_(a) {
    const ReductionScratch sizes = ReductionScratch::of<R>(a);
    const auto take = [&](int64_t bytes) { return bytes == 0 ? nullptr : workspace.take(bytes); };
    normaliser_ = static_cast<R*>(take(sizes.normaliser));
    chunks_ = static_cast<kernels::RowSum*>(take(sizes.chunks));
    losses_ = a.losses != nullptr ? static_cast<R*>(a.losses) : static_cast<R*>(take(sizes.losses));
  }

  // Before the rows: fills in where their losses go and what they are divided by.
  void before(kernels::RowParameters<R>& row) const {
    if (normaliser_ != nullptr || a_.valid_rows != nullptr || a_.normaliser_used != nullptr)
      sum(row, nullptr, normaliser_, false);
    if (normaliser_ != nullptr) row.normaliser = normaliser_;
    row.losses = losses_;
  }

  void after(const kernels::RowParameters<R>& row) const {
    if (a_.loss != nullptr) sum(row, losses_, static_cast<R*>(a_.loss), a_.reduction == GIBBS_REDUCTION_MEAN);
  }

 private:
  // Values, or the normaliser's weights where values is null.
  void sum(const kernels::RowParameters<R>& row, const R* values, R* result, bool divide) const {
    kernels::RowSumsParameters<R> p{};
    p.row = row;
    p.values = values;
    p.chunks = chunks_;
    p.chunk_count = std::max<int64_t>(divide_up(a_.rows, kernels::kChunk), 1);
    p.result = result;
    if (values == nullptr) {
      p.normaliser_output = static_cast<R*>(a_.normaliser_used);
      p.valid_rows = a_.valid_rows;
    }
    p.divide = divide;
    p.given = a_.normaliser != nullptr || a_.has_normaliser_value;
    const int type = sizeof(R) == 8;
    const unsigned scratch = unsigned(kernels::kSumThreads / 32 * sizeof(kernels::RowSum));
    const unsigned grid = resident_grid(p.chunk_count, runtime::limits(device_));
    runtime::launch(device_, stream_, chunk_sums[type], {grid, kernels::kSumThreads, scratch}, &p, sizeof(p));
    if (p.chunk_count > 1) runtime::launch(device_, stream_, total_sums[type], {1, kernels::kSumThreads, scratch}, &p, sizeof(p));
  }

  gibbs_device* device_;
  gibbs_stream stream_;
  const Arguments& a_;
  R* normaliser_;
  kernels::RowSum* chunks_;
  R* losses_;
};

}  // namespace gibbs::ops
