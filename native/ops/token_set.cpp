// Token sets: from the C arguments to launches: the normaliser, the rows, the reduced entropy.
#include <algorithm>

#include "kernels/token_set_parameters.h"
#include "ops/arguments.h"
#include "ops/row_map.h"
#include "ops/row_map_parameters.h"
#include "ops/reduced_value.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

using TokenSet = gibbs_token_set;

const runtime::Kernel kernels_by_type[] = GIBBS_TYPE_KERNELS("gibbs_token_set");

void check_criteria(const TokenSet& a) {
  check(a.temperature > 0 && std::isfinite(a.temperature), "temperature", a.temperature, "positive and finite");
  check(a.top_k >= 0, "top_k", double(a.top_k), "0 (none) or more");
  check(a.top_p > 0 && a.top_p <= 1, "top_p", a.top_p, "in (0, 1]");
  check(a.min_p >= 0 && a.min_p <= 1, "min_p", a.min_p, "in [0, 1]");
  check(a.min_probability >= 0 && a.min_probability <= 1, "min_probability", a.min_probability, "in [0, 1]");
  check(a.top_h > 0 && a.top_h <= 1, "top_h", a.top_h, "in (0, 1]");
  check(a.top_h_variant >= GIBBS_TOP_H_PAPER && a.top_h_variant <= GIBBS_TOP_H_TRANSFORMERS, "top_h_variant", a.top_h_variant,
        "a gibbs_top_h");
  if (a.top_h_variant != GIBBS_TOP_H_PAPER) check(a.top_h_cap > 0, "top_h_cap", a.top_h_cap, "positive");
}

void check_token_set(const TokenSet* given) {
  runtime::check_struct(given, sizeof(TokenSet), "arguments");
  const TokenSet& a = *given;
  check_shape(a.type, a.rows, a.columns);
  check_criteria(a);
  check(a.action_type >= GIBBS_TARGETS_NONE && a.action_type <= GIBBS_TARGETS_INT64, "action_type", a.action_type,
        "a gibbs_target_type");
  check(a.reduction >= GIBBS_REDUCTION_MEAN && a.reduction <= GIBBS_REDUCTION_NONE, "reduction", a.reduction,
        "a gibbs_reduction");
  check_normaliser(a);
  check(a.row_offset >= 0, "row_offset", double(a.row_offset), "0 or more");
  check_held(a.type, "top_p", a.top_p);
  check_held(a.type, "top_h", a.top_h);
  if (a.rows > 0) {
    runtime::require(a.logits, "logits");
    if (a.action_type != GIBBS_TARGETS_NONE) runtime::require(a.actions, "actions");
    if (a.action_log_probability != nullptr && a.action_type == GIBBS_TARGETS_NONE)
      fail(GIBBS_INVALID_ARGUMENT, "action_log_probability: asked for without actions");
  }
  const int element = element_bytes(a.type), real = real_bytes(a.type);
  const MatrixView logits = {a.logits, a.logits_stride, "logits"}, gradient = {a.gradient, a.gradient_stride, "gradient"},
                   log_probabilities = {a.log_probabilities, a.log_probabilities_stride, "log_probabilities"};
  for (const MatrixView& m : {logits, gradient, log_probabilities}) check_matrix(element, a.rows, a.columns, m);
  check_matrix(1, a.rows, a.columns, {a.mask, a.mask_stride, "mask"});
  check_overlap(element, a.rows, a.columns, gradient, logits, true);
  check_overlap(element, a.rows, a.columns, log_probabilities, logits, false);
  check_overlap(element, a.rows, a.columns, gradient, log_probabilities, false);
  check_aligned(a.actions, a.action_type == GIBBS_TARGETS_INT32 ? 4 : 8, "actions");
  const struct {
    const void* pointer;
    int bytes;
    const char* name;
  } arrays[] = {{a.row_weights, real, "row_weights"},
                {a.temperatures, real, "temperatures"},
                {a.normaliser, real, "normaliser"},
                {a.value, real, "value"},
                {a.entropies, real, "entropies"},
                {a.full_entropies, real, "full_entropies"},
                {a.counts, 4, "counts"},
                {a.thresholds, real, "thresholds"},
                {a.action_log_probability, real, "action_log_probability"},
                {a.samples, 8, "samples"},
                {a.sample_log_probability, real, "sample_log_probability"},
                {a.valid_rows, 8, "valid_rows"},
                {a.normaliser_used, real, "normaliser_used"}};
  for (const auto& array : arrays) check_aligned(array.pointer, array.bytes, array.name);
  if (a.value != nullptr && a.reduction == GIBBS_REDUCTION_NONE)
    fail(GIBBS_INVALID_ARGUMENT, "value: asked for with reduction none; take entropies, or mean or sum");
}

