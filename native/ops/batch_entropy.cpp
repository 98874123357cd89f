// Batch entropies: from the C arguments to launches: column sums of chunks of rows, the functional of each segment, the reduced
// value, the gradient. Two reads of the logits, one write.
#include <limits>

#include "kernels/batch_entropy_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"
#include "ops/row_map.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

using runtime::Kernel;
using runtime::Workspace;

const Kernel sum_kernels[] = GIBBS_TYPE_KERNELS("gibbs_batch_entropy_sums");
const Kernel gradient_kernels[] = GIBBS_TYPE_KERNELS("gibbs_batch_entropy_gradient");
const Kernel functional_kernels[2] = {Kernel("gibbs_batch_entropy_functional_f32"), Kernel("gibbs_batch_entropy_functional_f64")};
const Kernel total_kernels[2] = {Kernel("gibbs_batch_entropy_total_f32"), Kernel("gibbs_batch_entropy_total_f64")};

int64_t segments_of(const gibbs_batch_entropy& a) { return a.offsets != nullptr ? a.segments : 1; }

void check_arguments(const gibbs_batch_entropy* given) {
  runtime::check_struct(given, sizeof(gibbs_batch_entropy), "arguments");
  const gibbs_batch_entropy& a = *given;
  check_shape(a.type, a.rows, a.columns);
  if (a.offsets != nullptr) check(a.segments >= 1, "segments", double(a.segments), "at least 1, with offsets");
  const int64_t segments = segments_of(a);
  check_shape(a.type, segments, a.columns);
  check(a.temperature > 0 && std::isfinite(a.temperature), "temperature", a.temperature, "positive and finite");
  const struct {
    double value;
    const char* name;
  } finite[] = {{a.marginal_weight, "marginal_weight"},
                {a.conditional_weight, "conditional_weight"},
                {a.class_entropy_weight, "class_entropy_weight"},
                {a.prior_weight, "prior_weight"},
                {a.between_groups_weight, "between_groups_weight"},
                {a.within_groups_weight, "within_groups_weight"}};
  for (const auto& f : finite) check(std::isfinite(f.value), f.name, f.value, "finite");
  check(std::isfinite(a.confidence_power) && a.confidence_power >= 0, "confidence_power", a.confidence_power,
        "finite and not negative");
  check(a.reduction >= GIBBS_REDUCTION_MEAN && a.reduction <= GIBBS_REDUCTION_NONE, "reduction", a.reduction,
        "a gibbs_reduction");
  if (a.value != nullptr && a.reduction == GIBBS_REDUCTION_NONE)
    fail(GIBBS_INVALID_ARGUMENT, "value: asked for with reduction none; take values, or mean or sum");
  if (a.between_groups_weight != 0 || a.within_groups_weight != 0) {
    runtime::require(a.class_groups, "class_groups");
    check(a.groups >= 1 && a.groups <= a.columns, "groups", a.groups, "from 1 to the columns");
  }
  if (a.rows > 0) runtime::require(a.logits, "logits");
  const int element = element_bytes(a.type), real = real_bytes(a.type);
  const MatrixView logits = {a.logits, a.logits_stride, "logits"}, gradient = {a.gradient, a.gradient_stride, "gradient"};
  check_matrix(element, a.rows, a.columns, logits);
  check_matrix(element, a.rows, a.columns, gradient);
  check_overlap(element, a.rows, a.columns, gradient, logits, true);
  check_matrix(real, segments, a.columns, {a.marginals, a.marginals_stride, "marginals"});
  if (a.priors_stride != 0) check_matrix(real, segments, a.columns, {a.priors, a.priors_stride, "priors"});
  const struct {
    const void* pointer;
    int bytes;
    const char* name;
  } arrays[] = {{a.offsets, 8, "offsets"},       {a.row_weights, real, "row_weights"},
                {a.priors, real, "priors"},      {a.class_weights, real, "class_weights"},
                {a.value, real, "value"},        {a.class_groups, 4, "class_groups"},
                {a.values, real, "values"},      {a.segment_count, 8, "segment_count"},
                {a.entropies, real, "entropies"}};
  for (const auto& array : arrays) check_aligned(array.pointer, array.bytes, array.name);
}

// A chunk is what one warp or block takes, and costs fp64 sums of all columns: the longer the rows the fewer. By columns alone,
// so that a segment's sums do not depend on what else is in the batch.
int64_t chunk_rows(int64_t columns) { return columns >= 4096 ? 8 : columns >= 512 ? 32 : 64; }

struct Plan {
  int64_t chunks, partials, sums, means, states;  // bytes, but for chunks
  int64_t total() const {
    int64_t bytes = Workspace::round_up(sizeof(kernels::BatchScale));
    for (const int64_t each : {partials, sums, means, means, states}) bytes += Workspace::round_up(each);
    return bytes;
  }
};

