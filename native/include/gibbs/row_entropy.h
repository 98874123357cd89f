/* Entropies of rows of logits or probabilities, with the log-probability of an action. See gibbs.h. */
#ifndef GIBBS_ROW_ENTROPY_H
#define GIBBS_ROW_ENTROPY_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gibbs_entropy_kind {
  GIBBS_ENTROPY_SHANNON = 0, /* -sum p log p */
  GIBBS_ENTROPY_TSALLIS = 1, /* (sum p - sum p^alpha) / (alpha - 1) */
  GIBBS_ENTROPY_RENYI = 2,   /* log sum p^alpha / (1 - alpha) */
  GIBBS_ENTROPY_MIN = 3      /* -log max p */
} gibbs_entropy_kind;

typedef enum gibbs_entropy_input {
  GIBBS_ENTROPY_LOGITS = 0,       /* p = softmax(z / temperature) */
  GIBBS_ENTROPY_PROBABILITIES = 1 /* p as given, in [0, 1], whatever its sum */
} gibbs_entropy_input;

/* value = r H(p) + u log p_a, reduced over rows; the mean divides by sum r. Gradient by what is given:
 *
 *   kind      of logits, dH/dz_k                          of probabilities, dH/dp_k
 *   Shannon   -p_k (log p_k + H) / T                      -(log p_k + 1)
 *   Tsallis   -(alpha/(alpha-1)) (p_k^alpha - p_k S) / T  (1 - alpha p_k^(alpha-1)) / (alpha-1)
 *   Renyi     (alpha/(1-alpha)) (p_k^alpha/S - p_k) / T   (alpha/(1-alpha)) p_k^(alpha-1) / S
 *   Min       (p_k - 1[k = first argmax]) / T             -1 / max p at the first argmax
 *             u (1[k = a] - p_k) / T                      u / p_a at a
 *
 * with S = sum p^alpha; alpha = 1 is Shannon's. Masked logits (-inf) have gradient 0. An action outside its row: log-probability
 * and value NaN, gradient 0. Rows without mass, and empty ones, are GIBBS_ROW_ALL_MASKED: entropy and gradient 0, log-sum-exp
 * -inf. */
typedef struct gibbs_row_entropy {
  uint32_t struct_size;
  int32_t type;
  int64_t rows;
  int64_t columns; /* of ragged rows all values together */
  const void* values;
  int64_t values_stride;  /* of ragged rows unused */
  const int64_t* offsets; /* [rows + 1], ascending: row i is values[offsets[i], offsets[i + 1]); null: rows of columns. A row that
                             does not lie within values is GIBBS_ROW_INVALID_PARAMETER, and is not touched */
  const void* actions;
  const void* action_weights; /* real [rows]: u; null: 0 */
  const void* row_weights;    /* real [rows]: r; null: 1 */
  const void* temperatures;   /* real [rows], in place of temperature; logits only */
  const void* normaliser;     /* real [1], read on the device */
  int32_t action_type;        /* a gibbs_target_type; none: no actions */
  int32_t kind;               /* a gibbs_entropy_kind */
  int32_t input;              /* a gibbs_entropy_input */
  int32_t reduction;
  int32_t regime; /* as gibbs_row_map */
  int32_t has_normaliser_value;
  double normaliser_value;
  double alpha;       /* positive */
  double temperature; /* positive; 1 for probabilities */

  void* value;           /* real [1] */
  void* entropies;       /* real [rows]: H */
  void* log_sum_exp;     /* real [rows]: log sum exp(z / T); logits only */
  void* log_probability; /* real [rows]: log p_a */
  void* gradient;        /* type, as values; may be the values themselves */
  int64_t gradient_stride;
  uint8_t* status;
  int64_t* valid_rows;   /* [1]: rows */
  void* normaliser_used; /* real [1] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_row_entropy;

GIBBS_API gibbs_status gibbs_row_entropy_workspace(gibbs_device* device, const gibbs_row_entropy* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_row_entropy_run(gibbs_device* device, gibbs_stream stream, const gibbs_row_entropy* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_ROW_ENTROPY_H */
