/* Entropy-regularised optimal transport by Sinkhorn's iterations, one problem or many. See gibbs.h. */
#ifndef GIBBS_SINKHORN_H
#define GIBBS_SINKHORN_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a transport problem ended. */
typedef enum gibbs_transport_status {
  GIBBS_TRANSPORT_CONVERGED = 0,
  GIBBS_TRANSPORT_FLOOR_REACHED = 1, /* rounding allows no smaller marginal error */
  GIBBS_TRANSPORT_MAX_ITERATIONS = 2,
  GIBBS_TRANSPORT_INFEASIBLE = 3,   /* no plan has these marginals; outputs are NaN */
  GIBBS_TRANSPORT_NON_FINITE = 4,   /* a NaN or -inf cost, or a point that is not finite; outputs are NaN */
  GIBBS_TRANSPORT_INVALID_INPUT = 5 /* weights that are negative, not finite or without mass; held masses that differ by more than
                                       1e-5; a scalar outside its range; offsets that do not fit. Outputs are NaN, but for offsets
                                       that do not fit: these leave all but the result as it is */
} gibbs_transport_status;

/* The cost of two points, z = x - y. */
typedef enum gibbs_transport_metric {
  GIBBS_METRIC_SQUARED_EUCLIDEAN = 0, /* |z|^2 */
  GIBBS_METRIC_EUCLIDEAN = 1,         /* |z| */
  GIBBS_METRIC_COSINE = 2,            /* 1 - <x, y> / (|x| |y|), cosine 0 at the origin */
  GIBBS_METRIC_DOT_PRODUCT = 3,       /* -<x, y> */
  GIBBS_METRIC_POWER_NORM = 4,        /* sum |z_k|^p, p = metric_parameter >= 1 */
  GIBBS_METRIC_ELASTIC_L1 = 5,        /* |z|^2 / 2 + gamma |z|_1, gamma = metric_parameter >= 0 */
  GIBBS_METRIC_ELASTIC_K_SUPPORT = 6  /* |z|^2 / 2 + gamma / 2 (k-support norm of z)^2, k = metric_k >= 1 */
} gibbs_transport_metric;

/* What was found, in the units of the cost: 64 bytes. P is the plan of the potentials returned. */
typedef struct gibbs_transport_result {
  double value;             /* <P, C> + eps KL(P | a (x) b) + rho_a KL(P1 | a) + rho_b KL(P'1 | b) */
  double linear_cost;       /* <P, C> */
  double kl;                /* KL(P | a (x) b) */
  double source_divergence; /* KL(P1 | a); 0 where that marginal is held */
  double target_divergence; /* KL(P'1 | b); 0 where that marginal is held */
  double dual;              /* the dual value at the potentials */
  double marginal_error;    /* sum |P1 - a| + sum |P'1 - b|; of relaxed marginals against a exp(-f / rho), b exp(-g / rho) */
  int32_t iterations;
  uint8_t status; /* a gibbs_transport_status */
  uint8_t reserved[3];
} gibbs_transport_result;

enum {
  GIBBS_SINKHORN_PLAIN = 1,       /* alternating updates without over-relaxation */
  GIBBS_SINKHORN_SHARED_COSTS = 2 /* one cost matrix [rows, columns] for all problems; not with offsets */
};

/* How problems are mapped to the device. Results do not depend on it, to the bit; anything but automatic is for tests and
 * benchmarks. */
typedef enum gibbs_sinkhorn_regime {
  GIBBS_SINKHORN_AUTOMATIC = 0,
  GIBBS_SINKHORN_BLOCKS = 1, /* a block per problem, from a queue */
  GIBBS_SINKHORN_GRID = 2    /* the whole device on one problem after the other: a cooperative launch */
} gibbs_sinkhorn_regime;

/* P_ij = a_i b_j exp((f_i + g_j - C_ij) / eps), for every problem of a batch; all of it in one launch (points: and one that lays
 * them out). Either costs or both x and y are given.
 *
 * A uniform batch: every problem is [rows, columns]; row i of problem p is row p rows + i of costs, x, plan and source arrays,
 * column j is row p columns + j of y and element p columns + j of target arrays. A ragged batch: source_offsets, target_offsets
 * [problems + 1] say where the points, weights and potentials of a problem begin; its cost matrix, and its plan, are dense, of as
 * many columns as the problem has, and begin at cost_offsets[p]; strides of costs and plan are not used. rows, columns are the
 * largest of a problem; the totals are the lengths of the packed arrays.
 *
 * Real arrays are of the arithmetic type. Null is absent. No output may overlap an input or another output. */
typedef struct gibbs_sinkhorn {
  uint32_t struct_size;
  int32_t type;   /* of the costs; of points, gradients too, float32 or float64 */
  int32_t metric; /* of points */
  int32_t metric_k;
  double metric_parameter;
  int64_t problems, rows, columns, dimensions;

  const void* costs; /* type; +inf forbids a pair */
  int64_t costs_stride;
  const void* x; /* type [problems rows, dimensions] */
  int64_t x_stride;
  const void* y; /* type [problems columns, dimensions] */
  int64_t y_stride;

  const int64_t* source_offsets; /* of a ragged batch; all on the device */
  const int64_t* target_offsets;
  const int64_t* cost_offsets; /* where costs or plan are given */
  int64_t source_total, target_total, cost_total;

  const void* source_weights;           /* real; absent: 1 / rows of the problem */
  const void* target_weights;           /* real; absent: 1 / columns of the problem */
  const void* initial_target_potential; /* real: g to start from */
  const double* epsilons;               /* [problems], in place of epsilon */
  const double* tolerances;             /* [problems], in place of tolerance */
  const int32_t* iteration_limits;      /* [problems], in place of max_iterations */

  double epsilon;         /* > 0 */
  double source_rho;      /* > 0; +inf holds the marginal */
  double target_rho;      /* > 0; +inf holds the marginal */
  double tolerance;       /* of the marginal error; 0: 1e-5, for float64 1e-9 */
  double epsilon_start;   /* where greater than epsilon, the first of a sequence of halves; 0: none */
  int32_t max_iterations; /* >= 1 */
  int32_t flags;
  int32_t regime;
  int32_t reserved;

  gibbs_transport_result* results; /* [problems] */
  void* source_potential;          /* real: f */
  void* target_potential;          /* real: g; where both marginals are held sum b_j g_j = 0 */
  void* plan;                      /* real */
  int64_t plan_stride;
  void* x_gradient; /* type [problems rows, dimensions]: of the value */
  int64_t x_gradient_stride;
  void* y_gradient; /* type [problems columns, dimensions] */
  int64_t y_gradient_stride;
  void* workspace;
  int64_t workspace_bytes;
} gibbs_sinkhorn;

GIBBS_API gibbs_status gibbs_sinkhorn_workspace(gibbs_device* device, const gibbs_sinkhorn* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_sinkhorn_run(gibbs_device* device, gibbs_stream stream, const gibbs_sinkhorn* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_SINKHORN_H */
