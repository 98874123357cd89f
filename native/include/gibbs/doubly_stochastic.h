/* Doubly-stochastic normalisation of many small matrices, and assignment of tokens to experts with capacities. See gibbs.h. */
#ifndef GIBBS_DOUBLY_STOCHASTIC_H
#define GIBBS_DOUBLY_STOCHASTIC_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Alternating: K = exp(x / T), v = 1, then u_i = a_i / sum_j K_ij v_j and v_j = b_j / sum_i K_ij u_i in turn; P = u K v.
 * DeepSeek: K = softmax of rows + eps, columns by their sum + eps, then rows, columns in turn; square matrices. */
typedef enum gibbs_stochastic_scheme { GIBBS_STOCHASTIC_ALTERNATING = 0, GIBBS_STOCHASTIC_DEEPSEEK = 1 } gibbs_stochastic_scheme;

/* A row of a view is a matrix [rows, columns], row after row; sides from 1 to 64. Statuses (gibbs_transport_status, a byte each):
 * converged (all iterations done), non-finite (NaN or +inf), infeasible (a row or column with a target and no entry), invalid
 * input (negative entries or targets, targets without mass or of different masses). But for the first, the matrix is NaN. */
typedef struct gibbs_doubly_stochastic {
  uint32_t struct_size;
  int32_t type; /* of values, upstream and result */
  int64_t matrices;
  int32_t rows, columns;
  int32_t scheme;
  int32_t positive;   /* values are the matrix itself, not logits */
  int32_t iterations; /* 1 to 1000 */
  uint32_t step;      /* of the noise */
  const void* values; /* type [matrices, rows * columns] */
  int64_t values_stride;
  const void* upstream; /* type; the gradient by P: result is then the gradient by the values */
  int64_t upstream_stride;
  const void* row_targets; /* real [rows], or [matrices * rows] with a stride of rows; null: the other's mean, or 1 */
  int64_t row_targets_stride;
  const void* column_targets; /* real [columns], or [matrices * columns]; null: the other's mean */
  int64_t column_targets_stride;
  double temperature; /* (0, 1e18]; 1 for positive */
  double epsilon;     /* [1e-9, 1], of the DeepSeek scheme */
  double noise_scale; /* s: logits are x + s G, G Gumbel noise of (seed, step, matrix_offset + matrix, entry); 0 for positive */
  uint64_t seed;
  int64_t matrix_offset;
  int32_t regime; /* automatic; lanes: up to 8 x 8, without noise, in registers; block: a warp per matrix, in shared memory */
  int32_t reserved;

  void* result; /* type [matrices, rows * columns]; may be values' or upstream's own memory */
  int64_t result_stride;
  void* marginal_errors; /* real [matrices]: sum |P1 - a| + sum |P'1 - b|; without upstream */
  uint8_t* status;       /* [matrices] */
} gibbs_doubly_stochastic;

/* Needs no workspace. */
GIBBS_API gibbs_status gibbs_doubly_stochastic_run(gibbs_device* device, gibbs_stream stream,
                                                   const gibbs_doubly_stochastic* arguments);

typedef struct gibbs_assignment_result {
  double value; /* sum of the scores assigned */
  double gap;   /* dual less value: no assignment is better by more */
  int64_t bids;
  uint8_t status; /* gibbs_transport_status */
  uint8_t reserved[7];
} gibbs_assignment_result;

/* max sum_i s(i, k(i)) with at most c_k tokens to expert k, by an auction: within tokens * tolerance * (max s - min s) of the
 * greatest. -inf forbids a pair. */
typedef struct gibbs_balanced_assignment {
  uint32_t struct_size;
  int32_t type;
  int64_t problems;
  int64_t tokens, experts; /* of a problem */
  const void* scores;      /* type [problems * tokens, experts] */
  int64_t scores_stride;
  const int32_t* capacities; /* [experts], or [problems * experts] with a stride of experts; null: tokens / experts, rounded up */
  int64_t capacities_stride;
  double tolerance; /* [1e-9, 1] */
  int64_t max_bids; /* per problem; 0: 10000 per token */

  int32_t* assigned;                /* [problems * tokens]: -1 where there is none */
  double* prices;                   /* [problems * experts] */
  gibbs_assignment_result* results; /* [problems] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_balanced_assignment;

GIBBS_API gibbs_status gibbs_balanced_assignment_workspace(gibbs_device* device, const gibbs_balanced_assignment* arguments,
                                                           int64_t* bytes);
GIBBS_API gibbs_status gibbs_balanced_assignment_run(gibbs_device* device, gibbs_stream stream,
                                                     const gibbs_balanced_assignment* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_DOUBLY_STOCHASTIC_H */
