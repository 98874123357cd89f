// What the host hands to the kernel of spectral entropies.
#pragma once

#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

template <class R>
struct SpectralParameters {
  ScopeGeometry scope;
  int64_t rows;
  int32_t columns;
  int32_t von_neumann;
  const void* eigenvalues;
  int64_t stride;
  const R* row_weights;
  double power, unit;  // t, and what nats are multiplied by
  R* entropies;
  void* gradient;
  int64_t gradient_stride;
  uint8_t* status;
};

}  // namespace gibbs::kernels
