// What the host hands to Wasserstein barycentres (wasserstein_barycenter.h): plain data, no device code.
#pragma once

#include "kernels/sinkhorn_parameters.h"

namespace gibbs::kernels {

struct BarycenterParameters {
  SinkhornParameters problem;  // of one histogram: costs, shape, scalars, scratch; results receives the whole's
  int64_t count;
  const void* histograms;
  int64_t histograms_stride;
  const void* weights;
  // Of all histograms: [count, rows], [count, padded columns].
  void *masses, *f, *next_f, *g, *sums;
  double* log_barycenter;  // base 2; -inf where no mass can come
  void* barycenter;
  void* source_potentials;
  int64_t source_potentials_stride;
  void* target_potentials;
  int64_t target_potentials_stride;
  void* values;
};

}  // namespace gibbs::kernels
