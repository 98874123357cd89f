// What the host hands to the distances of Gaussians (bures_wasserstein.h): plain data, no device code.
#pragma once

#include <stdint.h>

#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

constexpr int kBuresThreads = 256;
constexpr int64_t kBuresMatrices = 4;  // in fp64, of a problem

// Of a block that keeps its problem in shared memory.
constexpr int64_t bures_shared_bytes(int64_t dimensions) {
  return kExchangeBytes + kBuresMatrices * dimensions * dimensions * int64_t(sizeof(double));
}

struct BuresParameters {
  int64_t problems;
  int32_t dimensions, shared;  // shared: the matrices of a problem lie in shared memory
  const void* covariances[2];
  int64_t covariance_strides[2];
  const void* means[2];
  int64_t mean_strides[2];
  double regularisation;
  void* values;
  void* gradients[2];
  int64_t gradient_strides[2];
  void* mean_gradient;
  int64_t mean_gradient_stride;
  uint8_t* status;
  double* matrices;  // of every block, where not shared
};

}  // namespace gibbs::kernels
