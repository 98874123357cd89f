// Fenchel-Young losses of alpha-entmax, p = entmax_alpha(z), beta = alpha - 1, over rows with a target y:
//
//   loss = r [ w_y (1-s) L_y + (s/V) sum_j w_j L_j ],   L_j = Omega*(z) - z_j = sum_i p_i (z_i - z_j) + H(p)
//   H    = sum_i p_i (1 - p_i^beta) / (alpha beta)
//   dz_j = r (Q p_j - q_j),   q_j = w_j ((1-s) 1[j=y] + s/V),  Q = sum q;   dz_y = r ((Q - q_y) - Q e), e = sum of the other p
//
// L_y and dz_y are made of what lies outside the target, so that confident rows keep relative accuracy and a leading target gives
// exactly 0. A row is read once and written once. Martins and Astudillo, 2016; Blondel, Martins and Niculae, 2020.
#pragma once

#include "kernels/entmax_rows.h"
#include "kernels/fenchel_young_parameters.h"
#include "kernels/row_epilogue.h"

namespace gibbs::kernels {

struct FenchelYoungSums {
  double offset, entropy, others;  // sum p_i (z_i - z_y), sum of the other p (1 - p^beta), e
  double mean, weight, weighted;   // sum p_i d_i; sum of w_j and of w_j d_j where smoothing needs them
  int32_t masked, support;         // masked classes of non-zero weight; p_i != 0
};
GIBBS_DEVICE FenchelYoungSums merge(const FenchelYoungSums& a, const FenchelYoungSums& b) {
  return {a.offset + b.offset, a.entropy + b.entropy,   a.others + b.others, a.mean + b.mean,
          a.weight + b.weight, a.weighted + b.weighted, a.masked + b.masked, a.support + b.support};
}

// 1 - p^beta, relative to itself where p is near 1: rest = 1 - p.
GIBBS_DEVICE double missing_power(double p, double rest, double beta) {
  if (beta == 1) return rest;
  return -expm1(beta * (rest < 0.5 ? log1p(-rest) : log(p)));
}

template <class T>
GIBBS_DEVICE FenchelYoungSums fenchel_young_sums(const RowScope& scope, const RowSource<T>& source,
                                                 const TsallisRow<Real<T>>& entmax, double beta, int32_t target,
                                                 Real<T> target_logit, const Real<T>* class_weights, bool smooths) {
  using R = Real<T>;
  PackMarks marks = smooths ? scope.all_packs() : entmax.marks;
  return scope.reduce_marked<FenchelYoungSums, T>(marks, false, [&](FenchelYoungSums& s, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = source.at(at, scope.columns);
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) {
      const int32_t j = at.index + e;
      const R z = to_real(pack.at(e));
      const R stored = entmax(z);
      const double p = double(stored), d = double(shifted(z, entmax.maximum));
      if (p > 0) {
        s.support += to_real(From<T>::real(stored)) != 0;
        s.mean += p * d;
        if (j != target) {
          s.offset += p * (double(z) - double(target_logit));
          s.entropy += p * missing_power(p, 1 - p, beta);
          s.others += p;
        }
      }
      if (!smooths) continue;
      const double w = class_weights != nullptr ? double(class_weights[j]) : 1;
      s.weight += w;
      if (w == 0) continue;
      if (d > -Limits<double>::infinity()) {
        s.weighted += w * d;
      } else {
        s.masked += 1;
      }
    }
    return true;
  });
}

// What a row's gradient is made of: dz_j = scale_p p_j - w_j share, and its own value at the target. fill as in RowCoefficients.
template <class T>
struct FenchelYoungGradient {
  using R = Real<T>;
  int32_t fill, target;
  TsallisRow<R> entmax;
  double scale, share, target_value;
  const R* class_weights;

  GIBBS_DEVICE T operator()(T element, int32_t j) const {
    if (fill != kAffine) return From<T>::real(fill == kZero ? R(0) : Limits<R>::nan());
    if (j == target) return From<T>::real(R(target_value));
    const double w = share == 0 ? 0 : class_weights != nullptr ? share * double(class_weights[j]) : share;
    return From<T>::real(R(scale * double(entmax(to_real(element))) - w));
  }
};

// The probabilities of a row, whatever its loss.
template <class T>
struct ProbabilityResult {
  using R = Real<T>;
  int32_t fill;
  TsallisRow<R> entmax;
  GIBBS_DEVICE T operator()(T element, int32_t) const {
    if (fill != kAffine) return From<T>::real(fill == kZero ? R(0) : Limits<R>::nan());
    return From<T>::real(entmax(to_real(element)));
  }
};

// a b, and 0 where a is: a weight of 0 silences an infinite term.
GIBBS_DEVICE double silenced(double a, double b) { return a == 0 ? 0 : a * b; }

