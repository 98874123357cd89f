/* Sinkhorn divergences of point clouds. See gibbs.h. */
#ifndef GIBBS_SINKHORN_DIVERGENCE_H
#define GIBBS_SINKHORN_DIVERGENCE_H

#include "gibbs/sinkhorn.h"

#ifdef __cplusplus
extern "C" {
#endif

/* S = W(a, b) - W(a, a) / 2 - W(b, b) / 2 + eps / 2 (sum a - sum b)^2 of dual values; NaN where a term has none. */
typedef struct gibbs_sinkhorn_divergence_result {
  double value;
  gibbs_transport_result cross, source, target;
} gibbs_sinkhorn_divergence_result;

/* One pair of clouds; the three problems are one batch, and the scalars those of each. Clouds and weights that are equal to the bit give
 * exactly 0, as do their gradients. No output may overlap an input or another output. */
typedef struct gibbs_sinkhorn_divergence {
  uint32_t struct_size;
  int32_t type; /* float32 or float64 */
  int32_t metric;
  int32_t metric_k;
  double metric_parameter;
  int64_t rows, columns, dimensions;
  const void* x; /* [rows, dimensions] */
  int64_t x_stride;
  const void* y; /* [columns, dimensions] */
  int64_t y_stride;
  const void* source_weights; /* [rows]; absent: 1 / rows */
  const void* target_weights; /* [columns]; absent: 1 / columns */

  double epsilon;       /* > 0 */
  double rho;           /* > 0, of both marginals; +inf holds them */
  double tolerance;     /* 0: 1e-5, for float64 1e-9 */
  double epsilon_start; /* 0: none */
  int32_t max_iterations;
  int32_t flags; /* GIBBS_SINKHORN_PLAIN */
  int32_t regime;
  int32_t reserved;

  gibbs_sinkhorn_divergence_result* result; /* [1] */
  void* x_gradient;
  int64_t x_gradient_stride;
  void* y_gradient;
  int64_t y_gradient_stride;
  void* source_weight_gradient; /* [rows]; where marginals are held, with the constant of sum a dS/da = sum b dS/db */
  void* target_weight_gradient; /* [columns] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_sinkhorn_divergence;

GIBBS_API gibbs_status gibbs_sinkhorn_divergence_workspace(gibbs_device* device, const gibbs_sinkhorn_divergence* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_sinkhorn_divergence_run(gibbs_device* device, gibbs_stream stream, const gibbs_sinkhorn_divergence* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_SINKHORN_DIVERGENCE_H */
