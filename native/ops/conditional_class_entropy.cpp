// Conditional class entropies: from the C arguments to launches: counts of parts of the samples, then their sums and entropies.
#include "kernels/conditional_class_entropy_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"
#include "ops/row_map.h"

namespace gibbs::ops {

namespace {

using runtime::Kernel;
using runtime::Workspace;

const Kernel count_kernels[] = GIBBS_TYPE_KERNELS("gibbs_conditional_class_counts");
const Kernel entropy_kernel("gibbs_conditional_class_entropies");

void check_arguments(const gibbs_conditional_class_entropy* given) {
  runtime::check_struct(given, sizeof(gibbs_conditional_class_entropy), "arguments");
  const gibbs_conditional_class_entropy& a = *given;
  check_shape(a.type, a.rows, a.columns);
  check(a.rows <= INT32_MAX, "rows", double(a.rows), "at most 2147483647");
  check(a.classes >= 1 && a.classes <= (1 << 24), "classes", a.classes, "from 1 to 16777216");
  check(a.label_type == GIBBS_TARGETS_INT32 || a.label_type == GIBBS_TARGETS_INT64, "label_type", a.label_type, "int32 or int64");
  if (a.rows > 0) {
    runtime::require(a.values, "values");
    runtime::require(a.labels, "labels");
  }
  if (a.accumulate) runtime::require(a.counts, "counts");
  check_matrix(element_bytes(a.type), a.rows, a.columns, {a.values, a.values_stride, "values"});
  check_matrix(8, 2 * int64_t(a.classes), a.columns, {a.counts, a.counts_stride, "counts"});
  check_aligned(a.labels, a.label_type == GIBBS_TARGETS_INT32 ? 4 : 8, "labels");
  check_aligned(a.entropies, real_bytes(a.type), "entropies");
  check_aligned(a.samples, 8, "samples");
  check_aligned(a.out_of_range, 8, "out_of_range");
}

// Samples are counted in parts where there are many of them and few counters.
int64_t parts_of(const gibbs_conditional_class_entropy& a) {
  constexpr int64_t kPartRows = 4096, kMostParts = 64, kMostCounters = int64_t(1) << 24;
  const int64_t counters = 2 * int64_t(a.classes) * a.columns;
  return std::max<int64_t>(1, std::min({a.rows / kPartRows, kMostParts, kMostCounters / counters}));
}

struct Plan {
  int64_t partials, nans, labels;  // bytes
  int64_t total() const { return Workspace::round_up(partials) + Workspace::round_up(nans) + Workspace::round_up(labels); }
};

Plan make_plan(const gibbs_conditional_class_entropy& a) {
  const int64_t parts = parts_of(a);
  return {parts * 2 * a.classes * a.columns * 4, parts * a.columns * 4, parts * int64_t(sizeof(kernels::LabelCounts))};
}

struct Call {
  gibbs_device* device;
  gibbs_stream stream;
};

void run(const Call& call, const gibbs_conditional_class_entropy& a) {
  const Plan plan = make_plan(a);
  Workspace workspace(call.device, call.stream, a.workspace, a.workspace_bytes, plan.total());
  kernels::ConditionalClassParameters p{};
  p.rows = a.rows;
  p.units = a.columns;
  p.values = a.values;
  p.values_stride = a.values_stride;
  p.labels = a.labels;
  p.ignore_index = a.ignore_index;
  p.label_bytes = a.label_type == GIBBS_TARGETS_INT32 ? 4 : 8;
  p.classes = a.classes;
  p.parts = int32_t(parts_of(a));
  p.base_2 = a.base_2;
  p.accumulate = a.accumulate;
  p.real_bytes = real_bytes(a.type);
  p.entropies = a.entropies;
  p.counts = a.counts;
  p.counts_stride = a.counts_stride;
  p.status = a.status;
  p.samples = a.samples;
  p.out_of_range = a.out_of_range;
  p.partials = static_cast<uint32_t*>(workspace.take(plan.partials));
  p.nans = static_cast<uint32_t*>(workspace.take(plan.nans));
  p.labels_counted = static_cast<kernels::LabelCounts*>(workspace.take(plan.labels));
  const int64_t blocks = divide_up(a.columns, kernels::kUnitThreads);
  const runtime::Limits& limits = runtime::limits(call.device);
  launch(call, count_kernels[a.type], resident_grid(blocks * p.parts, limits), kernels::kUnitThreads, 0, p);
  launch(call, entropy_kernel, resident_grid(blocks, limits), kernels::kUnitThreads, 0, p);
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_conditional_class_entropy_workspace(gibbs_device* device,
                                                                 const gibbs_conditional_class_entropy* arguments,
                                                                 int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_arguments(arguments);
    *bytes = ops::make_plan(*arguments).total();
  });
}

GIBBS_API gibbs_status gibbs_conditional_class_entropy_run(gibbs_device* device, gibbs_stream stream,
                                                           const gibbs_conditional_class_entropy* arguments) {
  return runtime::entry(device, [&] {
    ops::check_arguments(arguments);
    ops::run({device, stream}, *arguments);
  });
}
