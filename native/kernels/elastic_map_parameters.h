// What the host hands to the kernels of elastic maps.
#pragma once

#include <stdint.h>

#include "gibbs/gibbs.h"
#include "kernels/transport_costs_parameters.h"

namespace gibbs::kernels {

constexpr int kElasticThreads = 128;  // a warp per point

// bias_j = g_j / (epsilon ln 2) + log2 b_j.
struct ElasticBiasParameters {
  const void *potential, *weights;
  void* bias;
  int64_t targets;
  double scale;
};

struct ElasticMapParameters {
  CostPoints costs;              // embedded points of a linear cost
  const void *points, *targets;  // that slopes are made of
  int64_t points_stride, targets_stride, rows, target_count;
  int32_t dimensions, cost;
  double gamma, scale;  // 1 / (epsilon ln 2)
  const void* bias;
  double* sums;  // [rows, dimensions]; null where no output needs them
  void *mapped, *potential, *gradient;
  int64_t mapped_stride, gradient_stride;
};

// products [rows, matrix_rows] = factor A v, v the values, or values less others; A [matrix_rows, dimensions].
struct ElasticProductParameters {
  const void *values, *others, *matrix;
  int64_t values_stride, others_stride, matrix_stride, rows, matrix_rows, dimensions;
  double factor;
  void* products;
  int64_t products_stride;
};

// result [rows, dimensions] = own v + back A' products.
struct ElasticCombineParameters {
  ElasticProductParameters product;
  double own, back;
  void* result;
  int64_t result_stride;
};

}  // namespace gibbs::kernels
