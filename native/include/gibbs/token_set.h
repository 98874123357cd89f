/* Token sets: restricted entropies and decoding of rows of logits. See gibbs.h. */
#ifndef GIBBS_TOKEN_SET_H
#define GIBBS_TOKEN_SET_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How top-h measures entropy: that of the softmax over the set against alpha times that of the row (the paper, Potraghloo et al.
 * 2025); partial sums of -p log p against alpha times their sum over the top_h_cap first (its authors' code); the same with p
 * renormalised over those (Transformers). */
typedef enum gibbs_top_h { GIBBS_TOP_H_PAPER = 0, GIBBS_TOP_H_RELEASED = 1, GIBBS_TOP_H_TRANSFORMERS = 2 } gibbs_top_h;

/* p = softmax(z / T). Tokens are ranked by logit, ties by lower index; every criterion keeps a prefix of the ranking, on p
 * itself, and S is the shortest of them. q = softmax over S, H_S = -sum q log q; value = r H_S, gradient = r dH_S / dz with S
 * held: -r q_k (log q_k + H_S) / T on S, exactly 0 outside. -inf logits are never in S. The sample is argmax over S of (z_j - max
 * z) / T + G_j, G the Gumbel noise of Philox4x32-10 with key seed and counter (j / 4, row + row_offset, step). Rows: NaN and +inf
 * give NaN, count 0, sample -1; all masked, and a set without tokens (GIBBS_ROW_EMPTY_SET, only with excludes_crossing): entropy
 * and gradient 0, threshold +inf, log-probabilities -inf, sample -1. An action outside [0, columns): its log-probability is NaN,
 * the status GIBBS_ROW_TARGET_OUT_OF_RANGE, all else as any row. */
typedef struct gibbs_token_set {
  uint32_t struct_size;
  int32_t type;
  int64_t rows, columns;
  const void* logits;
  int64_t logits_stride;
  const void* actions;
  const void* row_weights;  /* real [rows] */
  const void* temperatures; /* real [rows], in place of temperature */
  const void* normaliser;   /* real [1], read on the device */
  int32_t action_type;      /* a gibbs_target_type; none: no actions */
  int32_t reduction;
  int32_t regime; /* as gibbs_row_map */
  int32_t has_normaliser_value;
  double normaliser_value;
  double temperature; /* positive */

  int64_t top_k;             /* 0: none */
  double top_p;              /* in (0, 1]; 1: none */
  double min_p;              /* in [0, 1]: p_j >= min_p max p; 0: none */
  double min_probability;    /* in [0, 1]: p_j >= it, and the first always; 0: none */
  double top_h;              /* alpha in (0, 1]; 1: none, but for the cap of the variants with one */
  int32_t excludes_crossing; /* top-p ends before the token that crosses it, and may keep none */
  int32_t top_h_variant;
  int32_t top_h_cap; /* positive; of the variants with one */
  uint32_t step;
  uint64_t seed;
  int64_t row_offset;

  void* value;          /* real [1]: the reduced H_S */
  void* entropies;      /* real [rows]: H_S */
  void* full_entropies; /* real [rows]: of the row */
  int32_t* counts;      /* [rows]: tokens of S */
  void* thresholds;     /* real [rows]: the smallest logit of S */
  uint8_t* mask;        /* [rows, columns]: 1 in S, else 0 */
  int64_t mask_stride;
  void* log_probabilities; /* type [rows, columns]: log q, -inf outside */
  int64_t log_probabilities_stride;
  void* action_log_probability; /* real [rows]: log q of the action */
  int64_t* samples;             /* [rows] */
  void* sample_log_probability; /* real [rows]: log p of the sample */
  void* gradient;               /* type [rows, columns]; may be the logits themselves */
  int64_t gradient_stride;
  uint8_t* status;
  int64_t* valid_rows;   /* [1]: rows in the normaliser */
  void* normaliser_used; /* real [1] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_token_set;

GIBBS_API gibbs_status gibbs_token_set_workspace(gibbs_device* device, const gibbs_token_set* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_token_set_run(gibbs_device* device, gibbs_stream stream, const gibbs_token_set* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_TOKEN_SET_H */
