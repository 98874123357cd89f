// What softmax cross-entropy accepts: each refusal names the argument, what was given and what would be right.
#pragma once

#include "ops/arguments.h"

namespace gibbs::ops {

using CrossEntropy = gibbs_softmax_cross_entropy;

inline void check_options(const CrossEntropy& a) {
  check(a.label_smoothing >= 0 && a.label_smoothing <= 1, "label_smoothing", a.label_smoothing, "in [0, 1]");
  check(a.z_loss >= 0 && std::isfinite(a.z_loss), "z_loss", a.z_loss, "finite and not negative");
  check(a.softcap >= 0 && std::isfinite(a.softcap), "softcap", a.softcap, "positive and finite, or 0 for none");
  check(a.temperature > 0 && std::isfinite(a.temperature), "temperature", a.temperature, "positive and finite");
  check(std::isfinite(a.entropy_weight), "entropy_weight", a.entropy_weight, "finite");
  check(std::isfinite(a.max_suppression), "max_suppression", a.max_suppression, "finite");
  check(a.logit_penalty >= 0 && std::isfinite(a.logit_penalty), "logit_penalty", a.logit_penalty, "finite and not negative");
  check(std::isfinite(a.logit_penalty_center), "logit_penalty_center", a.logit_penalty_center, "finite");
  check(a.reduction >= GIBBS_REDUCTION_MEAN && a.reduction <= GIBBS_REDUCTION_NONE, "reduction", a.reduction,
        "a gibbs_reduction");
  check(a.target_loss >= GIBBS_LOSS_CROSS_ENTROPY && a.target_loss <= GIBBS_LOSS_COMP_SUM, "target_loss", a.target_loss,
        "a gibbs_target_loss");
  check(a.regime >= GIBBS_REGIME_AUTOMATIC && a.regime <= GIBBS_REGIME_SPLIT, "regime", a.regime, "a gibbs_regime");
  if (a.target_loss != GIBBS_LOSS_CROSS_ENTROPY) {
    const double parameter = a.target_loss_parameter;
    const bool any_sign = a.target_loss == GIBBS_LOSS_POLY1;
    check(std::isfinite(parameter) && (any_sign || parameter >= 0), "target_loss_parameter", parameter,
          any_sign ? "finite" : "finite and not negative");
    if (a.target_type == GIBBS_TARGETS_NONE)
      fail(GIBBS_INVALID_ARGUMENT, "target_loss: %d given, but any other than cross-entropy needs hard targets", a.target_loss);
  }
  check_held(a.type, "z_loss", a.z_loss);
  check_held(a.type, "softcap", a.softcap);
  check_held(a.type, "entropy_weight", a.entropy_weight);
  check_held(a.type, "max_suppression", a.max_suppression);
  check_held(a.type, "logit_penalty", a.logit_penalty);
  check_held(a.type, "logit_penalty_center", a.logit_penalty_center);
  if (a.target_loss != GIBBS_LOSS_CROSS_ENTROPY) check_held(a.type, "target_loss_parameter", a.target_loss_parameter);
  check_normaliser(a);
}

inline void check_shape(const CrossEntropy& a) {
  check_shape(a.type, a.rows, a.columns);
  check(a.target_type >= GIBBS_TARGETS_NONE && a.target_type <= GIBBS_TARGETS_INT64, "target_type", a.target_type,
        "a gibbs_target_type");
  if (a.rows > 0) {
    runtime::require(a.logits, "logits");
    if (a.target_type != GIBBS_TARGETS_NONE) runtime::require(a.targets, "targets");
  }
  const MatrixView logits = {a.logits, a.logits_stride, "logits"},
                   soft_targets = {a.soft_targets, a.soft_targets_stride, "soft_targets"},
                   gradient = {a.gradient, a.gradient_stride, "gradient"};
  const int element = element_bytes(a.type);
  for (const MatrixView& m : {logits, soft_targets, gradient}) check_matrix(element, a.rows, a.columns, m);
  if (a.target_type != GIBBS_TARGETS_NONE) check_aligned(a.targets, a.target_type == GIBBS_TARGETS_INT32 ? 4 : 8, "targets");
  const struct {
    const void* pointer;
    const char* name;
  } reals[] = {{a.class_weights, "class_weights"},
               {a.row_weights, "row_weights"},
               {a.row_temperatures, "row_temperatures"},
               {a.normaliser, "normaliser"},
               {a.upstream, "upstream"},
               {a.losses, "losses"},
               {a.loss, "loss"},
               {a.log_sum_exp, "log_sum_exp"},
               {a.entropy, "entropy"},
               {a.log_probability, "log_probability"},
               {a.normaliser_used, "normaliser_used"}};
  for (const auto& r : reals) check_aligned(r.pointer, real_bytes(a.type), r.name);
  const struct {
    const void* pointer;
    const char* name;
  } longs[] = {{a.argmax, "argmax"},
               {a.rank, "rank"},
               {a.valid_rows, "valid_rows"},
               {a.statistics, "statistics"},
               {a.saved_statistics, "saved_statistics"}};
  for (const auto& l : longs) check_aligned(l.pointer, 8, l.name);
  check_overlap(element, a.rows, a.columns, gradient, logits, true);
  check_overlap(element, a.rows, a.columns, gradient, soft_targets, false);
}

// from_saved: the gradient from saved statistics, which has no other output.
inline void check_arguments(const CrossEntropy* given, bool from_saved) {
  runtime::check_struct(given, sizeof(CrossEntropy), "arguments");
  const CrossEntropy& a = *given;
  check_shape(a);
  check_options(a);
  const bool hard = a.target_type != GIBBS_TARGETS_NONE, soft = a.soft_targets != nullptr;
  if (hard && soft) fail(GIBBS_INVALID_ARGUMENT, "soft_targets: given together with targets; give one of them");
  const bool wants_loss = a.losses != nullptr || a.loss != nullptr || a.gradient != nullptr || a.valid_rows != nullptr ||
                          a.normaliser_used != nullptr;
  if (a.rows > 0 && wants_loss && !hard && !soft)
    fail(GIBBS_INVALID_ARGUMENT, "targets: none given, but losses and gradients need hard or soft targets");
  if ((a.log_probability != nullptr || a.rank != nullptr) && !hard && a.rows > 0) {
    fail(GIBBS_INVALID_ARGUMENT, "targets: none given, but log_probability and rank need hard targets");
  }
  if (a.loss != nullptr && a.reduction == GIBBS_REDUCTION_NONE)
    fail(GIBBS_INVALID_ARGUMENT, "loss: asked for with reduction none; take losses, or mean or sum");
  if (from_saved && a.rows > 0) {
    runtime::require(a.saved_statistics, "saved_statistics");
    runtime::require(a.upstream, "upstream");
    runtime::require(a.gradient, "gradient");
    for (const void* output : {a.losses, a.loss, a.log_sum_exp, a.entropy, a.log_probability, a.statistics,
                               static_cast<void*>(a.argmax), static_cast<void*>(a.rank), static_cast<void*>(a.status)}) {
      if (output != nullptr)
        fail(GIBBS_INVALID_ARGUMENT,
             "losses: row outputs are given, but a gradient from saved statistics computes only the gradient");
    }
    if (a.upstream_stride != 0 && a.upstream_stride != 1)
      fail(GIBBS_INVALID_ARGUMENT, "upstream_stride: %lld given, but it is 1, or 0 for one value",
           static_cast<long long>(a.upstream_stride));
  }
}

}  // namespace gibbs::ops
