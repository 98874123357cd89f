// What the host hands to the kernels of the Monge gap.
#pragma once

#include <stdint.h>

#include "gibbs/gibbs.h"
#include "kernels/transport_costs_parameters.h"

namespace gibbs::kernels {

constexpr int kGapThreads = 256;

struct MongeGapParameters {
  CostPoints costs;
  int64_t rows;
  const void* weights;
  double epsilon;
  void *point_gradient, *mapped_gradient;
  int64_t point_gradient_stride, mapped_gradient_stride;
  double* terms;  // [3, rows]: a, a log a, a c
  gibbs_monge_gap_result* result;
};

}  // namespace gibbs::kernels
