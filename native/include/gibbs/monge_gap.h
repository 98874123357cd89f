/* The Monge gap of a map. See gibbs.h. */
#ifndef GIBBS_MONGE_GAP_H
#define GIBBS_MONGE_GAP_H

#include "gibbs/sinkhorn.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In the units of the cost. */
typedef struct gibbs_monge_gap_result {
  double value;       /* sum a_i c(x_i, y_i) - OT, with the dual value for OT */
  double mapped_cost; /* sum a_i c(x_i, y_i) */
  double slack;       /* epsilon KL(diag a | a (x) a): the value is at least minus this */
  gibbs_transport_result transport;
} gibbs_monge_gap_result;

/* Of points x and their images y, both of weights a: how much more the map pays than the cheapest entropic plan between them. All
 * pointers are device pointers; no output may overlap an input or another output. */
typedef struct gibbs_monge_gap {
  uint32_t struct_size;
  int32_t type; /* float32 or float64 */
  int32_t metric;
  int32_t metric_k;
  double metric_parameter;
  int64_t rows, dimensions;
  const void* points; /* x [rows, dimensions] */
  int64_t points_stride;
  const void* mapped; /* y [rows, dimensions] */
  int64_t mapped_stride;
  const void* weights;                  /* a [rows]; null: 1 / rows each */
  const void* initial_target_potential; /* g [rows] to start from */
  double epsilon, tolerance, epsilon_start; /* as of gibbs_sinkhorn */
  int32_t max_iterations;
  int32_t flags; /* GIBBS_SINKHORN_PLAIN */

  gibbs_monge_gap_result* result;
  void* target_potential; /* g [rows] */
  void* point_gradient;   /* of the value [rows, dimensions] */
  int64_t point_gradient_stride;
  void* mapped_gradient; /* of the value [rows, dimensions] */
  int64_t mapped_gradient_stride;
  void* workspace;
  int64_t workspace_bytes;
} gibbs_monge_gap;

GIBBS_API gibbs_status gibbs_monge_gap_workspace(gibbs_device* device, const gibbs_monge_gap* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_monge_gap_run(gibbs_device* device, gibbs_stream stream, const gibbs_monge_gap* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_MONGE_GAP_H */
