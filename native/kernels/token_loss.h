// The policy loss of one token and its derivative by its log-probability: gibbs_policy_kind gives the formulas. A new loss is a
// function here and a case in token_loss; masks, weights, selections and sums are shared (policy_tokens.h).
#pragma once

#include "kernels/kl_term.h"
#include "kernels/policy_parameters.h"

namespace gibbs::kernels {

struct Token {
  double log_probability, old, proxy, advantage;
  double ratio, ratio_slope;  // exp(l - l0) within e^+-20, its derivative
  bool selected, limited;
};

GIBBS_DEVICE void set_ratio(Token& t) {
  const double d = log_difference(t.log_probability, t.old);
  t.limited = absolute(d) > kLargestLogRatio;
  t.ratio = d == 0 ? 1.0 : exp(within(d, kLargestLogRatio));
  t.ratio_slope = t.limited ? 0.0 : t.ratio;
}

// -A x; 0 where A is, however large x, but a NaN stays.
GIBBS_DEVICE double less(double advantage, double x) { return advantage == 0 && !is_nan(x) ? 0.0 : -advantage * x; }

GIBBS_DEVICE TokenValue ratio_loss(const Token& t) { return {less(t.advantage, t.ratio), less(t.advantage, t.ratio_slope), 0}; }

// c: of the dual clip, 0 for none.
GIBBS_DEVICE TokenValue clipped_loss(const PolicyTerms& p, const Token& t, double c) {
  if (t.advantage > 0 && t.ratio > p.high) return {-t.advantage * p.high, 0, GIBBS_TOKEN_CLIPPED};
  if (t.advantage < 0 && t.ratio < p.low) return {-t.advantage * p.low, 0, GIBBS_TOKEN_CLIPPED};
  if (t.advantage < 0 && c > 0 && t.ratio > c) return {-t.advantage * c, 0, GIBBS_TOKEN_DUAL_CLIPPED};
  return ratio_loss(t);
}

GIBBS_DEVICE TokenValue hard_clamp_loss(const PolicyTerms& p, const Token& t) {
  if (t.ratio < p.low) return {less(t.advantage, p.low), 0, GIBBS_TOKEN_CLIPPED};
  if (t.ratio > p.high) return {less(t.advantage, p.high), 0, GIBBS_TOKEN_CLIPPED};
  return ratio_loss(t);
}

GIBBS_DEVICE TokenValue penalised_loss(const PolicyTerms& p, const Token& t, const TokenValue& kl) {
  const TokenValue ratio = ratio_loss(t);
  return {ratio.loss + p.penalty_weight * kl.loss, ratio.slope + p.penalty_weight * kl.slope, GIBBS_TOKEN_PENALISED | kl.flags};
}

GIBBS_DEVICE TokenValue exponential_smoothing_loss(const PolicyTerms& p, const Token& t) {
  const double loss = less(t.advantage, exp(p.smoothing == 0 ? t.log_probability : t.log_probability - p.smoothing * t.old));
  return {loss, loss, 0};
}

GIBBS_DEVICE TokenValue token_loss(const PolicyTerms& p, const Token& t) {
  switch (p.kind) {
    case GIBBS_POLICY_REINFORCE:
      return {less(t.advantage, t.log_probability), -t.advantage, 0};
    case GIBBS_POLICY_RATIO:
      return ratio_loss(t);
    case GIBBS_POLICY_HARD_CLAMP:
      return hard_clamp_loss(p, t);
    case GIBBS_POLICY_LP_REG:
      return t.selected && t.log_probability < t.proxy
                 ? penalised_loss(p, t, kl_term(GIBBS_KL_K3_CLAMPED, t.log_probability, t.proxy))
                 : clipped_loss(p, t, p.dual_clip);
    case GIBBS_POLICY_CLIP_COV:
      return t.selected ? TokenValue{0, 0, GIBBS_TOKEN_DETACHED} : clipped_loss(p, t, 0);
    case GIBBS_POLICY_KL_COV:
      return t.selected ? penalised_loss(p, t, kl_term(GIBBS_KL_ABSOLUTE, t.log_probability, t.old)) : ratio_loss(t);
    case GIBBS_POLICY_EXPONENTIAL_SMOOTHING:
      return exponential_smoothing_loss(p, t);
    default:
      return clipped_loss(p, t, p.dual_clip);
  }
}

}  // namespace gibbs::kernels
