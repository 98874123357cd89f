/* Row maps: projections, proximal maps, masks, soft sorting. See gibbs.h. */
#ifndef GIBBS_ROW_MAP_H
#define GIBBS_ROW_MAP_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* y = map(x) for every row x of [rows, columns]; "parameter" is the row's own (row_parameters) or the scalar of that name.
 * Formula, complexity and source of each map stand with its factory in C# (RowMap.cs). */
typedef enum gibbs_map {
  GIBBS_MAP_SIMPLEX = 1,        /* onto {y >= 0, sum y = radius}                                    parameter radius >= 0 */
  GIBBS_MAP_ENTMAX = 2,         /* y_j = ((a-1) x_j - tau)_+^(1/(a-1)), sum y = 1                   parameter alpha in (1, 8] */
  GIBBS_MAP_NORMMAX = 3,        /* argmax <p, x> - |p|_alpha over the simplex                       parameter alpha in (1, 8] */
  GIBBS_MAP_CAPPED_SIMPLEX = 4, /* onto {0 <= y <= cap, sum y = total}                              parameter total >= 0, second cap > 0 */
  GIBBS_MAP_BOX_SECTION = 5,    /* onto {lower <= y <= upper, <weights, y> = total}                 parameter total */
  GIBBS_MAP_L1_BALL = 6,        /* onto {sum weights |y| <= radius}                                 parameter radius >= 0 */
  GIBBS_MAP_L2_BALL = 7,        /* onto {|y|_2 <= radius}                                           parameter radius >= 0 */
  GIBBS_MAP_LINF_BALL = 8,      /* clip(x, -radius, radius)                                         parameter radius >= 0 */
  GIBBS_MAP_SPARSE_SIMPLEX = 9, /* the count largest, onto the simplex                              parameter radius >= 0, count */
  GIBBS_MAP_L0_BALL = 10,       /* the count largest |x|                                            count */
  GIBBS_MAP_SOFT_THRESHOLD = 11,/* sign(x) (|x| - t)_+                                              parameter t >= 0 */
  GIBBS_MAP_HARD_THRESHOLD = 12,/* x where |x| > t                                                  parameter t >= 0 */
  GIBBS_MAP_ELASTIC_NET = 13,   /* sign(x) (|x| - t)_+ / (1 + ridge)                                parameter t >= 0, second ridge >= 0 */
  GIBBS_MAP_MCP = 14,           /* firm threshold                                                   parameter t >= 0, second gamma > 1 */
  GIBBS_MAP_SCAD = 15,          /*                                                                  parameter t >= 0, second a > 2 */
  GIBBS_MAP_HUBER = 16,         /* prox of step Huber_delta                                         parameter step >= 0, second delta > 0 */
  GIBBS_MAP_GROUP_LASSO = 17,   /* x_g (1 - t w_g / |x_g|)_+                                        parameter t >= 0; groups */
  GIBBS_MAP_L1INF_BALL = 18,    /* onto {sum_g max |y_g| <= radius}                                 parameter radius >= 0; groups */
  GIBBS_MAP_LINF1_PROX = 19,    /* prox of t max_g |x_g|_1 = x - l1inf_ball(x, t)                   parameter t >= 0; groups */
  GIBBS_MAP_GROUP_ENVELOPE = 20,/* prox of step S, S the (weighted group) sparse envelope; without groups S is half the squared
                                   k-support norm                                                   parameter step >= 0, second k > 0; groups */
  GIBBS_MAP_N_OF_M = 21,        /* the count largest |x| of every group_size                        count, group_size <= 64 */
  GIBBS_MAP_ISOTONIC = 22,      /* weighted least squares under y_1 <= y_2 <= ... (flags: descending) */
  GIBBS_MAP_SOFT_SORT = 23,     /* soft sort                                                        parameter epsilon > 0 */
  GIBBS_MAP_SOFT_RANK = 24,     /* soft rank, 1 to V                                                parameter epsilon > 0 */
  GIBBS_MAP_PERMUTAHEDRON = 25, /* onto the convex hull of the permutations of weights */
  GIBBS_MAP_SPHERE = 26,        /* radius x / |x|_2                                                 parameter radius > 0 */
  GIBBS_MAP_TANGENT = 27        /* x - w <w, x> / <w, w>, w = point */
} gibbs_map;

