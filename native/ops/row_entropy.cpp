// Row entropies: from the C arguments to launches: the normaliser, the rows, the reduced value.
#include <algorithm>

#include "kernels/row_entropy_parameters.h"
#include "ops/arguments.h"
#include "ops/reduced_value.h"
#include "ops/row_map.h"
#include "ops/row_map_parameters.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

using RowEntropy = gibbs_row_entropy;

const runtime::Kernel kernels_by_type[] = GIBBS_TYPE_KERNELS("gibbs_row_entropy");

void check_scalars(const RowEntropy& a) {
  check(a.kind >= GIBBS_ENTROPY_SHANNON && a.kind <= GIBBS_ENTROPY_MIN, "kind", a.kind, "a gibbs_entropy_kind");
  check(a.input == GIBBS_ENTROPY_LOGITS || a.input == GIBBS_ENTROPY_PROBABILITIES, "input", a.input, "a gibbs_entropy_input");
  check(a.alpha > 0 && std::isfinite(a.alpha), "alpha", a.alpha, "positive and finite");
  check_held(a.type, "alpha", a.alpha);
  check(a.temperature > 0 && std::isfinite(a.temperature), "temperature", a.temperature, "positive and finite");
  check(a.action_type >= GIBBS_TARGETS_NONE && a.action_type <= GIBBS_TARGETS_INT64, "action_type", a.action_type,
        "a gibbs_target_type");
  check(a.reduction >= GIBBS_REDUCTION_MEAN && a.reduction <= GIBBS_REDUCTION_NONE, "reduction", a.reduction,
        "a gibbs_reduction");
  check_normaliser(a);
  if (a.value != nullptr && a.reduction == GIBBS_REDUCTION_NONE)
    fail(GIBBS_INVALID_ARGUMENT, "value: asked for with reduction none; take entropies, or mean or sum");
  const bool none = a.action_type == GIBBS_TARGETS_NONE;
  if (none && a.action_weights != nullptr) fail(GIBBS_INVALID_ARGUMENT, "action_weights: given without actions");
  if (none && a.log_probability != nullptr) fail(GIBBS_INVALID_ARGUMENT, "log_probability: asked for without actions");
  if (a.input == GIBBS_ENTROPY_LOGITS) return;
  check(a.temperature == 1, "temperature", a.temperature, "1 for probabilities, which have none");
  if (a.temperatures != nullptr) fail(GIBBS_INVALID_ARGUMENT, "temperatures: given with probabilities, which have none");
  if (a.log_sum_exp != nullptr) fail(GIBBS_INVALID_ARGUMENT, "log_sum_exp: asked for of probabilities, which have none");
}

void check_row_entropy(const RowEntropy* given) {
  runtime::check_struct(given, sizeof(RowEntropy), "arguments");
  const RowEntropy& a = *given;
  const bool ragged = a.offsets != nullptr;
  check_shape(a.type, a.rows, ragged ? 1 : a.columns);
  check(a.columns >= 0, "columns", double(a.columns), "0 or more");
  check_scalars(a);
  const int element = element_bytes(a.type), real = real_bytes(a.type);
  if (a.rows > 0) {
    if (a.columns > 0) runtime::require(a.values, "values");
    if (a.action_type != GIBBS_TARGETS_NONE) runtime::require(a.actions, "actions");
  }
  // Ragged rows lie in one row of all values.
  const int64_t rows = ragged ? 1 : a.rows, stride = ragged ? a.columns : a.values_stride;
  const MatrixView values = {a.values, stride, "values"},
                   gradient = {a.gradient, ragged ? a.columns : a.gradient_stride, "gradient"};
  for (const MatrixView& m : {values, gradient}) check_matrix(element, rows, a.columns, m);
  check_overlap(element, rows, a.columns, gradient, values, true);
  check_aligned(a.actions, a.action_type == GIBBS_TARGETS_INT32 ? 4 : 8, "actions");
  const struct {
    const void* pointer;
    int bytes;
    const char* name;
  } arrays[] = {{a.offsets, 8, "offsets"},
                {a.action_weights, real, "action_weights"},
                {a.row_weights, real, "row_weights"},
                {a.temperatures, real, "temperatures"},
                {a.normaliser, real, "normaliser"},
                {a.value, real, "value"},
                {a.entropies, real, "entropies"},
                {a.log_sum_exp, real, "log_sum_exp"},
                {a.log_probability, real, "log_probability"},
                {a.valid_rows, 8, "valid_rows"},
                {a.normaliser_used, real, "normaliser_used"}};
  for (const auto& array : arrays) check_aligned(array.pointer, array.bytes, array.name);
}

