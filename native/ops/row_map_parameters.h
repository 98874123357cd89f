// From the C arguments of a row map to the parameters of its kernels.
#pragma once

#include "kernels/row_map_parameters.h"
#include "ops/row_map.h"

namespace gibbs::ops {

template <class R>
kernels::RowMapParameters<R> row_map_parameters(const gibbs_row_map& a) {
  kernels::RowMapParameters<R> p{};
  p.rows = a.rows;
  p.columns = int32_t(a.columns);
  p.map = a.map;
  p.flags = a.flags;
  p.count = int32_t(a.count);
  p.parameter = a.parameter;
  p.second = a.second;
  p.input = a.input;
  p.input_stride = a.input_stride;
  p.row_parameters = static_cast<const R*>(a.row_parameters);
  p.column_parameters = static_cast<const R*>(a.column_parameters);
  p.weights = static_cast<const R*>(a.weights);
  p.lower = static_cast<const R*>(a.lower);
  p.upper = static_cast<const R*>(a.upper);
  p.output = a.output;
  p.output_stride = a.output_stride;
  p.thresholds = static_cast<R*>(a.thresholds);
  p.support_size = a.support_size;
  p.mask = a.mask;
  p.mask_stride = a.mask_stride;
  p.status = a.status;
  p.result = a.result;
  p.result_stride = a.result_stride;
  p.saved_thresholds = static_cast<const R*>(a.saved_thresholds);
  p.upstream = a.upstream;
  p.upstream_stride = a.upstream_stride;
  p.gradient = a.gradient;
  p.gradient_stride = a.gradient_stride;
  p.parameter_gradient = static_cast<R*>(a.parameter_gradient);
  p.second_gradient = static_cast<R*>(a.second_gradient);
  p.column_parameter_gradient = static_cast<R*>(a.column_parameter_gradient);
  return p;
}

// f with the arithmetic type as its argument: f(float()) or f(double()).
template <class F>
void with_real(int32_t type, F f) {
  if (type == GIBBS_FLOAT64) {
    f(double());
  } else {
    f(float());
  }
}

}  // namespace gibbs::ops
