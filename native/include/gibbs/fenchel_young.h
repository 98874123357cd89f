/* Fenchel-Young losses of entmax. See gibbs.h. */
#ifndef GIBBS_FENCHEL_YOUNG_H
#define GIBBS_FENCHEL_YOUNG_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* loss = r sum_j q_j (Omega*(z) - z_j), q_j = w_j ((1-s) 1[j=y] + s/V), Omega*(z) = max_p <p, z> + H_alpha(p) over the simplex, H_alpha the
 * Tsallis entropy (1 - sum p^alpha) / (alpha (alpha - 1)); gradient = r (sum q) p - r q, p = entmax_alpha(z). alpha 2: sparsemax loss.
 * Reduction, normaliser, ignore index and row statuses are those of softmax cross-entropy. */
typedef struct gibbs_fenchel_young {
  uint32_t struct_size;
  int32_t type;
  int64_t rows, columns;
  const void* logits;
  int64_t logits_stride;
  const void* targets;
  const void* class_weights; /* real [columns] */
  const void* row_weights;   /* real [rows] */
  const void* alphas;        /* real [rows], in place of alpha */
  const void* normaliser;    /* real [1], read on the device */
  int32_t target_type;
  int32_t reduction;
  int32_t regime; /* as gibbs_row_map */
  int32_t has_normaliser_value;
  int64_t ignore_index;
  double alpha; /* in (1, 8] */
  double label_smoothing;
  double normaliser_value;

  void* losses;   /* real [rows] */
  void* loss;     /* real [1] */
  void* gradient; /* type [rows, columns]; may be the logits themselves */
  int64_t gradient_stride;
  void* probabilities; /* type [rows, columns]: p */
  int64_t probabilities_stride;
  int64_t* support_size; /* [rows] */
  uint8_t* status;
  int64_t* valid_rows;   /* [1] */
  void* normaliser_used; /* real [1] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_fenchel_young;

GIBBS_API gibbs_status gibbs_fenchel_young_workspace(gibbs_device* device, const gibbs_fenchel_young* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_fenchel_young_run(gibbs_device* device, gibbs_stream stream, const gibbs_fenchel_young* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_FENCHEL_YOUNG_H */
