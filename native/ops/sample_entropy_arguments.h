// What sample entropies accept: each refusal names the argument, what was given and what would be right.
#pragma once

#include <cmath>

#include "ops/arguments.h"

namespace gibbs::ops {

inline void check_bandwidth(const gibbs_sample_entropy& a, const char* name, double bandwidth) {
  const bool wide = a.type == GIBBS_FLOAT64;
  const double least = wide ? 1e-150 : 1e-18, most = wide ? 1e150 : 1e18;
  check(bandwidth >= least && bandwidth <= most, name, bandwidth, wide ? "from 1e-150 to 1e150" : "from 1e-18 to 1e18");
}

inline void check_flag(const gibbs_sample_entropy& a, int32_t flag, int32_t kind, const char* rule) {
  if ((a.flags & flag) != 0) check(a.kind == kind, "kind", a.kind, rule);
}

inline void check_options(const gibbs_sample_entropy& a) {
  check_shape(a.type, a.rows, a.columns);
  check(a.kind >= GIBBS_SAMPLE_RENYI_QUADRATIC && a.kind <= GIBBS_SAMPLE_CONDITIONAL_CS, "kind", a.kind, "a gibbs_sample_kind");
  check(a.flags >= 0 && a.flags < 32, "flags", a.flags, "a sum of GIBBS_SAMPLE flags");
  check_flag(a, GIBBS_SAMPLE_NORMALISED, GIBBS_SAMPLE_CS_INFORMATION, "CS_INFORMATION, which alone is normalised");
  check_flag(a, GIBBS_SAMPLE_SQUARED_SUMS, GIBBS_SAMPLE_CONDITIONAL_CS, "CONDITIONAL_CS, which alone has squared sums");
  check_flag(a, GIBBS_SAMPLE_PLAIN_ROWS, GIBBS_SAMPLE_DIFFUSION, "DIFFUSION, which alone has plain rows");
  check_flag(a, GIBBS_SAMPLE_OWN_BUFFERS, GIBBS_SAMPLE_NEAREST, "NEAREST, which alone has buffers");
  check_bandwidth(a, "bandwidth", a.bandwidth);
  if (a.kind == GIBBS_SAMPLE_CS_INFORMATION) check_bandwidth(a, "other_bandwidth", a.other_bandwidth);
  if (a.kind == GIBBS_SAMPLE_CONDITIONAL_CS) check_bandwidth(a, "condition_bandwidth", a.condition_bandwidth);
  check(std::isfinite(a.weight), "weight", a.weight, "finite");
  check_held(a.type, "weight", a.weight);
}

inline void check_points(const gibbs_sample_entropy& a) {
  const bool takes_others = a.kind >= GIBBS_SAMPLE_NEAREST, takes_conditions = a.kind == GIBBS_SAMPLE_CONDITIONAL_CS;
  if (a.rows > 0) runtime::require(a.points, "points");
  if (takes_others && (a.rows > 0 || a.other_rows > 0)) {
    check_shape(a.type, a.other_rows, a.other_columns);
    const bool pairs = a.kind >= GIBBS_SAMPLE_CS_INFORMATION;
    if (pairs) check(a.other_rows == a.rows, "other_rows", double(a.other_rows), "as many as rows");
    if (a.rows > 0) check(a.other_rows > 0, "other_rows", double(a.other_rows), "1 or more");
    if (a.kind != GIBBS_SAMPLE_CS_INFORMATION)
      check(a.other_columns == a.columns, "other_columns", double(a.other_columns), "as columns");
    if ((a.flags & GIBBS_SAMPLE_OWN_BUFFERS) && a.rows > 0)
      check(a.other_rows % a.rows == 0, "other_rows", double(a.other_rows), "a multiple of rows, with own buffers");
    if (a.other_rows > 0) runtime::require(a.others, "others");
  }
  if (takes_conditions && a.rows > 0) {
    check_shape(a.type, a.rows, a.condition_columns);
    runtime::require(a.conditions, "conditions");
  }
  if (!takes_others && a.others != nullptr) fail(GIBBS_INVALID_ARGUMENT, "others: given, but kind %d takes none", a.kind);
  if (!takes_conditions && a.conditions != nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "conditions: given, but kind %d takes none", a.kind);
}

inline void check_outputs(const gibbs_sample_entropy& a) {
  if (a.others_gradient != nullptr) check(a.kind >= GIBBS_SAMPLE_CS_DIVERGENCE, "kind", a.kind, "one with an others_gradient");
  if (a.conditions_gradient != nullptr)
    check(a.kind == GIBBS_SAMPLE_CONDITIONAL_CS, "kind", a.kind, "CONDITIONAL_CS, which alone has a conditions_gradient");
  if (a.row_values != nullptr) check(a.kind <= GIBBS_SAMPLE_NEAREST, "kind", a.kind, "one with row_values, from 0 to 3");
  if (a.nearest != nullptr) check(a.kind == GIBBS_SAMPLE_NEAREST, "kind", a.kind, "NEAREST, which alone has nearest");
  const int element = element_bytes(a.type), real = real_bytes(a.type);
  const struct {
    MatrixView view;
    int64_t rows, columns;
  } matrices[] = {{{a.points, a.points_stride, "points"}, a.rows, a.columns},
                  {{a.others, a.others_stride, "others"}, a.other_rows, a.other_columns},
                  {{a.conditions, a.conditions_stride, "conditions"}, a.rows, a.condition_columns},
                  {{a.gradient, a.gradient_stride, "gradient"}, a.rows, a.columns},
                  {{a.others_gradient, a.others_gradient_stride, "others_gradient"}, a.other_rows, a.other_columns},
                  {{a.conditions_gradient, a.conditions_gradient_stride, "conditions_gradient"}, a.rows, a.condition_columns}};
  for (const auto& m : matrices) check_matrix(element, m.rows, m.columns, m.view);
  // Every point is read until the end, whatever the shapes: whole extents must be apart.
  for (int g = 3; g < 6; ++g) {
    for (int m = 0; m < g; ++m) {
      const auto &out = matrices[g], &in = matrices[m];
      if (out.view.pointer == nullptr || in.view.pointer == nullptr || out.rows == 0 || in.rows == 0) continue;
      const auto begin = [](const auto& x) { return reinterpret_cast<int64_t>(x.view.pointer); };
      const auto end = [&](const auto& x) { return begin(x) + ((x.rows - 1) * x.view.stride + x.columns) * element; };
      if (begin(out) < end(in) && begin(in) < end(out))
        fail(GIBBS_INVALID_ARGUMENT, "%s: overlaps %s; it must be memory apart", out.view.name, in.view.name);
    }
  }
  check_aligned(a.value, real, "value");
  check_aligned(a.row_values, real, "row_values");
  check_aligned(a.nearest, 8, "nearest");
}

inline void check_arguments(const gibbs_sample_entropy* given) {
  runtime::check_struct(given, sizeof(gibbs_sample_entropy), "arguments");
  check_options(*given);
  check_points(*given);
  check_outputs(*given);
}

}  // namespace gibbs::ops
