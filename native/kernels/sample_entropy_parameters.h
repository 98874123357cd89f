// What the host hands to the kernels of sample entropies beside their pairs, and what these hand to each other through the
// workspace: arrays in fp64, an entry per point.
#pragma once

#include "kernels/pair_parameters.h"

namespace gibbs::kernels {

struct LogKernelTerms {
  double scale;        // 1 / (2 sigma^2)
  const double* bias;  // by column, or null
};

struct KernelWeightTerms {
  double scale;
  const double *coefficients, *shifts;                // by row, row_step apart: 0 where all rows have the same
  const double *column_coefficients, *column_shifts;  // by column, or null
  int32_t row_step;
};

struct DiffusionTerms {
  double scale, factor;
  const double *bias, *log_norm, *entropy;  // b_i = -log(D_i) / 2 or 0, n_i, H_i
  const double *coefficients, *shifts;      // of the degrees
};

struct ProductTerms {
  double scale, other_scale;
  const double* constants;  // of the kernel, of its product with the other's, of its square
  const double* rho;
};

struct ConditionalTerms {
  double condition_scale, scale, outer;  // outer: of the whole gradient
  int32_t squared, predictions;
  const double *of_targets, *of_predictions, *of_norm, *of_cross, *shift;
};

constexpr int kTotalsThreads = 256;

// What a block makes of row sums (sample_totals.h).
enum : int32_t {
  kTotalsRenyi,
  kTotalsKde,
  kTotalsDegrees,  // diffusion: b of the degrees
  kTotalsDiffusion,
  kTotalsSlopes,  // diffusion: the gradient's coefficients of the degrees
  kTotalsNearest,
  kTotalsDivergence,
  kTotalsInformation,
  kTotalsConditional,
  kTotalsNothing
};

struct SampleTotalsParameters {
  int32_t what, wide;  // wide: reals are doubles
  int32_t squared, normalised;
  int64_t rows, other_rows, dimensions;
  double factor;              // of the value, and of the gradients: weight and base
  double unit;                // of row values: base
  double scale, other_scale;  // 1 / (2 sigma^2)
  const double *totals, *other_totals, *cross_totals;
  double* arrays[5];  // [rows] each
  double* constants;
  void* value;
  void* row_values;
  int64_t* nearest;
};

struct NearestParameters {
  PointSet points, others;
  double* totals;       // [rows, 2]: squared distance and index
  const double* scale;  // of the gradient
  void* gradient;
  int64_t gradient_stride;
};

}  // namespace gibbs::kernels
