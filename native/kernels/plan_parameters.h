// What the host hands to the kernels of transport plans. Every one of them is a cooperative launch: its phases follow each other
// behind the grid's barrier. Which items a pass is cut into follows from the shape alone.
#pragma once

#include "kernels/team_parameters.h"
#include "kernels/transport_costs_parameters.h"

namespace gibbs::kernels {

constexpr int kPlanTerms = 4;          // sums that a pass carries at most
constexpr int kPlanChunk = 1024;       // least columns of an item of a pass by rows
constexpr int kPlanRowItems = 2048;    // items that a pass by rows is cut into where it has fewer rows
constexpr int kPlanSplitRows = 64;     // least rows of an item of a pass by columns
constexpr int kPlanColumnItems = 512;  // items that a pass by columns is cut into where it has fewer tiles
constexpr int kMostLargest = 128;      // entries of a row that are asked for at once

struct PlanParameters {
  CostMatrix matrix;
  CostPoints points;
  int64_t rows, columns;
  const void *f, *g, *source_weights, *target_weights;
  double epsilon, source_rho, target_rho;
  int32_t row_chunks, column_splits, column_width, reserved;

  // Of the workspace.
  void *a, *b;                             // real: weights as the plan has them
  double *row_partials, *column_partials;  // [kPlanTerms, chunks, rows] and [kPlanTerms, splits, columns]
  uint64_t* gate;
  void* exchange;
  int64_t half_bytes;
};

struct TransportPlanParameters {
  PlanParameters plan;
  int32_t transposed, barycentric, count, largest;
  int64_t width;
  const void* values;
  int64_t values_stride;
  void* result;
  int64_t result_stride;
  void *row_sums, *column_sums;
  int32_t* largest_columns;
  int64_t largest_columns_stride;
  void* largest_values;
  int64_t largest_values_stride;
  double threshold;
  int64_t* row_offsets;
  int32_t* entry_columns;
  void* entry_values;
  int64_t entries;
};

struct TransportRoundingParameters {
  PlanParameters plan;
  void* result;
  void *source_factors, *target_factors, *source_residual, *target_residual;
  void* rounded;
  int64_t rounded_stride;
  // Of the workspace: factor and ratio of either side.
  double *x, *source_ratio, *y, *target_ratio;
};

struct TransportGradientParameters {
  PlanParameters plan;
  int32_t max_iterations, reserved;
  double tolerance;
  const void* upstream_plan;
  int64_t upstream_plan_stride;
  const void *upstream_source, *upstream_target;
  void* result;
  void* cost_gradient;
  int64_t cost_gradient_stride;
  void *source_gradient, *target_gradient;
  void* x_gradient;
  int64_t x_gradient_stride;
  void* y_gradient;
  int64_t y_gradient_stride;
  // Of the workspace: arrays of rows, and of columns.
  double *row_diagonal, *row_weights, *u, *row_upstream;
  double *column_diagonal, *column_weights, *v, *column_upstream, *solution, *residual, *direction, *product, *preconditioner;
};

}  // namespace gibbs::kernels
