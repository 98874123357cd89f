/* Wasserstein barycentres on a common support. See gibbs.h. */
#ifndef GIBBS_WASSERSTEIN_BARYCENTER_H
#define GIBBS_WASSERSTEIN_BARYCENTER_H

#include "gibbs/sinkhorn.h"

#ifdef __cplusplus
extern "C" {
#endif

/* min over q of sum_k lambda_k W(b_k, q), W(b, q) = min over P with marginals b and q of <P, C> + eps KL(P | b (x) u), u uniform of sum 1.
 *
 *   P_k = b_ki u_j exp((f_ki + g_kj - C_ij) / eps)     sum_k lambda_k g_k = 0, sum_i b_ki f_ki the same for all k
 *
 * The result's sums are over k with weights lambda_k of sum 1: KL relative to b_k (x) u, marginal_error sum_k lambda_k sum |P_k 1 - b_k|.
 * No output may overlap an input or another output. */
typedef struct gibbs_wasserstein_barycenter {
  uint32_t struct_size;
  int32_t type; /* float32 or float64, of all arrays */
  int64_t count, rows, columns;
  const void* histograms; /* b [count, rows], of one mass */
  int64_t histograms_stride;
  const void* costs; /* C [rows, columns]; +inf forbids a pair */
  int64_t costs_stride;
  const void* weights; /* lambda [count]; absent: 1 / count */
  double epsilon;      /* > 0 */
  double tolerance;    /* 0: 1e-5, for float64 1e-9 */
  int32_t max_iterations;
  int32_t reserved;

  gibbs_transport_result* result; /* [1] */
  void* barycenter;               /* q [columns] */
  void* source_potentials;        /* f [count, rows] */
  int64_t source_potentials_stride;
  void* target_potentials; /* g [count, columns]; -inf where no mass can come */
  int64_t target_potentials_stride;
  void* values; /* W(b_k, q) [count] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_wasserstein_barycenter;

GIBBS_API gibbs_status gibbs_wasserstein_barycenter_workspace(gibbs_device* device, const gibbs_wasserstein_barycenter* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_wasserstein_barycenter_run(gibbs_device* device, gibbs_stream stream,
                                                        const gibbs_wasserstein_barycenter* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_WASSERSTEIN_BARYCENTER_H */
