// Entropy penalties: from the C arguments to launches: the sums of sequences, the value, the gradient.
#include "kernels/entropy_penalty_parameters.h"

#include "kernels/row_scope_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"

namespace gibbs::ops {

namespace {

using runtime::Kernel;
using runtime::Workspace;

const Kernel row_kernels[2] = {Kernel("gibbs_entropy_penalty_rows_f32"), Kernel("gibbs_entropy_penalty_rows_f64")};
const Kernel total_kernels[2] = {Kernel("gibbs_entropy_penalty_total_f32"), Kernel("gibbs_entropy_penalty_total_f64")};
const Kernel gradient_kernels[2] = {Kernel("gibbs_entropy_penalty_gradient_f32"), Kernel("gibbs_entropy_penalty_gradient_f64")};

bool is_band(const gibbs_entropy_penalty& a) {
  return a.kind >= GIBBS_PENALTY_EPO_PUBLISHED && a.kind <= GIBBS_PENALTY_EPO_QUADRATIC;
}

void check_scalars(const gibbs_entropy_penalty& a) {
  check(a.kind >= GIBBS_PENALTY_BONUS && a.kind <= GIBBS_PENALTY_ATTENTION, "kind", a.kind, "a gibbs_entropy_penalty_kind");
  check(a.aggregation >= GIBBS_AGGREGATION_TOKEN_MEAN && a.aggregation <= GIBBS_AGGREGATION_SUM, "aggregation", a.aggregation,
        "a gibbs_entropy_aggregation");
  const struct {
    double value;
    const char* name;
  } finite[] = {{a.weight, "weight"},
                {a.smoothing, "smoothing"},
                {a.entropy_bonus, "entropy_bonus"},
                {a.constant, "constant"},
                {a.anchor, "anchor"}};
  for (const auto& f : finite) check(std::isfinite(f.value), f.name, f.value, "finite");
  check(std::isfinite(a.upper) && a.upper >= 0, "upper", a.upper, "finite and not negative");
  check(a.lower >= 0 && a.lower <= a.upper, "lower", a.lower, "in [0, upper]");
  check(a.quantile >= 0 && a.quantile <= 1, "quantile", a.quantile, "in [0, 1]");
  check(std::isfinite(a.margin) && a.margin >= 0, "margin", a.margin, "finite and not negative");
  check(a.context >= 0, "context", double(a.context), "0 or more");
}

void check_arguments(const gibbs_entropy_penalty* given) {
  runtime::check_struct(given, sizeof(gibbs_entropy_penalty), "arguments");
  const gibbs_entropy_penalty& a = *given;
  check(a.type == GIBBS_FLOAT32 || a.type == GIBBS_FLOAT64, "type", a.type, "float32 or float64");
  check_shape(a.type, a.rows, a.columns);
  check_scalars(a);
  if (a.rows > 0) runtime::require(a.entropies, "entropies");
  check(a.anchor_count >= 0, "anchor_count", double(a.anchor_count), "0 or more");
  if (a.anchors != nullptr && a.kind == GIBBS_PENALTY_SIREN)
    check(a.anchor_count == 1, "anchor_count", double(a.anchor_count), "1, of Siren");
  if (a.anchors != nullptr && is_band(a) && a.anchor_indices == nullptr)
    check(a.anchor_count == a.rows, "anchor_count", double(a.anchor_count), "one per row, where there are no anchor_indices");
  if (a.anchor_indices != nullptr) runtime::require(a.anchors, "anchors");
  if (a.kind == GIBBS_PENALTY_ATTENTION) {
    runtime::require(a.head_thresholds, "head_thresholds");
    check(a.heads >= 1 && a.rows % a.heads == 0, "heads", double(a.heads), "at least 1, and divide the rows");
  }
  if (a.penalties != nullptr && a.kind == GIBBS_PENALTY_SIREN)
    fail(GIBBS_INVALID_ARGUMENT, "penalties: given, but Siren has no penalty per token");
  const int real = real_bytes(a.type);
  const MatrixView entropies = {a.entropies, a.entropies_stride, "entropies"},
                   gradient = {a.gradient, a.gradient_stride, "gradient"},
                   penalties = {a.penalties, a.penalties_stride, "penalties"};
  for (const MatrixView& m : {entropies, gradient, penalties}) check_matrix(real, a.rows, a.columns, m);
  check_matrix(1, a.rows, a.columns, {a.mask, a.mask_stride, "mask"});
  check_matrix(1, a.rows, a.columns, {a.selected, a.selected_stride, "selected"});
  check_overlap(real, a.rows, a.columns, gradient, entropies, true);
  check_overlap(real, a.rows, a.columns, penalties, entropies, false);
  check_overlap(real, a.rows, a.columns, penalties, gradient, false);
  const struct {
    const void* pointer;
    int bytes;
    const char* name;
  } arrays[] = {{a.anchors, real, "anchors"},
                {a.anchor_indices, 4, "anchor_indices"},
                {a.head_thresholds, real, "head_thresholds"},
                {a.value, real, "value"},
                {a.mean_entropy, real, "mean_entropy"},
                {a.tokens, 8, "tokens"},
                {a.selected_count, 8, "selected_count"},
                {a.sequence_means, real, "sequence_means"},
                {a.quantiles, real, "quantiles"},
                {a.head_threshold_gradient, real, "head_threshold_gradient"}};
  for (const auto& array : arrays) check_aligned(array.pointer, array.bytes, array.name);
}

int64_t sums_bytes(const gibbs_entropy_penalty& a) {
  return std::max<int64_t>(a.rows, 1) * int64_t(sizeof(kernels::PenaltySums));
}

int64_t workspace_bytes(const gibbs_entropy_penalty& a) {
  return Workspace::round_up(sums_bytes(a)) + Workspace::round_up(sizeof(kernels::PenaltyScale));
}

template <class R>
kernels::EntropyPenaltyParameters<R> parameters(const gibbs_entropy_penalty& a) {
  kernels::EntropyPenaltyParameters<R> p{};
  p.rows = a.rows;
  p.columns = a.columns;
  p.entropies = static_cast<const R*>(a.entropies);
  p.entropies_stride = a.entropies_stride;
  p.mask = a.mask;
  p.mask_stride = a.mask_stride;
  p.anchors = static_cast<const R*>(a.anchors);
  p.anchor_indices = a.anchor_indices;
  p.anchor_count = a.anchor_count;
  p.head_thresholds = static_cast<const R*>(a.head_thresholds);
  p.heads = a.kind == GIBBS_PENALTY_ATTENTION ? a.heads : std::max<int64_t>(a.heads, 1);
  p.kind = a.kind;
  p.aggregation = a.aggregation;
  p.per_sequence = a.per_sequence;
  p.divides_by_sequence =
      a.kind == GIBBS_PENALTY_SIREN || (a.kind != GIBBS_PENALTY_ATTENTION && a.aggregation == GIBBS_AGGREGATION_SEQUENCE_MEAN);
  p.weight = a.weight;
  p.smoothing = a.smoothing;
  p.bonus = a.kind == GIBBS_PENALTY_BONUS ? 1 : is_band(a) ? a.entropy_bonus : 0;
  p.constant = a.constant;
  p.lower = a.lower;
  p.upper = a.upper;
  p.anchor = a.anchor;
  p.quantile = a.quantile;
  p.margin = a.margin;
  p.log_context = std::log(double(a.context == 0 ? a.columns : a.context));
  p.value = static_cast<R*>(a.value);
  p.mean_entropy = static_cast<R*>(a.mean_entropy);
  p.tokens = a.tokens;
  p.selected_count = a.selected_count;
  p.gradient = static_cast<R*>(a.gradient);
  p.gradient_stride = a.gradient_stride;
  p.penalties = static_cast<R*>(a.penalties);
  p.penalties_stride = a.penalties_stride;
  p.selected = a.selected;
  p.selected_stride = a.selected_stride;
  p.sequence_means = static_cast<R*>(a.sequence_means);
  p.quantiles = static_cast<R*>(a.quantiles);
  p.head_threshold_gradient = static_cast<R*>(a.head_threshold_gradient);
  p.status = a.status;
  return p;
}

struct Call {
  gibbs_device* device;
  gibbs_stream stream;
};

template <class R>
void run(const Call& call, const gibbs_entropy_penalty& a) {
  Workspace workspace(call.device, call.stream, a.workspace, a.workspace_bytes, workspace_bytes(a));
  auto p = parameters<R>(a);
  p.sums = static_cast<kernels::PenaltySums*>(workspace.take(sums_bytes(a)));
  p.scale = static_cast<kernels::PenaltyScale*>(workspace.take(sizeof(kernels::PenaltyScale)));
  const int type = sizeof(R) == 8;
  const unsigned grid = resident_grid(a.rows, runtime::limits(call.device)), threads = kernels::kPenaltyThreads;
  const unsigned shared = kernels::kExchangeBytes;
  if (a.rows > 0) launch(call, row_kernels[type], grid, threads, shared, p);
  launch(call, total_kernels[type], 1, threads, shared, p);
  if (a.rows > 0 && a.gradient != nullptr) launch(call, gradient_kernels[type], grid, threads, 0, p);
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_entropy_penalty_workspace(gibbs_device* device, const gibbs_entropy_penalty* arguments,
                                                       int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_arguments(arguments);
    *bytes = ops::workspace_bytes(*arguments);
  });
}

GIBBS_API gibbs_status gibbs_entropy_penalty_run(gibbs_device* device, gibbs_stream stream,
                                                 const gibbs_entropy_penalty* arguments) {
  return runtime::entry(device, [&] {
    ops::check_arguments(arguments);
    const ops::Call call = {device, stream};
    if (arguments->type == GIBBS_FLOAT64) {
      ops::run<double>(call, *arguments);
    } else {
      ops::run<float>(call, *arguments);
    }
  });
}
