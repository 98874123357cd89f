/* Exponential tilting of rows, at a slope or to a KL budget. See gibbs.h. */
#ifndef GIBBS_TILT_H
#define GIBBS_TILT_H

#include "gibbs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* log q = log p + t r - Lambda(t), p the softmax of log_prior over the entries where neither it nor the reward is -inf, Lambda(t) =
 * log sum p exp(t r); t given, or the t >= 0 at which KL(q|p) = budget; a budget that tilting cannot reach is capped: t = +inf, q is p
 * restricted to the largest rewards, the gradient is 0. With G the derivative by log q, w = r - E_q r:
 *   gradient_k = t (G_k - q_k sum G) - [budget] t q_k w_k (sum G w) / Var_q r
 * Arithmetic is fp64 whatever the type. No workspace. */
typedef struct gibbs_tilt {
  uint32_t struct_size;
  int32_t type;
  int64_t rows, columns;
  const void* log_prior; /* type [rows, columns], up to a constant of the row */
  int64_t log_prior_stride;
  const void* reward;
  int64_t reward_stride;
  const void* upstream; /* G; needed for a gradient */
  int64_t upstream_stride;
  const void* budgets;      /* real [rows], in place of budget */
  const void* given_slopes; /* real [rows], in place of slope and of budgets */
  int32_t has_slope;        /* slope decides, where no array is given */
  int32_t regime;           /* as gibbs_soft_backup */
  double budget;            /* >= 0, nats */
  double slope;

  void* slopes;            /* real [rows]: t */
  void* log_probabilities; /* type [rows, columns] */
  int64_t log_probabilities_stride;
  void* cumulants; /* real [rows]: Lambda */
  void* kl;
  void* expected_rewards;
  void* gradient; /* may be the reward itself */
  int64_t gradient_stride;
  uint8_t* status;
} gibbs_tilt;

GIBBS_API gibbs_status gibbs_tilt_run(gibbs_device* device, gibbs_stream stream, const gibbs_tilt* arguments);

#ifdef __cplusplus
}
#endif

#endif /* GIBBS_TILT_H */
