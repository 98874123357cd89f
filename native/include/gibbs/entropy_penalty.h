/* Penalties on the entropies of tokens. See gibbs.h. */
#ifndef GIBBS_ENTROPY_PENALTY_H
#define GIBBS_ENTROPY_PENALTY_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* v of a valid token, H its entropy, A the anchor of its sequence, h its head; the value is weight times the aggregate of v. */
typedef enum gibbs_entropy_penalty_kind {
  GIBBS_PENALTY_BONUS = 0,         /* -H */
  GIBBS_PENALTY_EPO_PUBLISHED = 1, /* smoothing constant 1[not lower A < H < upper A] - entropy_bonus H; the constant has no gradient */
  GIBBS_PENALTY_EPO_HINGE = 2,     /* smoothing d - entropy_bonus H,  d = max(lower A - H, H - upper A, 0) */
  GIBBS_PENALTY_EPO_QUADRATIC = 3, /* smoothing d^2 - entropy_bonus H */
  GIBBS_PENALTY_SIREN = 4,         /* weight (E - A)^2, E the mean over sequences of the means of H above the sequence's quantile */
  GIBBS_PENALTY_ATTENTION = 5      /* d^2 where |d| > margin log T, else 0, d = H - head_threshold log T; weight sum v / heads */
} gibbs_entropy_penalty_kind;

/* A sequence without valid tokens does not count. */
typedef enum gibbs_entropy_aggregation {
  GIBBS_AGGREGATION_TOKEN_MEAN = 0,
  GIBBS_AGGREGATION_SEQUENCE_MEAN = 1, /* the mean over sequences of the means over their tokens */
  GIBBS_AGGREGATION_SUM = 2
} gibbs_entropy_aggregation;

/* One call, every output optional (null: not computed). All pointers are device pointers. Statuses of sequences, upper ones win:
 * INVALID_PARAMETER (anchor or threshold not finite, index outside the table), NOT_A_NUMBER, PLUS_INFINITY: value NaN, gradient NaN on
 * the sequence's valid tokens; ALL_MASKED (no valid token), EMPTY_SET (Siren: none above the quantile): not counted; OK. */
typedef struct gibbs_entropy_penalty {
  uint32_t struct_size;
  int32_t type; /* GIBBS_FLOAT32 or GIBBS_FLOAT64 */
  int64_t rows, columns;
  const void* entropies; /* [rows, columns], a sequence per row */
  int64_t entropies_stride;
  const uint8_t* mask; /* [rows, columns]: valid where not 0; null: all */
  int64_t mask_stride;
  const void* anchors;           /* real [anchor_count]: bands, by row or by anchor_indices; Siren, one; null: anchor */
  const int32_t* anchor_indices; /* [rows] into anchors */
  int64_t anchor_count;
  const void* head_thresholds; /* real [heads]: row b is of head b mod heads; attention */
  int64_t heads;

  int32_t kind;         /* gibbs_entropy_penalty_kind */
  int32_t aggregation;  /* gibbs_entropy_aggregation; not of Siren and attention */
  int32_t per_sequence; /* a band judges the sequence's mean entropy */
  int32_t reserved;
  int64_t context; /* T of attention, 0: columns */
  double weight, smoothing, entropy_bonus, constant, lower, upper, anchor, quantile, margin;

  void* value;             /* real [1] */
  void* mean_entropy;      /* real [1]: of valid tokens, aggregated as v; of Siren E */
  int64_t* tokens;         /* [1], valid */
  int64_t* selected_count; /* [1] */
  void* gradient;          /* [rows, columns]: d value / dH, 0 where not valid; may be the entropies themselves */
  int64_t gradient_stride;
  void* penalties; /* [rows, columns]: v; not of Siren */
  int64_t penalties_stride;
  uint8_t* selected; /* [rows, columns]: 1 outside the band, above the quantile, beyond the margin */
  int64_t selected_stride;
  void* sequence_means;          /* real [rows], 0 where no token is valid */
  void* quantiles;               /* real [rows], Siren; NaN where no token is valid */
  void* head_threshold_gradient; /* real [heads] */
  uint8_t* status;               /* [rows] gibbs_row_status */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_entropy_penalty;

GIBBS_API gibbs_status gibbs_entropy_penalty_workspace(gibbs_device* device, const gibbs_entropy_penalty* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_entropy_penalty_run(gibbs_device* device, gibbs_stream stream, const gibbs_entropy_penalty* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_ENTROPY_PENALTY_H */