// A block a row, of as many warps as a row of twice the mean length has segments, and room to keep one of that length: longer
// rows are read again. The host knows no more; results do not depend on it.
ScopeLaunch ragged_launch(const RowEntropy& a, const runtime::Limits& limits) {
  const int64_t mean = a.rows == 0 ? 0 : divide_up(a.columns, a.rows), element = element_bytes(a.type);
  const int64_t room = (limits.shared_per_block - kernels::kExchangeBytes) / kSegmentBytes;
  const int64_t segments = std::clamp<int64_t>(divide_up(2 * mean * element, kSegmentBytes), 1, room);
  ScopeLaunch l{};
  l.geometry.block_per_row = 1;
  l.geometry.keeps = a.regime != GIBBS_REGIME_TWO_PASS;
  l.geometry.segments = int32_t(segments);
  l.block = unsigned(std::min<int64_t>(kernels::kScopeWarps, segments) * kWarpThreads);
  l.grid = resident_grid(a.rows, limits);
  l.shared_bytes = unsigned(kernels::kExchangeBytes + (l.geometry.keeps ? segments * kSegmentBytes : 0));
  return l;
}

ScopeLaunch entropy_launch(const RowEntropy& a, const runtime::Limits& limits) {
  if (a.offsets != nullptr) return ragged_launch(a, limits);
  return scope_launch(a.rows, a.columns, element_bytes(a.type), 1, a.regime, limits);
}

template <class R>
kernels::RowEntropyParameters<R> parameters(const RowEntropy& a, const kernels::RowParameters<R>& reduced, const ScopeLaunch& l) {
  kernels::RowEntropyParameters<R> p{};
  p.row = reduced;
  p.row.columns = a.offsets != nullptr ? 0 : int32_t(a.columns);
  p.row.logits = a.values;
  p.row.logits_stride = a.values_stride;
  p.row.targets = a.actions;
  p.row.target_bytes = a.action_type == GIBBS_TARGETS_NONE ? 0 : a.action_type == GIBBS_TARGETS_INT32 ? 4 : 8;
  p.row.row_temperatures = static_cast<const R*>(a.temperatures);
  p.row.gradient = a.gradient;
  p.row.gradient_stride = a.gradient_stride;
  p.row.status = a.status;
  p.scope = l.geometry;
  p.offsets = a.offsets;
  p.total = a.columns;
  const bool family = a.kind == GIBBS_ENTROPY_TSALLIS || a.kind == GIBBS_ENTROPY_RENYI;
  p.kind = family && a.alpha == 1 ? GIBBS_ENTROPY_SHANNON : a.kind;
  p.probabilities = a.input == GIBBS_ENTROPY_PROBABILITIES;
  p.alpha = family ? a.alpha : 1;
  p.temperature = a.temperature;
  p.action_weights = static_cast<const R*>(a.action_weights);
  p.entropies = static_cast<R*>(a.entropies);
  p.log_sum_exp = static_cast<R*>(a.log_sum_exp);
  p.log_probability = static_cast<R*>(a.log_probability);
  return p;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_row_entropy_workspace(gibbs_device* device, const gibbs_row_entropy* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_row_entropy(arguments);
    *bytes = ops::ReducedValue(*arguments).workspace_bytes(arguments->type);
  });
}

GIBBS_API gibbs_status gibbs_row_entropy_run(gibbs_device* device, gibbs_stream stream, const gibbs_row_entropy* arguments) {
  return runtime::entry(device, [&] {
    ops::check_row_entropy(arguments);
    const gibbs_row_entropy& a = *arguments;
    const ops::ScopeLaunch l = ops::entropy_launch(a, runtime::limits(device));
    const ops::ReducedValue value(a);
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, value.workspace_bytes(a.type));
    ops::with_real(a.type, [&](auto real) {
      using R = decltype(real);
      auto reduced = ops::ReducedValue::rows_of<R>(a);
      const ops::RowReduction<R, ops::ReducedValue> reduction(device, stream, value, workspace);
      reduction.before(reduced);
      const auto p = ops::parameters<R>(a, reduced, l);
      if (a.rows > 0)
        runtime::launch(device, stream, ops::kernels_by_type[a.type], {l.grid, l.block, l.shared_bytes}, &p, sizeof(p));
      reduction.after(reduced);
    });
  });
}
