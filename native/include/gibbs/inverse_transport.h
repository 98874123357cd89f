/* The loss of inverse optimal transport. See gibbs.h. */
#ifndef GIBBS_INVERSE_TRANSPORT_H
#define GIBBS_INVERSE_TRANSPORT_H

#include "gibbs/sinkhorn.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In the units of the cost. */
typedef struct gibbs_inverse_transport_result {
  double value;         /* <C, P^> - OT, with the dual value for OT */
  double observed_cost; /* <C, P^>; a pair that was never seen counts 0 whatever its cost */
  double gap;           /* value + epsilon KL(P^ | a (x) b) */
  gibbs_transport_result transport;
} gibbs_inverse_transport_result;

/* Of costs C and an observed coupling P^, whose marginals a and b are: how far P^ is from the entropic plan of C. An entry of P^ that
 * is negative or not finite, or no mass, gives INVALID_INPUT. All pointers are device pointers; no output may overlap an input or
 * another output. */
typedef struct gibbs_inverse_transport {
  uint32_t struct_size;
  int32_t type; /* float32 or float64 */
  int64_t rows, columns;
  const void* costs; /* C [rows, columns] */
  int64_t costs_stride;
  const void* observed; /* P^ [rows, columns] */
  int64_t observed_stride;
  const void* initial_target_potential;     /* g [columns] to start from */
  double epsilon, tolerance, epsilon_start; /* as of gibbs_sinkhorn */
  int32_t max_iterations;
  int32_t flags; /* GIBBS_SINKHORN_PLAIN */

  gibbs_inverse_transport_result* result;
  void* cost_gradient; /* P^ - P [rows, columns] */
  int64_t cost_gradient_stride;
  void* target_potential; /* g [columns] */
  void* workspace;
  int64_t workspace_bytes;
} gibbs_inverse_transport;

GIBBS_API gibbs_status gibbs_inverse_transport_workspace(gibbs_device* device, const gibbs_inverse_transport* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_inverse_transport_run(gibbs_device* device, gibbs_stream stream, const gibbs_inverse_transport* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_INVERSE_TRANSPORT_H */
