// What a reduction over rows (row_reduction.h) reads of an operation whose reduced number is its value, and whose row values are
// of scratch: Arguments is a C struct with rows, row weights, a normaliser, value, gradient and the like.
#pragma once

#include "ops/row_reduction.h"

namespace gibbs::ops {

struct ReducedValue {
  int64_t rows;
  int32_t reduction, has_normaliser_value;
  const void *normaliser, *gradient;
  void *loss, *losses, *normaliser_used;
  int64_t* valid_rows;

  template <class Arguments>
  explicit ReducedValue(const Arguments& a)
      : rows(a.rows),
        reduction(a.reduction),
        has_normaliser_value(a.has_normaliser_value),
        normaliser(a.normaliser),
        gradient(a.gradient),
        loss(a.value),
        losses(nullptr),
        normaliser_used(a.normaliser_used),
        valid_rows(a.valid_rows) {}

  int64_t workspace_bytes(int32_t type) const {
    return type == GIBBS_FLOAT64 ? ReductionScratch::of<double>(*this).total() : ReductionScratch::of<float>(*this).total();
  }

  // Weights and normaliser alone: every row counts, whatever its targets.
  template <class R, class Arguments>
  static kernels::RowParameters<R> rows_of(const Arguments& a) {
    kernels::RowParameters<R> r{};
    r.rows = a.rows;
    r.row_weights = static_cast<const R*>(a.row_weights);
    r.normaliser = static_cast<const R*>(a.normaliser);
    r.normaliser_value = a.has_normaliser_value ? R(a.normaliser_value) : R(1);
    return r;
  }
};

}  // namespace gibbs::ops