Plan make_plan(const gibbs_batch_entropy& a) {
  const int64_t segments = segments_of(a);
  Plan plan{};
  plan.chunks = a.rows / chunk_rows(a.columns) + segments;
  if (plan.chunks > INT64_MAX / 64 / a.columns)
    fail(GIBBS_INVALID_ARGUMENT, "segments: %lld of %lld columns leave the address space", static_cast<long long>(segments),
         static_cast<long long>(a.columns));
  plan.partials = plan.chunks * a.columns * 8;
  plan.sums = plan.chunks * int64_t(sizeof(kernels::BatchChunkSums));
  plan.means = segments * a.columns * 8;
  plan.states = segments * int64_t(sizeof(kernels::SegmentState));
  return plan;
}

struct Call {
  gibbs_device* device;
  gibbs_stream stream;
};

template <class R>
kernels::BatchEntropyParameters<R> parameters(const gibbs_batch_entropy& a, const Plan& plan) {
  kernels::BatchEntropyParameters<R> p{};
  p.rows = a.rows;
  p.columns = int32_t(a.columns);
  p.groups = a.groups;
  p.segments = segments_of(a);
  p.offsets = a.offsets;
  p.chunks = plan.chunks;
  p.chunk_rows = chunk_rows(a.columns);
  p.logits = a.logits;
  p.logits_stride = a.logits_stride;
  p.row_weights = static_cast<const R*>(a.row_weights);
  p.class_weights = static_cast<const R*>(a.class_weights);
  p.priors = static_cast<const R*>(a.priors);
  p.priors_stride = a.priors_stride;
  p.class_groups = a.class_groups;
  p.reduction = a.reduction;
  p.uses_class_weights = a.class_entropy_weight != 0;
  p.chain = std::min(1 / a.temperature, double(std::numeric_limits<R>::max()));
  p.inverse_temperature = R(p.chain);
  p.marginal_weight = a.marginal_weight;
  p.conditional_weight = a.conditional_weight;
  p.class_entropy_weight = a.class_entropy_weight;
  p.prior_weight = a.prior_weight;
  p.between_groups_weight = a.between_groups_weight;
  p.within_groups_weight = a.within_groups_weight;
  p.confidence_power = a.confidence_power;
  p.value = static_cast<R*>(a.value);
  p.segment_count = a.segment_count;
  p.values = static_cast<R*>(a.values);
  p.marginals = static_cast<R*>(a.marginals);
  p.marginals_stride = a.marginals_stride;
  p.entropies = static_cast<R*>(a.entropies);
  p.gradient = a.gradient;
  p.gradient_stride = a.gradient_stride;
  p.status = a.status;
  p.segment_status = a.segment_status;
  return p;
}

template <class R>
void run(const Call& call, const gibbs_batch_entropy& a) {
  const Plan plan = make_plan(a);
  const runtime::Limits& limits = runtime::limits(call.device);
  Workspace workspace(call.device, call.stream, a.workspace, a.workspace_bytes, plan.total());
  auto p = parameters<R>(a, plan);
  p.scale = static_cast<kernels::BatchScale*>(workspace.take(sizeof(kernels::BatchScale)));
  p.partials = static_cast<double*>(workspace.take(plan.partials));
  p.sums = static_cast<kernels::BatchChunkSums*>(workspace.take(plan.sums));
  p.means = static_cast<double*>(workspace.take(plan.means));
  p.slopes = static_cast<double*>(workspace.take(plan.means));
  p.states = static_cast<kernels::SegmentState*>(workspace.take(plan.states));

  const int type = sizeof(R) == 8, element = element_bytes(a.type);
  const ScopeLaunch chunks = scope_launch(plan.chunks, a.columns, element, 1, a.regime, limits);
  p.scope = chunks.geometry;
  launch(call, sum_kernels[a.type], chunks.grid, chunks.block, chunks.shared_bytes, p);
  launch(call, functional_kernels[type], resident_grid(p.segments, limits), kernels::kFunctionalThreads, kernels::kExchangeBytes,
         p);
  launch(call, total_kernels[type], 1, kernels::kFunctionalThreads, kernels::kExchangeBytes, p);
  if (a.gradient == nullptr || a.rows == 0) return;
  const ScopeLaunch rows = scope_launch(a.rows, a.columns, element, 1, a.regime, limits);
  launch(call, gradient_kernels[a.type], rows.grid, rows.block, rows.shared_bytes, p);
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_batch_entropy_workspace(gibbs_device* device, const gibbs_batch_entropy* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_arguments(arguments);
    *bytes = ops::make_plan(*arguments).total();
  });
}

GIBBS_API gibbs_status gibbs_batch_entropy_run(gibbs_device* device, gibbs_stream stream, const gibbs_batch_entropy* arguments) {
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
