/* Transport plans from the potentials of a solve: their action, largest entries, rounding and derivatives. See gibbs.h. */
#ifndef GIBBS_TRANSPORT_PLAN_H
#define GIBBS_TRANSPORT_PLAN_H

#include "gibbs/sinkhorn.h"

#ifdef __cplusplus
extern "C" {
#endif

/* P_ij = a_i b_j exp((f_i + g_j - C_ij) / eps), never stored: C a matrix, or made of points. Either costs or both x and y are
 * given. Real arrays are of the arithmetic type. Where both marginals are held b is scaled to sum a; weights that are negative,
 * not finite or without mass, and held masses that differ by more than 1e-5, make every output NaN. */
typedef struct gibbs_transport_problem {
  int32_t type;   /* of the costs, or points (float32 or float64) */
  int32_t metric; /* of points: a gibbs_transport_metric */
  int32_t metric_k;
  int32_t reserved;
  double metric_parameter;
  int64_t rows, columns, dimensions;
  const void* costs; /* type [rows, columns]; +inf forbids a pair */
  int64_t costs_stride;
  const void* x; /* type [rows, dimensions] */
  int64_t x_stride;
  const void* y; /* type [columns, dimensions] */
  int64_t y_stride;
  const void* source_potential;           /* real [rows]: f */
  const void* target_potential;           /* real [columns]: g */
  const void* source_weights;             /* real [rows]; absent: 1 / rows */
  const void* target_weights;             /* real [columns]; absent: 1 / columns */
  double epsilon, source_rho, target_rho; /* as for gibbs_sinkhorn */
} gibbs_transport_problem;

enum {
  GIBBS_PLAN_TRANSPOSED = 1,  /* values [rows, width], result [columns, width]: P'V */
  GIBBS_PLAN_BARYCENTRIC = 2, /* divided by the sums of the rows, or columns, of P */
  GIBBS_PLAN_COUNT = 4        /* row_offsets are written, not read: the call before the one that stores entries */
};

/* Any of these at once; what is null is not computed. No output may overlap an input or another output. */
typedef struct gibbs_transport_plan {
  uint32_t struct_size;
  int32_t flags;
  gibbs_transport_problem problem;
  int64_t width;
  const void* values; /* real [columns, width]: V */
  int64_t values_stride;
  void* result; /* real [rows, width]: P V */
  int64_t result_stride;
  void* row_sums;    /* real [rows] */
  void* column_sums; /* real [columns] */
  int64_t largest;   /* k, at most 128: the largest entries of every row, of equal ones the lower column; ends with -1 and 0 */
  int32_t* largest_columns; /* [rows, largest] */
  int64_t largest_columns_stride;
  void* largest_values; /* real [rows, largest] */
  int64_t largest_values_stride;
  double threshold;       /* >= 0: entries above it, in CSR */
  int64_t* row_offsets;   /* [rows + 1] */
  int32_t* entry_columns; /* [entries] */
  void* entry_values;     /* real [entries] */
  int64_t entries;        /* that fit; nothing is written beyond */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_transport_plan;

GIBBS_API gibbs_status gibbs_transport_plan_workspace(gibbs_device* device, const gibbs_transport_plan* arguments,
                                                      int64_t* bytes);
GIBBS_API gibbs_status gibbs_transport_plan_run(gibbs_device* device, gibbs_stream stream, const gibbs_transport_plan* arguments);

/* What rounding found: 48 bytes. status: CONVERGED, INFEASIBLE (a forbidden pair is needed: value and gap +inf), NON_FINITE or
 * INVALID_INPUT. */
typedef struct gibbs_transport_rounding_result {
  double value;       /* of the rounded plan: dual + gap */
  double linear_cost; /* <P, C> of it */
  double dual;        /* at the potentials */
  double gap;         /* value - dual >= 0, a sum of terms of which none is negative */
  double residual;    /* the mass that the rank-one rest moves */
  uint8_t status;
  uint8_t reserved[7];
} gibbs_transport_rounding_result;

/* x_i P_ij y_j + u_i v_j / sum u, which has its marginals exactly: x = min(1, a / P1), y = min(1, b / (diag(x) P)'1), u and v
 * what is lacking then. Where one marginal is held only its side is scaled, where none is nothing. Altschuler, Weed, Rigollet,
 * 2017. */
typedef struct gibbs_transport_rounding {
  uint32_t struct_size;
  int32_t reserved;
  gibbs_transport_problem problem;
  gibbs_transport_rounding_result* result; /* [1] */
  void* source_factors;                    /* real [rows]: x */
  void* target_factors;                    /* real [columns]: y */
  void* source_residual;                   /* real [rows]: u */
  void* target_residual;                   /* real [columns]: v */
  void* plan;                              /* real [rows, columns] */
  int64_t plan_stride;
  void* workspace;
  int64_t workspace_bytes;
} gibbs_transport_rounding;

GIBBS_API gibbs_status gibbs_transport_rounding_workspace(gibbs_device* device, const gibbs_transport_rounding* arguments,
                                                          int64_t* bytes);
GIBBS_API gibbs_status gibbs_transport_rounding_run(gibbs_device* device, gibbs_stream stream,
                                                    const gibbs_transport_rounding* arguments);

/* How implicit differentiation ended: 24 bytes. status: CONVERGED, FLOOR_REACHED, MAX_ITERATIONS, NON_FINITE or INVALID_INPUT. */
typedef struct gibbs_transport_gradient_result {
  double epsilon_gradient;
  double residual; /* relative, in the norm of the preconditioner */
  int32_t iterations;
  uint8_t status;
  uint8_t reserved[3];
} gibbs_transport_gradient_result;

/* From derivatives by plan and potentials to those by costs, points, weights and eps: the adjoint of the optimality conditions,
 * rows eliminated, by conjugate gradients on the columns with the diagonal as preconditioner. [D_r P; P' D_c] (lambda, mu) = (df
 * + (dP o P) 1 / eps, dg + (dP o P)' 1 / eps) dC_ij = P_ij (lambda_i + mu_j - dP_ij / eps) No output may overlap an input or
 * another output, but dC may be dP itself. */
typedef struct gibbs_transport_gradient {
  uint32_t struct_size;
  int32_t max_iterations; /* >= 1 */
  gibbs_transport_problem problem;
  double tolerance;          /* of the residual; 0: 1e-6, for float64 1e-12 */
  const void* upstream_plan; /* real [rows, columns]: dP; null is 0 */
  int64_t upstream_plan_stride;
  const void* upstream_source;             /* real [rows]: df */
  const void* upstream_target;             /* real [columns]: dg */
  gibbs_transport_gradient_result* result; /* [1] */
  void* cost_gradient;                     /* real [rows, columns] */
  int64_t cost_gradient_stride;
  void* source_gradient; /* real [rows]: by a */
  void* target_gradient; /* real [columns]: by b */
  void* x_gradient;      /* real [rows, dimensions] */
  int64_t x_gradient_stride;
  void* y_gradient; /* real [columns, dimensions] */
  int64_t y_gradient_stride;
  void* workspace;
  int64_t workspace_bytes;
} gibbs_transport_gradient;

GIBBS_API gibbs_status gibbs_transport_gradient_workspace(gibbs_device* device, const gibbs_transport_gradient* arguments,
                                                          int64_t* bytes);
GIBBS_API gibbs_status gibbs_transport_gradient_run(gibbs_device* device, gibbs_stream stream,
                                                    const gibbs_transport_gradient* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_TRANSPORT_PLAN_H */
