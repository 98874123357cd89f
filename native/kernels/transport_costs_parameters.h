// Where costs come from, as the host hands it to kernels. Strides count elements.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

// C [N, M].
struct CostMatrix {
  const void* costs;
  int64_t stride;
};

// x [N, dimensions] and y [M, dimensions]; metric is a gibbs_transport_metric, parameter its p or gamma, k that of the k-support
// norm.
struct CostPoints {
  const void *x, *y;
  int64_t x_stride, y_stride;
  int32_t dimensions, metric, k, reserved;
  double parameter;
};

}  // namespace gibbs::kernels
