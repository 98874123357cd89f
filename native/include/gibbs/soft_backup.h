/* Soft (KL- and entropy-regularised) backups. See gibbs.h. */
#ifndef GIBBS_SOFT_BACKUP_H
#define GIBBS_SOFT_BACKUP_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* V = max_pi <pi, q> - lambda KL(pi|mu) + tau H(pi) = c log sum exp((lambda log mu + q) / c), c = lambda + tau, pi the softmax of the
 * same; without a log_prior mu is uniform over the columns, with lambda = 0 it has no part in V and pi, with c = 0 V is the maximum
 * and pi is 1 at the first largest. dV/dq = pi, dV/dlog mu = lambda pi, dV/dtau = H, dV/dlambda = -KL, all times upstream. minimise:
 * the soft minimum, -V(-q); derivatives by log mu, tau and lambda change sign. Arithmetic is fp64 whatever the type. No workspace. */
typedef struct gibbs_soft_backup {
  uint32_t struct_size;
  int32_t type;
  int64_t rows, columns;
  const void* q;
  int64_t q_stride;
  const void* log_prior; /* type [rows, columns]; may be null */
  int64_t log_prior_stride;
  const void* kl_weights;   /* real [rows], in place of kl_weight */
  const void* temperatures; /* real [rows], in place of temperature */
  const void* upstream;     /* real [rows]; null: 1 */
  int32_t minimise;
  int32_t regime;     /* automatic, warp, shared or two-pass: results do not depend on it */
  double kl_weight;   /* lambda >= 0 */
  double temperature; /* tau >= 0 */

  void* values; /* real [rows] */
  void* policy; /* type [rows, columns] */
  int64_t policy_stride;
  void* log_policy;
  int64_t log_policy_stride;
  void* entropies; /* real [rows] */
  void* kl;
  void* q_gradient; /* may be q itself */
  int64_t q_gradient_stride;
  void* log_prior_gradient; /* may be log_prior itself */
  int64_t log_prior_gradient_stride;
  void* temperature_gradient; /* real [rows] */
  void* kl_weight_gradient;
  uint8_t* status;
} gibbs_soft_backup;

GIBBS_API gibbs_status gibbs_soft_backup_run(gibbs_device* device, gibbs_stream stream, const gibbs_soft_backup* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_SOFT_BACKUP_H */
