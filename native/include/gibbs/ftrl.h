/* Follow the regularised leader on the simplex. See gibbs.h. */
#ifndef GIBBS_FTRL_H
#define GIBBS_FTRL_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gibbs_ftrl_kind {
  GIBBS_FTRL_SHANNON = 0,    /* psi = sum pi log pi / eta:             pi = exp(-eta (L - x) - 1) */
  GIBBS_FTRL_TSALLIS = 1,    /* psi = -sum pi^alpha / (alpha eta):     pi = (eta (L - x))^(-1 / (1 - alpha)) */
  GIBBS_FTRL_LOG_BARRIER = 2 /* psi = -sum log pi / eta:               pi = 1 / (eta (L - x)) */
} gibbs_ftrl_kind;

/* pi = argmin over the simplex of <pi, L> + psi(pi), x the multiplier of sum pi = 1; +inf losses are actions that are not allowed.
 * eta = rate row_rates_i column_rates_j rates_ij, of those that are given. With v the derivative by pi:
 *   gradient = -w (v - <w, v> / sum w),  w = eta pi, eta pi^(2 - alpha) / (1 - alpha), eta pi^2
 * Arithmetic is fp64 whatever the type. No workspace. */
typedef struct gibbs_ftrl {
  uint32_t struct_size;
  int32_t type;
  int64_t rows, columns;
  const void* losses;
  int64_t losses_stride;
  const void* row_rates;    /* real [rows] */
  const void* column_rates; /* real [columns] */
  const void* rates;        /* real [rows, columns] */
  int64_t rates_stride;
  const void* upstream; /* type [rows, columns]; needed for a gradient */
  int64_t upstream_stride;
  int32_t kind;
  int32_t regime; /* as gibbs_soft_backup */
  double alpha;   /* of Tsallis, in (0, 1) */
  double rate;    /* positive */

  void* policy; /* type [rows, columns] */
  int64_t policy_stride;
  void* multipliers;  /* real [rows]: x */
  void* regularisers; /* real [rows]: psi(pi) */
  void* gradient;     /* may be the losses themselves */
  int64_t gradient_stride;
  uint8_t* status;
} gibbs_ftrl;

GIBBS_API gibbs_status gibbs_ftrl_run(gibbs_device* device, gibbs_stream stream, const gibbs_ftrl* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_FTRL_H */
