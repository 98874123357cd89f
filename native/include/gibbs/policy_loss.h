/* Policy losses over tokens. See gibbs.h. */
#ifndef GIBBS_POLICY_LOSS_H
#define GIBBS_POLICY_LOSS_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The loss of a token: l its log-probability, l0 that of the policy which drew it, A its advantage, r = exp(l - l0) with l - l0
 * kept within +-20 (no gradient beyond), c(r) = clip(r, 1 - clip_low, 1 + clip_high), cov = (A - mean A) (l - mean l) over the
 * batch. */
typedef enum gibbs_policy_kind {
  GIBBS_POLICY_CLIPPED = 0,    /* max(-A r, -A c(r)), where A < 0 at most -dual_clip A (PPO) */
  GIBBS_POLICY_REINFORCE = 1,  /* -A l */
  GIBBS_POLICY_RATIO = 2,      /* -A r */
  GIBBS_POLICY_HARD_CLAMP = 3, /* -A c(r), no gradient where it clips (DPOK) */
  GIBBS_POLICY_LP_REG = 4,     /* clipped, but -A r + penalty_weight (e^d - 1 - d), d = l_proxy - l, for those of the share of
                                  lowest l among A < 0 with d > 0; the penalty is at most 10 */
  GIBBS_POLICY_CLIP_COV = 5,   /* clipped, but 0 for a share drawn among the unclipped with cov between its bounds */
  GIBBS_POLICY_KL_COV = 6,     /* -A r, + penalty_weight |l - l0| for the share of largest cov */
  GIBBS_POLICY_EXPONENTIAL_SMOOTHING = 7 /* -A exp(l - smoothing l0) */
} gibbs_policy_kind;

/* KL to a reference, d = l_ref - l. */
typedef enum gibbs_kl_estimator {
  GIBBS_KL_K3 = 0,        /* e^d - 1 - d */
  GIBBS_KL_K1 = 1,        /* -d */
  GIBBS_KL_K2 = 2,        /* d^2 / 2 */
  GIBBS_KL_ABSOLUTE = 3,  /* |d| */
  GIBBS_KL_K3_CLAMPED = 4 /* K3 of d within +-20, at most 10, no gradient beyond */
} gibbs_kl_estimator;

/* The weight of a token of sequence b: N tokens, S sequences and G groups that have some, n_b tokens of the sequence, s_g
 * sequences of its group, L the length. A normaliser takes the place of N, S or G. */
typedef enum gibbs_token_aggregation {
  GIBBS_TOKEN_MEAN = 0,                   /* 1 / N */
  GIBBS_SEQUENCE_MEAN_TOKEN_MEAN = 1,     /* 1 / (S n_b) */
  GIBBS_SEQUENCE_MEAN_TOKEN_SUM = 2,      /* 1 / S */
  GIBBS_SEQUENCE_MEAN_TOKEN_SUM_NORM = 3, /* 1 / (S L) */
  GIBBS_TOKEN_SUM_NORM = 4,               /* 1 / L */
  GIBBS_GROUP_MEAN = 5                    /* 1 / (G s_g n_b) */
} gibbs_token_aggregation;

/* Bits of flags; 0 for a masked token. */
typedef enum gibbs_policy_flags {
  GIBBS_TOKEN_CLIPPED = 1,
  GIBBS_TOKEN_DUAL_CLIPPED = 2,
  GIBBS_TOKEN_PENALISED = 4,
  GIBBS_TOKEN_DETACHED = 8,
  GIBBS_TOKEN_RATIO_LIMITED = 16,
  GIBBS_TOKEN_KL_LIMITED = 32,
  GIBBS_TOKEN_NOT_FINITE = 64
} gibbs_policy_flags;

typedef struct gibbs_policy_metrics {
  double loss, policy, reference_kl, entropy; /* of the loss, weighted as it is; the parts before their weights */
  double normaliser;
  double ratio, old_kl, log_probability; /* means over tokens of r, l0 - l, l */
  int64_t tokens, sequences, groups, clipped, dual_clipped, selected, not_finite;
} gibbs_policy_metrics;

/* loss = sum over tokens of weight (policy + kl_weight kl - entropy_weight H), in fp64 whatever the type; gradients by l and by
 * H. A token whose mask byte is 0 contributes exactly 0. Everything about the batch is detached. Outputs may be the memory of an
 * input of their type, exactly. */
typedef struct gibbs_policy_loss {
  uint32_t struct_size;
  int32_t type;          /* float32 or float64 */
  int64_t rows, columns; /* sequences, tokens of a sequence */
  int32_t kind, kl_estimator, aggregation, has_normaliser_value;
  double clip_low, clip_high, dual_clip; /* 0.2, 0.2; above 1, or 0 for none */
  double selected_share, penalty_weight;
  double covariance_low, covariance_high;
  double smoothing, kl_weight, entropy_weight;
  double length; /* 0: columns */
  double normaliser_value;
  uint64_t seed; /* of CLIP_COV: the least first words of Philox4x32-10 with the token's index as counter are drawn */

  const void* log_probabilities;
  int64_t log_probabilities_stride;
  const void* old_log_probabilities; /* null: r is 1 */
  int64_t old_stride;
  const void* reference_log_probabilities;
  int64_t reference_stride;
  const void* proxy_log_probabilities;
  int64_t proxy_stride;
  const void* advantages; /* [rows, columns], or sequence_advantages */
  int64_t advantages_stride;
  const void* sequence_advantages; /* real [rows] */
  const uint8_t* mask;             /* null: all are tokens */
  int64_t mask_stride;
  const void* entropies;
  int64_t entropies_stride;
  const int64_t* group_offsets; /* [groups + 1], ascending from 0 to rows; a row in no group has weight 0 in GROUP_MEAN */
  int64_t groups;
  const void* normaliser; /* real [1], read on the device */

  void* token_losses;
  int64_t token_losses_stride;
  void* log_probability_gradient;
  int64_t log_probability_gradient_stride;
  void* entropy_gradient;
  int64_t entropy_gradient_stride;
  uint8_t* flags;
  int64_t flags_stride;
  void* loss;                    /* real [1] */
  gibbs_policy_metrics* metrics; /* [1] on the device */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_policy_loss;

GIBBS_API gibbs_status gibbs_policy_loss_workspace(gibbs_device* device, const gibbs_policy_loss* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_policy_loss_run(gibbs_device* device, gibbs_stream stream, const gibbs_policy_loss* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_POLICY_LOSS_H */
