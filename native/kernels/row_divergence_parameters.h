// What the host hands to the kernels of divergences, dense and sparse.
#pragma once

#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

// The kind, alpha 0 and 1 replaced by what they are.
struct DivergenceShape {
  int32_t kind;
  double alpha, beta, share;
};

template <class R>
struct RowDivergenceParameters {
  RowParameters<R> row;  // shape, the student as logits, weights, normaliser, values as losses, the student's gradient, status
  ScopeGeometry scope;
  DivergenceShape shape;
  int32_t probabilities;
  const void* teacher;
  int64_t teacher_stride;
  void* teacher_gradient;
  int64_t teacher_gradient_stride;
  double student_temperature, teacher_temperature;
  double scale;  // of every value: the weight, over the columns where that is asked for

  // Sparse teachers.
  const void* ids;
  const R* log_probabilities;
  int64_t ids_stride, log_probabilities_stride;
  int32_t id_bytes, listed, tail;
  int32_t list_segments;     // of the listed classes, as a row of the student's type
  double* listed_gradients;  // [grid, listed]; null without a gradient
};

}  // namespace gibbs::kernels
