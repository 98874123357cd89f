// From a row's statistics to its outputs and to the coefficients of its gradient: what makes a loss of the row operator. With zh
// the effective logits, x_j = zh_j - max zh, p = softmax(zh), every term of the loss adds to the same affine gradient
//
//   dzh_j = kappa (p_j - 1[j = y]) + p_j (a + b x_j) + d t_j + e 1[j = argmax] + g + h x_j          (g, h for unmasked logits
//   only)
//
//   term                          kappa               a                 b      d            e       g                h
//   (1-s) w_y phi(-log p_y)       (1-s) w_y phi'
//   (s/V) sum w_j (-log p_j)                          (s/V) sum w              -s/V  (t = w)
//   sum q~_j (-log p_j)                               sum q~                   -1    (t = q~)
//   lambda lse^2                                      2 lambda lse
//   -beta H                                           beta E            beta                                            E = -sum
//   p_j x_j alpha (max zh - mean zh)                                                                alpha   -alpha / n (nu/2) sum
//   (zh_j - c)^2                                                                         nu (max zh - c)  nu
//
// and dz_j = dzh_j / T (1 - tanh^2(z_j / c)). kappa stands apart from a so that dz_y = -kappa (1 - p_y) + … keeps relative
// accuracy.
#pragma once

#include "kernels/row_statistics.h"
#include "kernels/target_losses.h"

