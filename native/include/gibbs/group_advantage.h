/* Advantages of sequences relative to their group. See gibbs.h. */
#ifndef GIBBS_GROUP_ADVANTAGE_H
#define GIBBS_GROUP_ADVANTAGE_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gibbs_advantage_kind {
  GIBBS_ADVANTAGE_STANDARDISED = 0, /* (r - mean) / (std + epsilon); 0 where std is */
  GIBBS_ADVANTAGE_CENTRED = 1,      /* r - mean */
  GIBBS_ADVANTAGE_LEAVE_ONE_OUT = 2 /* r - the mean of the others; 0 of a group of one */
} gibbs_advantage_kind;

/* Group g is the rewards [offsets[g], offsets[g + 1]); equal rewards give exactly 0. A reward in no group keeps its advantage as
 * it was. In fp64 whatever the type. */
typedef struct gibbs_group_advantage {
  uint32_t struct_size;
  int32_t type; /* float32 or float64 */
  int64_t rows, groups;
  int32_t kind;
  int32_t biased; /* variance over the members, not one less */
  double epsilon;
  const void* rewards;    /* real [rows] */
  const int64_t* offsets; /* [groups + 1] on the device, ascending from 0 to rows */
  void* advantages;       /* real [rows]; may be the rewards themselves */
  void* means;            /* real [groups] */
  void* deviations;       /* real [groups] */
} gibbs_group_advantage;

GIBBS_API gibbs_status gibbs_group_advantage_run(gibbs_device* device, gibbs_stream stream,
                                                 const gibbs_group_advantage* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_GROUP_ADVANTAGE_H */
