// What softmax cross-entropy accepts: each refusal names the argument, what was given and what would be right.
#pragma once

#include <cmath>
#include <cstdint>

#include "gibbs/gibbs.h"
#include "runtime/entry.h"

namespace gibbs::ops {

using CrossEntropy = gibbs_softmax_cross_entropy;

constexpr int64_t kMaxColumns = 0x7fffffff - 4095;  // column indices, and the segment that ends behind them, fit 32 bits

inline int element_bytes(int32_t type) { return type == GIBBS_FLOAT64 ? 8 : type == GIBBS_FLOAT32 ? 4 : 2; }
inline int real_bytes(int32_t type) { return type == GIBBS_FLOAT64 ? 8 : 4; }

inline void check(bool right, const char* argument, double given, const char* rule) {
  if (!right) fail(GIBBS_INVALID_ARGUMENT, "%s: %g given, but it must be %s", argument, given, rule);
}

inline void check_aligned(const void* pointer, int bytes, const char* argument) {
  if (reinterpret_cast<uintptr_t>(pointer) % uintptr_t(bytes) != 0) {
    fail(GIBBS_INVALID_ARGUMENT, "%s: address %p is not a multiple of its element size, %d", argument, pointer, bytes);
  }
}

inline void check_matrix(const CrossEntropy& a, const void* pointer, int64_t stride, const char* argument) {
  if (pointer == nullptr) return;
  check_aligned(pointer, element_bytes(a.type), argument);
  if (stride < a.columns) {
    fail(GIBBS_INVALID_ARGUMENT, "%s_stride: %lld given, but rows of %lld columns need at least that", argument,
         static_cast<long long>(stride), static_cast<long long>(a.columns));
  }
  if (a.rows > 0 && stride > INT64_MAX / 16 / a.rows) {
    fail(GIBBS_INVALID_ARGUMENT, "%s_stride: %lld rows with stride %lld leave the address space", argument,
         static_cast<long long>(a.rows), static_cast<long long>(stride));
  }
}

// The gradient is the logits' own memory, or shares none with it.
inline void check_overlap(const CrossEntropy& a, const void* other, int64_t other_stride, const char* argument,
                          bool same_allowed) {
  if (a.gradient == nullptr || other == nullptr || a.rows == 0) return;
  const int64_t size = element_bytes(a.type);
  const int64_t g = reinterpret_cast<int64_t>(a.gradient), o = reinterpret_cast<int64_t>(other);
  if (g == o && a.gradient_stride == other_stride && same_allowed) return;
  const int64_t g_end = g + ((a.rows - 1) * a.gradient_stride + a.columns) * size,
                o_end = o + ((a.rows - 1) * other_stride + a.columns) * size;
  if (g >= o_end || o >= g_end) return;
  if (a.gradient_stride == other_stride) {  // rows side by side in one matrix
    const int64_t pitch = other_stride * size, apart = ((g - o) % pitch + pitch) % pitch;
    if (apart >= a.columns * size && pitch - apart >= a.columns * size) return;
  }
  fail(GIBBS_INVALID_ARGUMENT, "gradient: overlaps %s without being the same rows; it must be %s", argument,
       same_allowed ? "the logits' own memory (same address and stride) or memory apart" : "memory apart");
}

// Options are held in the arithmetic type: one that leaves it would act as infinity, or as none.
inline void check_held(const CrossEntropy& a, const char* argument, double given) {
  if (real_bytes(a.type) == 8 || (std::isfinite(float(given)) && (given == 0 || float(given) != 0))) return;
  fail(GIBBS_INVALID_ARGUMENT, "%s: %g given, which fp32, the arithmetic of this type, cannot hold", argument, given);
}

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
  if (a.has_normaliser_value)
    check(a.normaliser_value >= 0 && std::isfinite(a.normaliser_value), "normaliser_value", a.normaliser_value,
          "finite and not negative");
  check_held(a, "z_loss", a.z_loss);
  check_held(a, "softcap", a.softcap);
  check_held(a, "entropy_weight", a.entropy_weight);
  check_held(a, "max_suppression", a.max_suppression);
  check_held(a, "logit_penalty", a.logit_penalty);
  check_held(a, "logit_penalty_center", a.logit_penalty_center);
  if (a.target_loss != GIBBS_LOSS_CROSS_ENTROPY) check_held(a, "target_loss_parameter", a.target_loss_parameter);
  if (a.has_normaliser_value) check_held(a, "normaliser_value", a.normaliser_value);
  if ((a.has_normaliser_value || a.normaliser != nullptr) && a.reduction != GIBBS_REDUCTION_MEAN) {
    fail(GIBBS_INVALID_ARGUMENT, "normaliser: given, but only the mean divides: set reduction to mean, or leave it out");
  }
  if (a.has_normaliser_value && a.normaliser != nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "normaliser: given both as a value and as a pointer");
}

inline void check_shape(const CrossEntropy& a) {
  check(a.type >= GIBBS_FLOAT32 && a.type <= GIBBS_BFLOAT16, "type", a.type, "a gibbs_type");
  check(a.rows >= 0, "rows", double(a.rows), "0 or more");
  check(a.columns >= 1 && a.columns <= kMaxColumns, "columns", double(a.columns), "from 1 to 2147479552");
  check(a.target_type >= GIBBS_TARGETS_NONE && a.target_type <= GIBBS_TARGETS_INT64, "target_type", a.target_type,
        "a gibbs_target_type");
  if (a.rows > 0) {
    runtime::require(a.logits, "logits");
    if (a.target_type != GIBBS_TARGETS_NONE) runtime::require(a.targets, "targets");
  }
  // Per-row scratch of a split row stays far below the address space.
  if (a.rows > INT64_MAX / 4096 / a.columns)
    fail(GIBBS_INVALID_ARGUMENT, "rows: %lld rows of %lld columns leave the address space", static_cast<long long>(a.rows),
         static_cast<long long>(a.columns));
  check_matrix(a, a.logits, a.logits_stride, "logits");
  check_matrix(a, a.soft_targets, a.soft_targets_stride, "soft_targets");
  check_matrix(a, a.gradient, a.gradient_stride, "gradient");
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
  check_overlap(a, a.logits, a.logits_stride, "logits", true);
  check_overlap(a, a.soft_targets, a.soft_targets_stride, "soft_targets", false);
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
