/* Greedy minimum-entropy couplings of pairs of distributions. See gibbs.h. */
#ifndef GIBBS_ENTROPY_COUPLING_H
#define GIBBS_ENTROPY_COUPLING_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The largest mass left of p meets the largest left of q, the lowest index of equal ones; the smaller becomes an atom and is taken
 * from both. In fp64 whatever the type. q is scaled to p's mass, from which it may differ by 1e-5 of it; what an atom leaves below
 * 2^-22 (float64: 2^-48) of the mass is none. Statuses: NOT_A_NUMBER, PLUS_INFINITY, INVALID_PROBABILITY (a negative mass, none at
 * all, masses that differ); then there is no atom, and values are NaN. All pointers are device pointers; outputs are memory apart. */
typedef struct gibbs_entropy_coupling {
  uint32_t struct_size;
  int32_t type;                    /* float32 or float64 */
  int64_t problems, source, target; /* B, n, m */
  int32_t base_2;
  int32_t reserved;
  const void* source_masses; /* p [B, n] */
  int64_t source_stride;
  const void* target_masses; /* q [B, m] */
  int64_t target_stride;

  int32_t* source_indices; /* [B, n + m - 1], -1 behind the last atom */
  int64_t source_indices_stride;
  int32_t* target_indices; /* [B, n + m - 1], -1 behind the last atom */
  int64_t target_indices_stride;
  void* masses; /* type [B, n + m - 1], 0 behind the last atom */
  int64_t masses_stride;
  int32_t* counts;   /* [B] */
  void* entropies;   /* type [B] */
  void* information; /* type [B]: H(p) + H(q) - H */
  void* bounds;      /* type [B]: H of the majorisation meet, below which no coupling is */
  uint8_t* status;   /* [B] gibbs_row_status */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_entropy_coupling;

GIBBS_API gibbs_status gibbs_entropy_coupling_workspace(gibbs_device* device, const gibbs_entropy_coupling* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_entropy_coupling_run(gibbs_device* device, gibbs_stream stream, const gibbs_entropy_coupling* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_ENTROPY_COUPLING_H */
