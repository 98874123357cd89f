/* Optimal transport with at most k non-zeros in every column of the plan, and quadratic regularisation. See gibbs.h. */
#ifndef GIBBS_SPARSE_TRANSPORT_H
#define GIBBS_SPARSE_TRANSPORT_H

#include "gibbs/sinkhorn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gibbs_sparse_form {
  GIBBS_SPARSE_SEMI_DUAL = 0, /* columns have their masses at every step */
  GIBBS_SPARSE_DUAL = 1
} gibbs_sparse_form;

/* What was found, in the units of the cost: 48 bytes. */
typedef struct gibbs_sparse_transport_result {
  double value;          /* <P, C> + gamma / 2 |P|^2 */
  double linear_cost;    /* <P, C> */
  double half_squares;   /* |P|^2 / 2: the value's gradient by gamma */
  double dual;           /* the dual value at the potentials */
  double marginal_error; /* sum |P1 - a| + sum |P'1 - b| */
  int32_t iterations;    /* L-BFGS steps */
  uint8_t status;        /* a gibbs_transport_status */
  uint8_t reserved[3];
} gibbs_sparse_transport_result;

/* min <P, C> + gamma / 2 |P|^2 over P >= 0 with P1 = a, P'1 = b and at most k non-zeros per column, for every problem of a batch,
 * by ascent of the dual or semi-dual, in one launch. P_ij = max(0, f_i + g_j - C_ij) / gamma on the k largest f_i - C_ij of
 * column j, the lower row where they are equal. Every problem is [rows, columns]; row i of problem p is row p rows + i of costs,
 * x, plan and source arrays, column j is row p columns + j of y, plan_rows and plan_values and element p columns + j of target
 * arrays. Either costs or both x and y are given. Arithmetic is fp64 for every type. Real arrays are float32, for float64 costs
 * or points float64. Null is absent; no output may overlap an input or another output. */
typedef struct gibbs_sparse_transport {
  uint32_t struct_size;
  int32_t type;   /* of the costs; of points, float32 or float64 */
  int32_t metric; /* of points: a gibbs_transport_metric */
  int32_t metric_k;
  double metric_parameter;
  int64_t problems, rows, columns, dimensions;

  const void* costs; /* type; +inf forbids a pair */
  int64_t costs_stride;
  const void* x; /* type [problems rows, dimensions] */
  int64_t x_stride;
  const void* y; /* type [problems columns, dimensions] */
  int64_t y_stride;
  const void* source_weights;           /* real; absent: 1 / rows */
  const void* target_weights;           /* real; absent: 1 / columns */
  const void* initial_source_potential; /* real: f to start from */

  double gamma;     /* > 0 */
  double tolerance; /* of the marginal error; 0: 1e-5, for float64 1e-9 */
  int32_t k;        /* the most non-zeros of a column; 0: no limit */
  int32_t form;
  int32_t max_iterations; /* >= 1 */
  int32_t regime;         /* a gibbs_sinkhorn_regime */

  gibbs_sparse_transport_result* results; /* [problems] */
  void* source_potential;                 /* real: f */
  void* target_potential;                 /* real: g; sum b_j g_j = 0 */
  int32_t* plan_rows; /* [problems columns, k]: rows of the non-zeros, the largest first; -1 behind the last */
  int64_t plan_rows_stride;
  void* plan_values; /* real [problems columns, k] */
  int64_t plan_values_stride;
  void* plan; /* real [problems rows, columns] */
  int64_t plan_stride;
  void* workspace;
  int64_t workspace_bytes;
} gibbs_sparse_transport;

GIBBS_API gibbs_status gibbs_sparse_transport_workspace(gibbs_device* device, const gibbs_sparse_transport* arguments,
                                                        int64_t* bytes);
GIBBS_API gibbs_status gibbs_sparse_transport_run(gibbs_device* device, gibbs_stream stream,
                                                  const gibbs_sparse_transport* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_SPARSE_TRANSPORT_H */
