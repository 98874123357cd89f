/* The entropy of the class given the sign of a unit. See gibbs.h. */
#ifndef GIBBS_CONDITIONAL_CLASS_ENTROPY_H
#define GIBBS_CONDITIONAL_CLASS_ENTROPY_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* H_u = sum_s p(s) (-sum_c p(c | s) log p(c | s)) over samples, s whether the pre-activation is above 0. Statuses of units, upper
 * ones win: TARGET_OUT_OF_RANGE (all units, where a label is no class), NOT_A_NUMBER (a NaN of a sample that counts): H NaN;
 * ALL_MASKED (nothing counted, H = 0); OK. */
typedef struct gibbs_conditional_class_entropy {
  uint32_t struct_size;
  int32_t type;
  int64_t rows, columns;  /* samples, at most 2147483647, and units */
  const void* values;     /* type [rows, columns]: pre-activations */
  int64_t values_stride;
  const void* labels; /* [rows], by label_type */
  int32_t label_type;
  int32_t classes;
  int64_t ignore_index;
  int32_t base_2;
  int32_t accumulate; /* adds to counts */

  void* entropies; /* real [columns] */
  int64_t* counts; /* [2 classes, columns]: row c, class c and values of 0 or below; row classes + c, values above 0 */
  int64_t counts_stride;
  uint8_t* status;       /* [columns] */
  int64_t* samples;      /* [1]: those with a class */
  int64_t* out_of_range; /* [1]: those whose label is neither a class nor ignore_index */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_conditional_class_entropy;

GIBBS_API gibbs_status gibbs_conditional_class_entropy_workspace(gibbs_device* device, const gibbs_conditional_class_entropy* arguments,
                                                                 int64_t* bytes);
GIBBS_API gibbs_status gibbs_conditional_class_entropy_run(gibbs_device* device, gibbs_stream stream,
                                                           const gibbs_conditional_class_entropy* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_CONDITIONAL_CLASS_ENTROPY_H */
