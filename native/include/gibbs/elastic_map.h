/* Entropic maps of elastic costs, out of sample. See gibbs.h. */
#ifndef GIBBS_ELASTIC_MAP_H
#define GIBBS_ELASTIC_MAP_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* h(z) = |z|^2 / 2 + gamma tau(z). */
typedef enum gibbs_elastic_cost {
  GIBBS_ELASTIC_L1 = 0,        /* |z|_1 */
  GIBBS_ELASTIC_K_SUPPORT = 1, /* (k-support norm of z)^2 / 2 */
  GIBBS_ELASTIC_SHRINKAGE = 2, /* gamma sum (s + 1/2 - exp(-2 s) / 2), s = asinh(|z| / (2 gamma)): prox z max(0, 1 - gamma^2 / z^2) */
  GIBBS_ELASTIC_LINEAR = 3,    /* |A z|^2 / 2 */
  GIBBS_ELASTIC_COMPLEMENT = 4 /* |z - A'A z|^2 / 2, A with orthonormal rows, which is not checked */
} gibbs_elastic_cost;

/* p_j(x) ~ b_j exp((g_j - h(x - y_j)) / epsilon), f(x) = -epsilon log of their sum, T(x) = x - prox_{gamma tau}(grad f(x)).
 * All pointers are device pointers; no output may overlap an input or another output. A negative or NaN weight makes the outputs NaN. */
typedef struct gibbs_elastic_map {
  uint32_t struct_size;
  int32_t type; /* float32 or float64, of all arrays */
  int32_t cost; /* gibbs_elastic_cost */
  int32_t k;    /* k-support: at least 1 */
  int64_t rows, targets, dimensions;
  int64_t matrix_rows; /* r; 0 for costs without a matrix */
  double gamma;        /* at least 0 */
  double epsilon;      /* of map_run; > 0 */

  const void* points; /* x [rows, dimensions] */
  int64_t points_stride;
  const void* target_points; /* y [targets, dimensions] */
  int64_t target_points_stride;
  const void* target_potential; /* g [targets] */
  const void* target_weights;   /* b [targets]; null: 1 / targets each */
  const void* matrix;           /* A [matrix_rows, dimensions] */
  int64_t matrix_stride;

  void* mapped; /* T(x) [rows, dimensions] */
  int64_t mapped_stride;
  void* potential; /* f(x) [rows] */
  void* gradient;  /* grad f(x) [rows, dimensions] */
  int64_t gradient_stride;
  void* embedded; /* of embed_run: e(x) [rows, dimensions + matrix_rows] with |e(x) - e(y)|^2 = h(x - y) */
  int64_t embedded_stride;

  void* workspace;
  int64_t workspace_bytes;
} gibbs_elastic_map;

GIBBS_API gibbs_status gibbs_elastic_map_workspace(gibbs_device* device, const gibbs_elastic_map* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_elastic_map_run(gibbs_device* device, gibbs_stream stream, const gibbs_elastic_map* arguments);
/* Of a linear cost: reads points and matrix, writes embedded; targets are not used. Needs no workspace. */
GIBBS_API gibbs_status gibbs_elastic_map_embed(gibbs_device* device, gibbs_stream stream, const gibbs_elastic_map* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_ELASTIC_MAP_H */