// Shape, weights and normaliser: all that the reduction reads. Actions do not decide what a row weighs.
template <class R>
kernels::RowParameters<R> reduced_rows(const TokenSet& a) {
  kernels::RowParameters<R> r = ReducedValue::rows_of<R>(a);
  r.columns = int32_t(a.columns);
  return r;
}

template <class R>
kernels::TokenSetParameters<R> parameters(const TokenSet& a, const kernels::RowParameters<R>& reduced, const ScopeLaunch& l) {
  kernels::TokenSetParameters<R> p{};
  p.row = reduced;
  p.row.logits = a.logits;
  p.row.logits_stride = a.logits_stride;
  p.row.targets = a.actions;
  p.row.target_bytes = a.action_type == GIBBS_TARGETS_NONE ? 0 : a.action_type == GIBBS_TARGETS_INT32 ? 4 : 8;
  p.row.ignore_index = INT64_MIN;
  p.row.row_temperatures = static_cast<const R*>(a.temperatures);
  p.row.gradient = a.gradient;
  p.row.gradient_stride = a.gradient_stride;
  p.row.status = a.status;
  p.scope = l.geometry;
  p.most = int32_t(a.top_k == 0 ? a.columns : std::min(a.top_k, a.columns));
  p.excludes_crossing = a.excludes_crossing;
  p.top_h_variant = a.top_h_variant;
  p.top_h_cap = a.top_h_cap;
  p.mass = R(a.top_p);
  p.least_offset = R(std::log(a.min_p));
  p.least_log_share = R(std::log(a.min_probability));
  p.top_h = R(a.top_h);
  p.temperature = a.temperature;
  p.seed = a.seed;
  p.row_offset = a.row_offset;
  p.step = a.step;
  p.entropies = static_cast<R*>(a.entropies);
  p.full_entropies = static_cast<R*>(a.full_entropies);
  p.counts = a.counts;
  p.thresholds = static_cast<R*>(a.thresholds);
  p.mask = a.mask;
  p.mask_stride = a.mask_stride;
  p.log_probabilities = a.log_probabilities;
  p.log_probabilities_stride = a.log_probabilities_stride;
  p.action_log_probability = static_cast<R*>(a.action_log_probability);
  p.samples = a.samples;
  p.sample_log_probability = static_cast<R*>(a.sample_log_probability);
  return p;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_token_set_workspace(gibbs_device* device, const gibbs_token_set* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_token_set(arguments);
    *bytes = ops::ReducedValue(*arguments).workspace_bytes(arguments->type);
  });
}

GIBBS_API gibbs_status gibbs_token_set_run(gibbs_device* device, gibbs_stream stream, const gibbs_token_set* arguments) {
  return runtime::entry(device, [&] {
    ops::check_token_set(arguments);
    const gibbs_token_set& a = *arguments;
    const ops::ScopeLaunch l =
        ops::scope_launch(a.rows, a.columns, ops::element_bytes(a.type), 1, a.regime, runtime::limits(device));
    const ops::ReducedValue value(a);
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, value.workspace_bytes(a.type));
    ops::with_real(a.type, [&](auto real) {
      using R = decltype(real);
      auto reduced = ops::reduced_rows<R>(a);
      const ops::RowReduction<R, ops::ReducedValue> reduction(device, stream, value, workspace);
      reduction.before(reduced);
      const auto p = ops::parameters<R>(a, reduced, l);
      if (a.rows > 0)
        runtime::launch(device, stream, ops::kernels_by_type[a.type], {l.grid, l.block, l.shared_bytes}, &p, sizeof(p));
      reduction.after(reduced);
    });
  });
}
