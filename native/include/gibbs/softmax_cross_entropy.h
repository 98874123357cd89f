/* Softmax cross-entropy. See gibbs.h. */
#ifndef GIBBS_SOFTMAX_CROSS_ENTROPY_H
#define GIBBS_SOFTMAX_CROSS_ENTROPY_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The loss of the target's log-probability, l = -log p_y: what takes the place of l in the row's loss. */
typedef enum gibbs_target_loss {
  GIBBS_LOSS_CROSS_ENTROPY = 0, /* l */
  GIBBS_LOSS_FOCAL = 1,         /* (1 - p_y)^gamma l                                 gamma >= 0 (Lin et al. 2017) */
  GIBBS_LOSS_POLY1 = 2,         /* l + epsilon (1 - p_y)                             (PolyLoss, Leng et al. 2022) */
  GIBBS_LOSS_COMP_SUM = 3       /* (1 - p_y^(tau-1)) / (tau - 1), l at tau = 1       tau >= 0 (Mao, Mohri, Zhong 2023) */
} gibbs_target_loss;

/* The saved statistics of a row: with u = softcap(z), x_j = (u_j - max u) / temperature. lse = maximum / temperature + log_sum. */
typedef struct gibbs_row_statistics_f32 {
  float maximum;     /* max_j u_j, before the temperature */
  float log_sum;     /* log sum_j exp(x_j), >= 0, accurate relative to itself */
  float mean_offset; /* sum_j p_j x_j, <= 0: entropy = log_sum - mean_offset */
  float target_mass; /* sum_j of the per-column target terms: soft targets smoothed and weighted, or the class weights where smoothing
                        uses them; otherwise 0 */
  int64_t argmax;    /* the first largest logit, -1 where there is none */
  int64_t unmasked;  /* count of logits above -inf where max_suppression needs it; otherwise 0 */
} gibbs_row_statistics_f32;

typedef struct gibbs_row_statistics_f64 {
  double maximum, log_sum, mean_offset, target_mass;
  int64_t argmax, unmasked;
} gibbs_row_statistics_f64;

/* One call, every output optional (null: not computed).
 *
 * Per row, z the effective logits (softcap, then temperature), p = softmax(z), s the smoothing, w class weights, r the row weight:
 *   loss = r [ (1-s) w_y phi(-log p_y) + (s/V) sum_j w_j (-log p_j) + lambda lse^2 - beta H
 *              + alpha (max z - mean z) + (nu/2) sum_j (z_j - c)^2 ]
 * soft targets q: loss = r [ sum_j w_j ((1-s) q_j + s/V) (-log p_j) + the further terms ].
 * mean divides the sum by sum r w_y over the valid rows (sum r for soft targets), 0 where there is none, or by the caller's normaliser. */
typedef struct gibbs_softmax_cross_entropy {
  uint32_t struct_size;
  int32_t type;        /* gibbs_type of logits, soft_targets and gradient */
  int64_t rows, columns;

  /* inputs, device */
  const void* logits;
  int64_t logits_stride;
  const void* targets; /* [rows], int32 or int64 by target_type */
  const void* soft_targets;
  int64_t soft_targets_stride;
  const void* class_weights;    /* real [columns] */
  const void* row_weights;      /* real [rows] */
  const void* row_temperatures; /* real [rows], in place of temperature */
  const void* normaliser;       /* real [1]: the divisor, in place of the computed one; read on the device, when the work runs */
  const void* saved_statistics; /* gibbs_softmax_cross_entropy_gradient only: [rows] gibbs_row_statistics_* of the same logits */
  const void* upstream;         /* gibbs_softmax_cross_entropy_gradient only: real [rows], or [1] with upstream_stride 0 */
  int64_t upstream_stride;
  int32_t target_type; /* gibbs_target_type */

  /* options */
  int32_t reduction;   /* gibbs_reduction */
  int32_t target_loss; /* gibbs_target_loss, phi */
  int32_t regime;      /* gibbs_regime */
  int32_t has_normaliser_value;
  int32_t reserved;
  int64_t ignore_index;
  double label_smoothing;       /* s, in [0, 1] */
  double z_loss;                /* lambda */
  double softcap;               /* c > 0 finite, 0 for none */
  double temperature;           /* > 0, finite */
  double entropy_weight;        /* beta */
  double target_loss_parameter; /* gamma, epsilon or tau */
  double max_suppression;       /* alpha (MaxSup, Zhou et al. 2025) */
  double logit_penalty;         /* nu (spectral decoupling, Pezeshki et al. 2021) */
  double logit_penalty_center;  /* c */
  double normaliser_value;      /* the divisor, where has_normaliser_value */

  /* outputs, device */
  void* losses;          /* real [rows] */
  void* loss;            /* real [1] */
  void* gradient;        /* type [rows, columns]; may be the logits themselves */
  int64_t gradient_stride;
  void* log_sum_exp;     /* real [rows] */
  void* entropy;         /* real [rows] */
  void* log_probability; /* real [rows] */
  int64_t* argmax;       /* [rows] */
  int64_t* rank;         /* [rows] */
  uint8_t* status;       /* [rows] gibbs_row_status */
  void* statistics;      /* [rows] gibbs_row_statistics_f32, _f64 for float64 */
  int64_t* valid_rows;   /* [1] */
  void* normaliser_used; /* real [1]: the divisor that mean used, or would use */

  /* scratch of at least the size that the query gives, 256-byte aligned; null: allocated on the stream and freed by the call */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_softmax_cross_entropy;

GIBBS_API gibbs_status gibbs_softmax_cross_entropy_workspace(gibbs_device* device, const gibbs_softmax_cross_entropy* arguments,
                                                             int64_t* bytes);
/* Statistics, loss, and loss with gradient: by the outputs that are given. */
GIBBS_API gibbs_status gibbs_softmax_cross_entropy_run(gibbs_device* device, gibbs_stream stream,
                                                       const gibbs_softmax_cross_entropy* arguments);
/* gradient = upstream_i * d loss_i / d logits from saved_statistics: one read, one write. With reduction mean also divided by the normaliser. */
GIBBS_API gibbs_status gibbs_softmax_cross_entropy_gradient(gibbs_device* device, gibbs_stream stream,
                                                            const gibbs_softmax_cross_entropy* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_SOFTMAX_CROSS_ENTROPY_H */
