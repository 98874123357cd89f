/* Entropy-regularised optimal transport by Newton's method with a sparse Hessian, started by Sinkhorn's iterations. See gibbs.h.
 */
#ifndef GIBBS_SINKHORN_NEWTON_H
#define GIBBS_SINKHORN_NEWTON_H

#include "gibbs/sinkhorn.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For small eps and high accuracy. Arguments, results and statuses are those of the problem, whose marginals are held; its
 * iterations count Sinkhorn iterations and Newton steps. Everything is in one launch. */
typedef struct gibbs_sinkhorn_newton {
  uint32_t struct_size;
  int32_t warmup_iterations; /* Sinkhorn iterations before the first step, >= 1 */
  int32_t kept_per_row;      /* entries that the Hessian keeps, in multiples of max(rows, columns), 1 to 64 */
  int32_t reserved;
  gibbs_sinkhorn problem; /* its struct_size set too */
} gibbs_sinkhorn_newton;

GIBBS_API gibbs_status gibbs_sinkhorn_newton_workspace(gibbs_device* device, const gibbs_sinkhorn_newton* arguments,
                                                       int64_t* bytes);
GIBBS_API gibbs_status gibbs_sinkhorn_newton_run(gibbs_device* device, gibbs_stream stream,
                                                 const gibbs_sinkhorn_newton* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_SINKHORN_NEWTON_H */