template <class T>
GIBBS_DEVICE void fenchel_young(const FenchelYoungParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowParameters<R>& r = p.row;
  const double nan = Limits<double>::nan(), infinity = Limits<double>::infinity();
  const RowScope scope(p.scope, r.columns);
  for (int64_t row = scope.first(); row < r.rows; row += scope.stride()) {
    const RowSource<T> source = {static_cast<const T*>(r.logits) + row * r.logits_stride, scope.template kept<T>(0)};
    const RowView<T> view = view_row<T>(r, row);
    const int32_t by_target = target_status(r, row);
    const double alpha = p.alphas != nullptr ? double(p.alphas[row]) : p.alpha, beta = alpha - 1;
    const bool valid = alpha > 1 && alpha <= 8;
    const RowScan<R> scan = scan_row(scope, source, false);
    const uint8_t content = valid ? masked_status(scan) : uint8_t(GIBBS_ROW_INVALID_PARAMETER);
    const uint8_t status = by_target != GIBBS_ROW_OK ? uint8_t(by_target) : content;

    FenchelYoungGradient<T> g{};
    ProbabilityResult<T> probability{};
    FenchelYoungSums s{};
    double threshold = 0;
    const bool has_root = content == GIBBS_ROW_OK || content == GIBBS_ROW_PLUS_INFINITY;
    probability.fill = has_root ? kAffine : content == GIBBS_ROW_ALL_MASKED ? kZero : kNan;
    const double smoothing = double(r.label_smoothing), columns = double(r.columns);
    if (has_root) {
      probability.entmax = entmax_row(scope, source, alpha, scan.maximum, threshold);
      s = fenchel_young_sums(scope, source, probability.entmax, beta, view.target, view.target_logit, r.class_weights,
                             smoothing > 0);
    } else if (probability.fill == kNan) {
      s.support = r.columns;
    }

    const double row_weight = r.row_weights != nullptr ? double(r.row_weights[row]) : 1;
    const double target_weight = view.target >= 0 && r.class_weights != nullptr ? double(r.class_weights[view.target]) : 1;
    const double hard = target_weight * (1 - smoothing), share = smoothing / columns;
    // Of p_y and its rest the smaller is what is known to its own accuracy.
    const double at_target = has_root && view.target >= 0 ? double(probability.entmax(view.target_logit)) : 0;
    const double p_y = at_target > 0.5 ? 1 - s.others : at_target, rest = at_target > 0.5 ? s.others : 1 - at_target;
    double loss = 0;
    if (status == GIBBS_ROW_OK) {
      const double y_entropy = p_y > 0 ? p_y * missing_power(p_y, rest, beta) : 0, norm = alpha * beta;
      const double entropy = (s.entropy + y_entropy) / norm;
      loss = silenced(hard, view.target_logit > -Limits<R>::infinity() ? s.offset + entropy : infinity);
      if (smoothing > 0) loss += s.masked > 0 ? infinity : share * (s.weight * (s.mean + entropy) - s.weighted);
    } else if (status == GIBBS_ROW_ALL_MASKED) {
      const double total = smoothing > 0 && r.class_weights == nullptr ? columns : smoothing > 0 ? infinity : 0;
      loss = hard != 0 || share * total != 0 ? infinity : 0;
    } else if (status != GIBBS_ROW_IGNORED) {
      loss = nan;
    }
    if (scope.leader()) {
      if (r.status != nullptr) r.status[row] = status;
      if (r.losses != nullptr)
        r.losses[row] = R(status == GIBBS_ROW_IGNORED ? 0 : loss == loss ? silenced(row_weight, loss) : loss);
      if (p.support_size != nullptr) p.support_size[row] = s.support;
    }

    const double normaliser = r.normaliser != nullptr ? double(*r.normaliser) : double(r.normaliser_value);
    const double factor = normaliser == 0 ? 0 : row_weight / normaliser;
    const double all = hard + share * s.weight, q_y = hard + share * target_weight;
    g.fill = normaliser == 0 || (status == GIBBS_ROW_OK && factor == 0) || status == GIBBS_ROW_IGNORED ||
                     status == GIBBS_ROW_TARGET_OUT_OF_RANGE || status == GIBBS_ROW_ALL_MASKED
                 ? kZero
             : status == GIBBS_ROW_OK ? kAffine
                                      : kNan;
    g.target = view.target;
    g.entmax = probability.entmax;
    g.scale = factor * all;
    g.share = factor * share;
    g.target_value = factor * (at_target > 0.5 ? (all - q_y) - all * rest : all * p_y - q_y);
    g.class_weights = r.class_weights;
    // The kept row is mapped in place: probabilities first would leave the gradient nothing to read.
    if (p.probabilities != nullptr) {
      const RowSource<T> again = {source.row, nullptr};
      map_row(scope, again, static_cast<T*>(p.probabilities) + row * p.probabilities_stride, probability);
    }
    if (r.gradient != nullptr) map_row(scope, source, static_cast<T*>(r.gradient) + row * r.gradient_stride, g);
  }
}

}  // namespace gibbs::kernels
