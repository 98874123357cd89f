/* Masks over many tensors. See gibbs.h. */
#ifndef GIBBS_GLOBAL_MASK_H
#define GIBBS_GLOBAL_MASK_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gibbs_mask_score {
  GIBBS_SCORE_MAGNITUDE = 0,       /* |w| */
  GIBBS_SCORE_SIGNAL_TO_NOISE = 1, /* |w / other|, other the standard deviation */
  GIBBS_SCORE_SENSITIVITY = 2,     /* |w other|, other the gradient */
  GIBBS_SCORE_GIVEN = 3            /* other itself: any score of the caller's */
} gibbs_mask_score;

typedef struct gibbs_mask_tensor {
  const void* weights; /* type [length], contiguous; not read by GIBBS_SCORE_GIVEN, may then be null */
  const void* other;   /* type [length], by the score */
  uint8_t* mask;       /* [length] 0 or 1, or null */
  void* masked;        /* type [length]: weights where the mask is 1, else 0; may be weights itself; or null */
  int64_t length;
} gibbs_mask_tensor;

/* Keeps the entries with the count largest scores over all tensors together; ties go to the lower tensor, then to the lower index; a NaN
 * score is the least. */
typedef struct gibbs_global_mask {
  uint32_t struct_size;
  int32_t type;
  int32_t score;
  int32_t reserved;
  const gibbs_mask_tensor* tensors; /* host memory, read before the call returns */
  int64_t tensor_count;
  int64_t count;   /* to keep, from 0 to the sum of lengths */
  void* threshold; /* real [1], device: the least kept score, +inf where count is 0; or null */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_global_mask;

GIBBS_API gibbs_status gibbs_global_mask_workspace(gibbs_device* device, const gibbs_global_mask* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_global_mask_run(gibbs_device* device, gibbs_stream stream, const gibbs_global_mask* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_GLOBAL_MASK_H */
