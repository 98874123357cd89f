/* Divergences between two rows of logits, or of logits and probabilities. See gibbs.h. */
#ifndef GIBBS_ROW_DIVERGENCE_H
#define GIBBS_ROW_DIVERGENCE_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of a student p from a teacher q, d = log p - log q. */
typedef enum gibbs_divergence_kind {
  GIBBS_DIVERGENCE_KULLBACK_LEIBLER = 0,         /* KL(q|p), sum q (expm1(d) - d) */
  GIBBS_DIVERGENCE_REVERSE_KULLBACK_LEIBLER = 1, /* KL(p|q) */
  GIBBS_DIVERGENCE_JEFFREYS = 2,                 /* sum (p - q) d */
  GIBBS_DIVERGENCE_JENSEN_SHANNON = 3,           /* beta KL(q|m) + (1-beta) KL(p|m), m = beta q + (1-beta) p */
  GIBBS_DIVERGENCE_ALPHA = 4,                    /* (sum p^alpha q^(1-alpha) - alpha sum p - (1-alpha) sum q) / (alpha (alpha-1)) */
  GIBBS_DIVERGENCE_TOTAL_VARIATION = 5,          /* sum |p - q| / 2 */
  GIBBS_DIVERGENCE_SYMMETRIC_CROSS_ENTROPY = 6   /* -(1-a) sum q log p - a sum p log q, a = share */
} gibbs_divergence_kind;

typedef enum gibbs_teacher_input {
  GIBBS_TEACHER_LOGITS = 0,       /* q = softmax(teacher / teacher_temperature) */
  GIBBS_TEACHER_PROBABILITIES = 1 /* q as given, in [0, 1], whatever its sum */
} gibbs_teacher_input;

/* What a sparse teacher says about the classes that it does not list. */
typedef enum gibbs_sparse_tail {
  GIBBS_TAIL_NONE = 0,         /* sum q (log q - log p) over the listed: KULLBACK_LEIBLER only */
  GIBBS_TAIL_RENORMALISED = 1, /* they have no mass: q is divided by its sum */
  GIBBS_TAIL_BUCKET = 2        /* they are one class of mass max(0, 1 - sum q) */
} gibbs_sparse_tail;

/* divergence = r w D, reduced over rows; the mean divides by sum r. With g = dD/dp and h = dD/dq:
 *
 *   d student = r w (p g - p sum p g) / student_temperature
 *   d teacher = r w (q h - q sum q h) / teacher_temperature, or r w h where the teacher is probabilities
 *
 * Row statuses: NOT_A_NUMBER, PLUS_INFINITY and INVALID_PROBABILITY: value and gradients NaN; ALL_MASKED (of either side): value
 * +inf, gradients 0; DISJOINT_SUPPORT: value +inf, a gradient NaN where an entry of it is not finite. A weight of 0 silences +inf.
 *
 * Sparse teachers (listed > 0): teacher is null, ids and log_probabilities hold the classes of a row, distinct and in any order,
 * negative ids being padding. An id of columns or more: TARGET_OUT_OF_RANGE, value NaN, gradient 0; a class listed twice:
 * INVALID_PARAMETER, both NaN. */
typedef struct gibbs_row_divergence {
  uint32_t struct_size;
  int32_t type;
  int64_t rows, columns;
  const void* student; /* type [rows, columns] */
  int64_t student_stride;
  const void* teacher; /* type [rows, columns] */
  int64_t teacher_stride;
  const void* ids; /* id_type [rows, listed] */
  int64_t ids_stride;
  const void* log_probabilities; /* real [rows, listed], at most 0 */
  int64_t log_probabilities_stride;
  int64_t listed;          /* 0: dense */
  const void* row_weights; /* real [rows]: r; null: 1 */
  const void* normaliser;  /* real [1], read on the device */
  int32_t id_type;         /* GIBBS_TARGETS_INT32 or _INT64; NONE for dense teachers */
  int32_t kind;
  int32_t teacher_input;
  int32_t tail;
  int32_t reduction;
  int32_t regime; /* as gibbs_row_map */
  int32_t per_element; /* divide by columns too */
  int32_t has_normaliser_value;
  double beta;  /* in (0, 1) */
  double alpha; /* finite */
  double share; /* in [0, 1] */
  double student_temperature, teacher_temperature;
  double weight; /* w */
  double normaliser_value;

  void* divergences;      /* real [rows] */
  void* value;            /* real [1] */
  void* student_gradient; /* type [rows, columns]; may be the student itself */
  int64_t student_gradient_stride;
  void* teacher_gradient; /* type [rows, columns]; may be the teacher itself; null for sparse teachers */
  int64_t teacher_gradient_stride;
  uint8_t* status;
  void* normaliser_used; /* real [1] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_row_divergence;

GIBBS_API gibbs_status gibbs_row_divergence_workspace(gibbs_device* device, const gibbs_row_divergence* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_row_divergence_run(gibbs_device* device, gibbs_stream stream, const gibbs_row_divergence* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_ROW_DIVERGENCE_H */