enum {
  GIBBS_MAP_DESCENDING = 1, /* isotonic, soft sort, soft rank */
  GIBBS_MAP_ENTROPIC = 2    /* soft sort, soft rank, permutahedron: entropic regularisation in place of quadratic */
};

/* One block for the map, its sparse form and its gradient; what is null is absent, or not computed. All pointers are device pointers. */
typedef struct gibbs_row_map {
  uint32_t struct_size;
  int32_t type; /* gibbs_type of matrices */
  int64_t rows, columns;
  int32_t map;    /* gibbs_map */
  int32_t flags;  /* GIBBS_MAP_DESCENDING | GIBBS_MAP_ENTROPIC */
  int32_t regime; /* GIBBS_REGIME_AUTOMATIC, or _WARP, _SHARED, _TWO_PASS (read again from memory) for tests */
  int32_t reserved;
  double parameter, second;
  int64_t count, group_size; /* groups of equal size, the last may be shorter; 0: none, or group_offsets */

  /* inputs */
  const void* input; /* x; of the gradient only where the map needs it: linf1 prox, soft sort, soft rank, permutahedron */
  int64_t input_stride;
  const void* point; /* tangent: w */
  int64_t point_stride;
  const void* row_parameters;    /* real [rows], in place of parameter */
  const void* column_parameters; /* real [columns], in place of parameter: soft threshold to Huber */
  const void* weights;           /* real [columns]: box section, l1 ball (> 0, default 1), isotonic (> 0, default 1), permutahedron (required) */
  const void* lower;             /* real [columns], finite, default 0: box section */
  const void* upper;             /* real [columns], default +inf */
  const int32_t* group_offsets;  /* [groups + 1], from 0 to columns, not decreasing */
  int64_t groups;                /* with group_offsets */
  const void* group_weights;     /* real [groups], > 0, default 1: group lasso (t w_g), envelope (sum w_g u_g <= k) */
  const void* group_scales;      /* real [groups], > 0, default 1: envelope (d_g |x_g|^2 / u_g) */

  /* outputs of gibbs_row_map_run */
  void* output; /* y; may be the input itself */
  int64_t output_stride;
  void* thresholds;      /* real [rows]: what the gradient asks for; see RowMap.cs */
  int64_t* support_size; /* [rows]: entries of y that are not 0 */
  void* values;          /* real [rows]: the envelope S(x) */
  uint8_t* mask;         /* [rows, columns] 0 or 1: n of m, l0 ball */
  int64_t mask_stride;
  void* compressed;      /* type [rows, columns / group_size * count]: n of m, the kept values in order of index; columns a multiple of group_size */
  int64_t compressed_stride;
  uint8_t* metadata;     /* [rows, columns / group_size * count], the index in its group of each compressed value */
  int64_t metadata_stride;
  uint8_t* status;       /* [rows] gibbs_row_status */

  /* outputs of gibbs_row_map_sparse: rows in compressed sparse form; simplex, entmax, sparse simplex */
  int64_t* row_offsets;  /* [rows + 1], always written whole; row_offsets[rows] above capacity says that values and indices are incomplete */
  int32_t* indices;      /* [capacity] */
  void* sparse_values;   /* type [capacity] */
  int64_t capacity;

  /* the gradient: further inputs ... */
  const void* result; /* y */
  int64_t result_stride;
  const void* saved_thresholds; /* real [rows]: l1, l2 and l1,inf balls, linf1 prox, envelope, sphere */
  const void* upstream;         /* v [rows, columns] */
  int64_t upstream_stride;
  /* ... and outputs */
  void* gradient; /* type [rows, columns]: sum_j v_j dy_j/dx_i; may be upstream itself */
  int64_t gradient_stride;
  void* parameter_gradient;        /* real [rows]: sum_j v_j dy_j/dparameter */
  void* second_gradient;           /* real [rows]: the same of second: ridge, gamma, a, delta, cap, k */
  void* column_parameter_gradient; /* real [columns]: sum over rows, with column_parameters */

  void* workspace; /* as everywhere: 256-byte aligned, at least what the query says, or null */
  int64_t workspace_bytes;
} gibbs_row_map;

/* The bytes that run, sparse and gradient need at most for these arguments. */
GIBBS_API gibbs_status gibbs_row_map_workspace(gibbs_device* device, const gibbs_row_map* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_row_map_run(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* arguments);
GIBBS_API gibbs_status gibbs_row_map_sparse(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* arguments);
GIBBS_API gibbs_status gibbs_row_map_gradient(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_ROW_MAP_H */
