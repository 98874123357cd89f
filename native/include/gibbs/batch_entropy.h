/* Entropies of the mean distribution of segments of softmax rows. See gibbs.h. */
#ifndef GIBBS_BATCH_ENTROPY_H
#define GIBBS_BATCH_ENTROPY_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Per segment, p_i = softmax(z_i / T), r row weights, R = sum r, m = sum r_i p_i / R, P_g the mass of class group g, K_g its classes:
 *   F = marginal_weight H(m) + conditional_weight sum r_i H(p_i) / R + class_entropy_weight sum r_i sum_k -nu_k p_ik log p_ik / R
 *       + prior_weight KL(m | tau) + between_groups_weight (log G - H(P)) + within_groups_weight sum_g (log K_g - H(m_g / P_g))
 * confidence_power c > 0: rows enter m with weight r_i / (max p_i)^c. Statuses of segments, upper ones win: INVALID_PARAMETER (a
 * row weight negative or not finite), NOT_A_NUMBER, PLUS_INFINITY, INVALID_PROBABILITY (a prior below 0 or above 1): F, m and the
 * gradient of rows that count NaN; ALL_MASKED (no row counts: F = 0); DISJOINT_SUPPORT (F infinite, gradient NaN); OK. A row that is
 * ALL_MASKED or of weight 0 does not count. */
typedef struct gibbs_batch_entropy {
  uint32_t struct_size;
  int32_t type;
  int64_t rows, columns;
  const void* logits;
  int64_t logits_stride;
  const int64_t* offsets;     /* [segments + 1], from 0 to rows, not decreasing: not checked; null: one segment */
  int64_t segments;           /* with offsets */
  const void* row_weights;    /* real [rows] */
  const void* class_weights;  /* real [columns]: nu, default 1 */
  const void* priors;         /* real [segments, columns]: tau, default uniform; priors_stride 0: one for all */
  int64_t priors_stride;
  const int32_t* class_groups; /* [columns], in [0, groups); any other number: in none */
  int32_t groups;
  int32_t reduction; /* over segments; mean counts those with rows that count */
  int32_t regime;    /* as gibbs_row_map */
  int32_t reserved;
  double temperature, marginal_weight, conditional_weight, class_entropy_weight, prior_weight;
  double between_groups_weight, within_groups_weight, confidence_power;

  void* value;            /* real [1]; not with reduction none */
  int64_t* segment_count; /* [1]: segments with rows that count */
  void* values;           /* real [segments] */
  void* marginals;        /* real [segments, columns]: m */
  int64_t marginals_stride;
  void* entropies; /* real [rows]: H(p_i) */
  void* gradient;  /* type [rows, columns]; may be the logits themselves */
  int64_t gradient_stride;
  uint8_t* status;         /* [rows] */
  uint8_t* segment_status; /* [segments] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_batch_entropy;

GIBBS_API gibbs_status gibbs_batch_entropy_workspace(gibbs_device* device, const gibbs_batch_entropy* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_batch_entropy_run(gibbs_device* device, gibbs_stream stream, const gibbs_batch_entropy* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_BATCH_ENTROPY_H */