namespace gibbs::kernels {

// What the epilogue needs of a row, from its statistics or from saved ones. Offsets are in units of zh.
template <class R>
struct RowSummary {
  R top, log_sum, mean_offset, sum, penalty, weighted, mass;
  R target_offset;  // x_y
  int32_t unmasked, argmax, rank;
  int32_t content;  // status by the logits and the temperature alone
  bool all_unmasked;
};

template <class R>
GIBBS_DEVICE R product_or_zero(R weight, R term) {
  return weight == 0 ? R(0) : weight * term;  // a weight of 0 silences an infinite term
}

template <unsigned flags, class T>
GIBBS_DEVICE RowSummary<Real<T>> summarise(const RowParameters<Real<T>>& p, const RowScale<Real<T>>& scale,
                                           const RowView<T>& view, const SegmentStatistics<Real<T>>& s) {
  using R = Real<T>;
  RowSummary<R> r{};
  const R inverse = scale.inverse_temperature;
  r.top = softcapped<flags>(p, s.maximum);
  r.log_sum = log1p(R(s.ties - 1) + s.rest);
  r.mean_offset = s.moment == 0 ? R(0) : inverse * (s.moment / (R(s.ties) + s.rest));
  r.sum = s.unmasked == 0 ? R(0) : inverse * s.sum;
  r.penalty = s.penalty;
  r.weighted = s.weighted == 0 ? R(0) : inverse * s.weighted;
  r.mass = s.mass;
  r.target_offset = (softcapped<flags>(p, view.target_logit) - finite_or_zero(r.top)) * inverse;
  r.unmasked = s.unmasked;
  r.argmax = s.argmax == kNoIndex ? -1 : s.argmax;
  r.rank = s.rank;
  r.all_unmasked = s.unmasked == p.columns;
  r.content = !scale.valid                          ? GIBBS_ROW_INVALID_TEMPERATURE
              : is_nan(s.rest)                      ? GIBBS_ROW_NOT_A_NUMBER
              : s.maximum == Limits<R>::infinity()  ? GIBBS_ROW_PLUS_INFINITY
              : s.maximum == -Limits<R>::infinity() ? GIBBS_ROW_ALL_MASKED
                                                    : GIBBS_ROW_OK;
  return r;
}

// Status by the target; RowView's target is -1 for both kinds of row that have no loss.
template <class R>
GIBBS_DEVICE int64_t given_target(const RowParameters<R>& p, int64_t row) {
  return p.target_bytes == 4 ? int64_t(static_cast<const int32_t*>(p.targets)[row]) : static_cast<const int64_t*>(p.targets)[row];
}

template <class R>
GIBBS_DEVICE int32_t target_status(const RowParameters<R>& p, int64_t row) {
  if (p.target_bytes == 0) return GIBBS_ROW_OK;
  const int64_t y = given_target(p, row);
  return y == p.ignore_index ? GIBBS_ROW_IGNORED : y < 0 || y >= p.columns ? GIBBS_ROW_TARGET_OUT_OF_RANGE : GIBBS_ROW_OK;
}

template <class T>
GIBBS_DEVICE RowView<T> view_row(const RowParameters<Real<T>>& p, int64_t row) {
  RowView<T> view;
  view.row = row;
  view.logits = static_cast<const T*>(p.logits) + row * p.logits_stride;
  view.target = p.target_bytes != 0 && target_status(p, row) == GIBBS_ROW_OK ? int32_t(given_target(p, row)) : -1;
  view.target_logit = view.target >= 0 ? to_real(view.logits[view.target]) : Limits<Real<T>>::nan();
  return view;
}

template <class R>
struct RowLoss {
  R value;
  RowCoefficients<R> gradient;
};

// The loss of a row of known content and the coefficients of its gradient.
template <class R>
GIBBS_DEVICE RowLoss<R> row_loss(const RowParameters<R>& p, const RowScale<R>& scale, const RowSummary<R>& r, int64_t row,
                                 int32_t target, R lse, R entropy) {
  const R s = p.label_smoothing, infinity = Limits<R>::infinity();
  RowLoss<R> result{};
  RowCoefficients<R>& c = result.gradient;
  R loss = 0, kappa = 0;
  bool any_probability = p.z_loss != 0;  // a term that is infinite where every logit is masked
  if (p.soft_targets != nullptr) {
    loss = product_or_zero(r.mass, r.log_sum) - r.weighted;
    c.target_a = r.mass;
    c.d = R(-1);
    any_probability = any_probability || r.mass != 0;
  } else if (target >= 0) {
    TargetProbability<R> t;
    t.l = r.log_sum - r.target_offset;
    t.p = exp(-t.l);
    t.complement = -expm1(-t.l);
    const TargetTerm<R> term = target_loss(p.target_loss, t, p.target_loss_parameter);
    const R weight = (R(1) - s) * (p.class_weights != nullptr ? p.class_weights[target] : R(1));
    loss = product_or_zero(weight, term.value);
    kappa = finite(product_or_zero(weight, term.slope));
    c.target_kappa = kappa * t.complement;
    any_probability = any_probability || weight != 0;
    if (s > 0) {
      const R share = s / R(p.columns);
      const bool weighted = p.class_weights != nullptr;
      const R total = weighted ? r.mass : R(p.columns);
      const R offsets = weighted ? r.weighted : r.all_unmasked ? r.sum : -infinity;
      loss = loss + share * (product_or_zero(total, r.log_sum) - offsets);
      c.target_a = share * total;
      c.d = -share;
      any_probability = any_probability || total != 0;
    }
  }
  if (p.z_loss != 0) {
    loss = loss + p.z_loss * lse * lse;
    c.target_a = c.target_a + R(2) * p.z_loss * lse;
  }
  if (p.entropy_weight != 0) {
    loss = loss - p.entropy_weight * entropy;
    c.target_a = c.target_a - p.entropy_weight * r.mean_offset;
    c.b = p.entropy_weight;
  }
  if (p.max_suppression != 0) {
    const R count = R(r.unmasked);
    loss = loss - p.max_suppression * (r.sum / count);
    c.e = p.max_suppression;
    c.g = -p.max_suppression / count;
  }
  if (p.logit_penalty != 0) {
    loss = loss + p.logit_penalty * R(0.5) * r.penalty;
    c.g = c.g + p.logit_penalty * fma(r.top, scale.inverse_temperature, -p.logit_penalty_center);
    c.h = p.logit_penalty;
  }
  if (r.content == GIBBS_ROW_ALL_MASKED) loss = any_probability ? infinity : R(0);
  const R weight = p.row_weights != nullptr ? p.row_weights[row] : R(1);
  result.value = product_or_zero(weight, loss);

  c.top = r.top;
  c.exponent = scale.exponent;
  // Dividing by sum exp(x) here keeps the exponent free of log_sum, whose rounding would grow with it.
  const R inverse_sum = exp(-r.log_sum);
  c.a = (kappa + c.target_a) * inverse_sum;
  c.target_a = c.target_a * inverse_sum;
  c.b = c.b * inverse_sum;
  c.target = target;
  c.argmax = r.argmax;
  return result;
}

// Scales the coefficients and settles how the row's gradient is written.
template <class R>
GIBBS_DEVICE void finish_coefficients(const RowParameters<R>& p, const RowScale<R>& scale, RowCoefficients<R>& c, int64_t row,
                                      int32_t status) {
  const R weight = p.row_weights != nullptr ? p.row_weights[row] : R(1);
  const R upstream = p.upstream != nullptr ? p.upstream[row * p.upstream_stride] : R(1);
  R normaliser = p.normaliser_value;
  if (p.normaliser != nullptr) normaliser = *p.normaliser;
  // Finite even at tiny temperatures: infinite coefficients would make 0 * inf of vanished probabilities.
  const R factor = finite(weight * upstream * scale.inverse_temperature / normaliser);
  c.target_kappa = finite(c.target_kappa * factor);
  c.target_a = finite(c.target_a * factor);
  c.a = finite(c.a * factor);
  c.b = finite(c.b * factor * scale.inverse_temperature);
  c.d = finite(c.d * factor);
  c.e = finite(c.e * factor);
  c.g = finite(c.g * factor);
  c.h = finite(c.h * factor * scale.inverse_temperature);
  const bool no_gradient = normaliser == 0 || (status == GIBBS_ROW_OK && factor == 0) || status == GIBBS_ROW_IGNORED ||
                           status == GIBBS_ROW_TARGET_OUT_OF_RANGE || status == GIBBS_ROW_ALL_MASKED;
  c.fill = no_gradient ? kZero : status != GIBBS_ROW_OK ? kNan : kAffine;
}

// Writes every output of the row that was asked for and returns the coefficients of its gradient. All lanes of the warp that own
// the row call; writer is one of them.
template <unsigned flags, class T>
GIBBS_DEVICE RowCoefficients<Real<T>> finish_row(const RowParameters<Real<T>>& p, const RowScale<Real<T>>& scale,
                                                 double inverse_temperature, const RowView<T>& view,
                                                 const SegmentStatistics<Real<T>>& statistics, bool writer) {
  using R = Real<T>;
  const R nan = Limits<R>::nan(), infinity = Limits<R>::infinity();
  RowSummary<R> r = summarise<flags>(p, scale, view, statistics);
  const int64_t row = view.row;
  const int32_t by_target = target_status(p, row);
  const int32_t status = by_target != GIBBS_ROW_OK ? by_target : r.content;

  R lse = R(double(r.top) * inverse_temperature + double(r.log_sum));
  R entropy = r.log_sum - r.mean_offset;
  if (r.content != GIBBS_ROW_OK) {
    const bool masked = r.content == GIBBS_ROW_ALL_MASKED;
    lse = masked ? -infinity : r.content == GIBBS_ROW_PLUS_INFINITY ? infinity : nan;
    entropy = masked ? R(0) : nan;
    r.log_sum = masked ? R(0) : nan;
    r.mean_offset = masked ? R(0) : nan;
    r.target_offset = -infinity;
    r.rank = -1;
    if (r.content != GIBBS_ROW_PLUS_INFINITY) r.argmax = -1;
  }
  RowLoss<R> loss = row_loss(p, scale, r, row, view.target, lse, entropy);
  finish_coefficients(p, scale, loss.gradient, row, status);
  if (writer) {
    if (p.losses != nullptr) {
      const bool whole = status == GIBBS_ROW_OK || status == GIBBS_ROW_ALL_MASKED;
      p.losses[row] = status == GIBBS_ROW_IGNORED ? R(0) : whole ? loss.value : nan;
    }
    if (p.log_sum_exp != nullptr) p.log_sum_exp[row] = lse;
    if (p.entropy != nullptr) p.entropy[row] = entropy;
    if (p.log_probability != nullptr) {
      p.log_probability[row] = status == GIBBS_ROW_IGNORED      ? R(0)
                               : status == GIBBS_ROW_OK         ? r.target_offset - r.log_sum
                               : status == GIBBS_ROW_ALL_MASKED ? -infinity
                                                                : nan;
    }
    if (p.argmax != nullptr) p.argmax[row] = r.argmax;
    if (p.rank != nullptr) p.rank[row] = status == GIBBS_ROW_OK ? r.rank : -1;
    if (p.status != nullptr) p.status[row] = uint8_t(status);
    if (p.statistics != nullptr)
      p.statistics[row] = {r.top, r.log_sum, r.mean_offset, r.mass, r.argmax, p.max_suppression != 0 ? r.unmasked : 0};
  }
  return loss.gradient;
}

// The coefficients of a row from saved statistics.
template <unsigned flags, class T>
GIBBS_DEVICE RowCoefficients<Real<T>> coefficients_from_saved(const RowParameters<Real<T>>& p, int64_t row) {
  using R = Real<T>;
  double inverse;
  const RowScale<R> scale = row_scale(p, row, inverse);
  const RowView<T> view = view_row<T>(p, row);
  const SavedStatistics<R> saved = p.saved_statistics[row];
  RowSummary<R> r{};
  r.top = saved.maximum;
  r.log_sum = saved.log_sum;
  r.mean_offset = saved.mean_offset;
  r.mass = saved.target_mass;
  r.unmasked = int32_t(saved.unmasked);
  r.argmax = int32_t(saved.argmax);
  r.all_unmasked = true;
  r.target_offset = (softcapped<flags>(p, view.target_logit) - finite_or_zero(r.top)) * scale.inverse_temperature;
  r.content = !scale.valid                              ? GIBBS_ROW_INVALID_TEMPERATURE
              : is_nan(saved.log_sum)                   ? GIBBS_ROW_NOT_A_NUMBER
              : saved.maximum == -Limits<R>::infinity() ? GIBBS_ROW_ALL_MASKED
                                                        : GIBBS_ROW_OK;
  const R lse = R(double(r.top) * inverse + double(r.log_sum));
  RowLoss<R> loss = row_loss(p, scale, r, row, view.target, lse, r.log_sum - r.mean_offset);
  const int32_t by_target = target_status(p, row);
  finish_coefficients(p, scale, loss.gradient, row, by_target != GIBBS_ROW_OK ? by_target : r.content);
  return loss.gradient;
}

}  // namespace gibbs::kernels
