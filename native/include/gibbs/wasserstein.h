/* Transport on a line by sorting, of rows of points or of the projections of clouds. See gibbs.h. */
#ifndef GIBBS_WASSERSTEIN_H
#define GIBBS_WASSERSTEIN_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Rows (dimensions = 0): problem r has the points x[r, 0 .. sources) and y[r, 0 .. targets); gradients are rows too.
 * Slices (dimensions >= 1): x [sources, dimensions], y [targets, dimensions]; problem l has the projections <theta_l, x_i>, <theta_l, y_j>;
 * gradients, of the mean over slices, are as x and y.
 *
 *   W = sum over segments m |x_i - y_j|^p     segments: mass m from x_i to y_j, in the order of the points
 *   theta_l = g / |g|, g_k the normal quantile of (w + 1/2) / 2^32, w word k mod 4 of Philox(counter = (k/4, l low, l high, 0), key = seed)
 *
 * Points, weights, gradients, masses and values are of the type. A bad problem has NaN values and gradients and no segments. No output
 * may overlap an input or another output. */
typedef struct gibbs_wasserstein {
  uint32_t struct_size;
  int32_t type; /* float32 or float64 */
  int64_t rows; /* problems: rows, or slices */
  int64_t sources, targets, dimensions;
  const void* x;
  int64_t x_stride;
  const void* y;
  int64_t y_stride;
  const void* source_weights; /* absent: 1 / sources */
  int64_t source_weights_stride; /* from a problem to the next; 0: the same for all */
  const void* target_weights;
  int64_t target_weights_stride;
  const void* directions; /* [rows, dimensions], taken as they are; absent: drawn */
  int64_t directions_stride;
  uint64_t seed;
  double power; /* p >= 1 */

  void* values;     /* [rows] */
  double* mean;     /* [1]: of the values; of slices */
  void* x_gradient;
  int64_t x_gradient_stride;
  void* y_gradient;
  int64_t y_gradient_stride;
  int32_t* plan_sources; /* [rows, sources + targets - 1], of rows: where segments come from and go to, -1 behind the last; equal points by index */
  int64_t plan_sources_stride;
  int32_t* plan_targets;
  int64_t plan_targets_stride;
  void* plan_masses; /* 0 behind the last */
  int64_t plan_masses_stride;
  int32_t* plan_lengths; /* [rows] */
  uint8_t* status;       /* [rows]: a gibbs_transport_status */
  void* used_directions; /* [rows, dimensions] */
  int64_t used_directions_stride;
  void* workspace;
  int64_t workspace_bytes;
} gibbs_wasserstein;

GIBBS_API gibbs_status gibbs_wasserstein_workspace(gibbs_device* device, const gibbs_wasserstein* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_wasserstein_run(gibbs_device* device, gibbs_stream stream, const gibbs_wasserstein* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_WASSERSTEIN_H */
