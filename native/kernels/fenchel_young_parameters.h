// What the host hands to the Fenchel-Young kernel.
#pragma once

#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

template <class R>
struct FenchelYoungParameters {
  RowParameters<R> row;  // shape, logits, targets, weights, normaliser, losses, gradient, status
  ScopeGeometry scope;
  double alpha;
  const R* alphas;
  void* probabilities;
  int64_t probabilities_stride;
  int64_t* support_size;
};

}  // namespace gibbs::kernels
