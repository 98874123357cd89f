// What the host hands to the kernels of row norms.
#pragma once

#include "kernels/row_map_parameters.h"

namespace gibbs::kernels {

template <class R>
struct NormParameters {
  RowMapParameters<R> map;
  const void* point;  // tangent
  int64_t point_stride;
};

}  // namespace gibbs::kernels
