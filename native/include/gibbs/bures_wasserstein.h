/* Wasserstein distances of Gaussians. See gibbs.h. */
#ifndef GIBBS_BURES_WASSERSTEIN_H
#define GIBBS_BURES_WASSERSTEIN_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of every problem, with tau I added to S and T:
 *
 *   |m - n|^2 + tr S + tr T - 2 tr((S^1/2 T S^1/2)^1/2)
 *   d/dT = I - S^1/2 (S^1/2 T S^1/2)^(-1/2) S^1/2, d/dS with the two exchanged; d/dm = 2 (m - n)
 *
 * All in fp64. A problem with a covariance that is not finite, or has a negative eigenvalue beyond the rounding of its storage, is NaN.
 * No output may overlap an input or another output. */
typedef struct gibbs_bures_wasserstein {
  uint32_t struct_size;
  int32_t type; /* float32 or float64, of all arrays */
  int64_t problems, dimensions;
  const void* source; /* S [problems dimensions, dimensions]; their symmetric part is taken */
  int64_t source_stride;
  const void* target; /* T */
  int64_t target_stride;
  const void* source_means; /* m [problems, dimensions]; absent: 0 */
  int64_t source_means_stride;
  const void* target_means;
  int64_t target_means_stride;
  double regularisation; /* tau >= 0 */

  void* values;          /* [problems] */
  void* source_gradient; /* as source, symmetric */
  int64_t source_gradient_stride;
  void* target_gradient;
  int64_t target_gradient_stride;
  void* mean_gradient; /* by m */
  int64_t mean_gradient_stride;
  uint8_t* status; /* [problems]: a gibbs_transport_status */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_bures_wasserstein;

GIBBS_API gibbs_status gibbs_bures_wasserstein_workspace(gibbs_device* device, const gibbs_bures_wasserstein* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_bures_wasserstein_run(gibbs_device* device, gibbs_stream stream, const gibbs_bures_wasserstein* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_BURES_WASSERSTEIN_H */
