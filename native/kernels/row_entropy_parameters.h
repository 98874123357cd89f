// What the host hands to the row entropy kernel.
#pragma once

#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

template <class R>
struct RowEntropyParameters {
  RowParameters<R> row;  // shape, values, actions, weights, temperatures, normaliser, row values, gradient, status
  ScopeGeometry scope;   // of ragged rows: segments is how many can be kept
  const int64_t* offsets;
  int64_t total;  // values of ragged rows
  int32_t kind, probabilities;
  double alpha, temperature;
  const R* action_weights;
  R* entropies;
  R* log_sum_exp;
  R* log_probability;
};

}  // namespace gibbs::kernels
