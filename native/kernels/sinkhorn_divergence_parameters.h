// What the host hands to the kernels of Sinkhorn divergences (sinkhorn_divergence.h): plain data, no device code.
#pragma once

#include "gibbs/sinkhorn_divergence.h"

namespace gibbs::kernels {

constexpr int kDivergenceThreads = 256;

// What the first look at the clouds finds.
struct DivergenceLooks {
  double masses[2];
  int32_t equal;  // clouds and weights, to the bit
  int32_t unused;
  double shift;  // of gradients by weights, from the terms' moments
};

// The batch: problem 0 is x against y, 1 x against x, 2 y against y; packed sources x, x, y and targets y, x, y.
struct DivergenceParameters {
  int64_t rows, columns, dimensions;
  const void *x, *y;
  int64_t x_stride, y_stride;
  const void *source_weights, *target_weights;
  double epsilon, rho;
  bool held, weighs;
  DivergenceLooks* looks;
  void *sources, *targets;  // packed points [2 rows + columns, dimensions], [rows + 2 columns, dimensions]
  void *packed_source_weights, *packed_target_weights;
  int64_t *source_offsets, *target_offsets;           // [4]
  const gibbs_transport_result* terms;                // [3]
  const void *source_potentials, *target_potentials;  // packed; null is not wanted
  const void *source_gradients, *target_gradients;

  gibbs_sinkhorn_divergence_result* result;
  void *x_gradient, *y_gradient;
  int64_t x_gradient_stride, y_gradient_stride;
  void *source_weight_gradient, *target_weight_gradient;
};

}  // namespace gibbs::kernels
