/* Entropies, divergences and mutual informations of samples, and entropies of spectra. See gibbs.h. */
#ifndef GIBBS_SAMPLE_ENTROPY_H
#define GIBBS_SAMPLE_ENTROPY_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of points x [N, d], with K_ij = exp(-|x_i - x_j|^2 / (2 sigma^2)), the diagonal included, and means over all ordered pairs; L is the
 * kernel of the others. No N x N matrix is stored. */
typedef enum gibbs_sample_kind {
  GIBBS_SAMPLE_RENYI_QUADRATIC = 0,  /* -log mean K */
  GIBBS_SAMPLE_KDE_BOUND = 1,        /* -(1/N) sum_i log mean_j K_ij */
  GIBBS_SAMPLE_DIFFUSION = 2,        /* log N + mean_i H(P_i), P_ij ~ K_ij / sqrt(D_j), D = K1, rows summing to 1 */
  GIBBS_SAMPLE_NEAREST = 3,          /* -log mean_i min_j |x_i - b_j|^2 / d, b the others: constant */
  GIBBS_SAMPLE_CS_DIVERGENCE = 4,    /* -2 log mean K12 + log mean K11 + log mean K22, x against the others [M, d] */
  GIBBS_SAMPLE_CS_INFORMATION = 5,   /* log mean K.L + log(mean K mean L) - 2 log mean_i (K1)_i (L1)_i / N^2, of pairs x_i, y_i */
  GIBBS_SAMPLE_CONDITIONAL_CS = 6    /* log sum_i r_i (K.L1 1)_i + log sum_i r_i (K.L2 1)_i - 2 log sum_i r_i (K.L21 1)_i: x predictions
                                        (L2), others targets (L1), K the conditions' kernel, r_i = (sum_j K_ij)^-2 */
} gibbs_sample_kind;

enum {
  GIBBS_SAMPLE_BASE_2 = 1,         /* logarithms to base 2 */
  GIBBS_SAMPLE_NORMALISED = 2,     /* CS_INFORMATION: I / sqrt(I(x, x) I(y, y)), 0 where one of these is */
  GIBBS_SAMPLE_SQUARED_SUMS = 4,   /* CONDITIONAL_CS: r_i = 1 / sum_j K_ij^2, as released */
  GIBBS_SAMPLE_PLAIN_ROWS = 8,     /* DIFFUSION: P_ij ~ K_ij */
  GIBBS_SAMPLE_OWN_BUFFERS = 16    /* NEAREST: point i sees the rows i, N + i, 2N + i, ... of the others */
};

/* No gradient may overlap points, others or conditions: every point is read until the end. */
typedef struct gibbs_sample_entropy {
  uint32_t struct_size;
  int32_t type; /* of points and gradients */
  int32_t kind;
  int32_t flags;
  int64_t rows, columns;
  int64_t other_rows, other_columns;
  int64_t condition_columns;
  const void* points;
  int64_t points_stride;
  const void* others;
  int64_t others_stride;
  const void* conditions;
  int64_t conditions_stride;
  double bandwidth, other_bandwidth, condition_bandwidth; /* sigma > 0; other: CS_INFORMATION; condition: CONDITIONAL_CS */
  double weight;                                          /* factor of the value and of the gradients */

  void* value;      /* real [1] */
  void* row_values; /* real [rows]: log mean_j K_ij, H(P_i), or min_j |x_i - b_j|^2 / d; without the weight */
  int64_t* nearest; /* [rows]: the lowest j that attains it, -1 where a NaN leaves none */
  void* gradient;   /* type [rows, columns] */
  int64_t gradient_stride;
  void* others_gradient; /* type [other_rows, other_columns] */
  int64_t others_gradient_stride;
  void* conditions_gradient; /* type [rows, condition_columns] */
  int64_t conditions_gradient_stride;
  void* workspace;
  int64_t workspace_bytes;
} gibbs_sample_entropy;

GIBBS_API gibbs_status gibbs_sample_entropy_workspace(gibbs_device* device, const gibbs_sample_entropy* arguments, int64_t* bytes);
GIBBS_API gibbs_status gibbs_sample_entropy_run(gibbs_device* device, gibbs_stream stream, const gibbs_sample_entropy* arguments);

typedef enum gibbs_spectral_kind {
  GIBBS_SPECTRAL_DIFFUSION = 0,  /* -sum p log p, p = |lambda|^t / sum |lambda|^t; gradient -(t p / lambda) (log p + H), 0 at 0 */
  GIBBS_SPECTRAL_VON_NEUMANN = 1 /* -sum lambda log lambda as given; gradient -(log lambda + 1), +inf at 0 */
} gibbs_spectral_kind;

/* Entropies of rows of eigenvalues [rows, columns]. Statuses: NOT_A_NUMBER, PLUS_INFINITY (an infinite one), INVALID_PROBABILITY (von
 * Neumann: negative beyond columns eps max lambda), ALL_MASKED (diffusion: all zero; entropy and gradient 0). Needs no workspace. */
typedef struct gibbs_spectral_entropy {
  uint32_t struct_size;
  int32_t type; /* float32 or float64 */
  int64_t rows, columns;
  const void* eigenvalues;
  int64_t eigenvalues_stride;
  const void* row_weights; /* real [rows] */
  int32_t kind;
  int32_t base_2;
  int32_t regime; /* as gibbs_row_map */
  int32_t reserved;
  double power; /* t > 0; 1 for von Neumann */

  void* entropies; /* real [rows] */
  void* gradient;  /* type [rows, columns]: row weight times dH; may be the eigenvalues themselves */
  int64_t gradient_stride;
  uint8_t* status;
} gibbs_spectral_entropy;

GIBBS_API gibbs_status gibbs_spectral_entropy_run(gibbs_device* device, gibbs_stream stream, const gibbs_spectral_entropy* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_SAMPLE_ENTROPY_H */
