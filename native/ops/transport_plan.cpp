// A plan's action and largest entries: from the C arguments to one launch.
#include "ops/transport_plan_arguments.h"

namespace gibbs::ops {

namespace {

using runtime::Kernel;
using runtime::Workspace;

const PlanKernels plan_kernels = GIBBS_PLAN_KERNELS("gibbs_transport_plan");

void check_apply(const gibbs_transport_plan& a, int real) {
  if (a.result == nullptr) return;
  const bool transposed = (a.flags & GIBBS_PLAN_TRANSPOSED) != 0;
  check(a.width >= 1 && a.width <= kMaxColumns, "width", double(a.width), "from 1 to 2147479552");
  check_given(a.values, real, "values");
  check_matrix(real, transposed ? a.problem.rows : a.problem.columns, a.width, {a.values, a.values_stride, "values"});
  check_matrix(real, transposed ? a.problem.columns : a.problem.rows, a.width, {a.result, a.result_stride, "result"});
}

void check_entries(const gibbs_transport_plan& a, int real) {
  if (a.largest_columns != nullptr) {
    check(a.largest >= 1 && a.largest <= std::min<int64_t>(a.problem.columns, kernels::kMostLargest), "largest",
          double(a.largest), "from 1 to the columns, and at most 128");
    check_matrix(4, a.problem.rows, a.largest, {a.largest_columns, a.largest_columns_stride, "largest_columns"});
    check_matrix(real, a.problem.rows, a.largest, {a.largest_values, a.largest_values_stride, "largest_values"});
  }
  if (a.row_offsets == nullptr) return;
  check(a.threshold >= 0 && std::isfinite(a.threshold), "threshold", a.threshold, "at least 0 and finite");
  check_aligned(a.row_offsets, 8, "row_offsets");
  if ((a.flags & GIBBS_PLAN_COUNT) != 0) return;
  check(a.entries >= 0, "entries", double(a.entries), "0 or more");
  if (a.entries == 0) return;
  check_given(a.entry_columns, 4, "entry_columns");
  check_given(a.entry_values, real, "entry_values");
}

void check_arguments(const gibbs_transport_plan* given) {
  runtime::check_struct(given, sizeof(gibbs_transport_plan), "arguments");
  const gibbs_transport_plan& a = *given;
  check_transport_problem(a.problem);
  const int real = real_bytes(a.problem.type);
  check(a.flags >= 0 && a.flags < 8, "flags", a.flags, "a sum of GIBBS_PLAN flags");
  check_apply(a, real);
  check_entries(a, real);
  check_aligned(a.row_sums, real, "row_sums");
  check_aligned(a.column_sums, real, "column_sums");
}

kernels::TransportPlanParameters parameters_of(const gibbs_transport_plan& a, PlanPieces& pieces) {
  kernels::TransportPlanParameters p{};
  p.plan = pieces.plan();
  p.transposed = (a.flags & GIBBS_PLAN_TRANSPOSED) != 0;
  p.barycentric = (a.flags & GIBBS_PLAN_BARYCENTRIC) != 0;
  p.count = (a.flags & GIBBS_PLAN_COUNT) != 0;
  p.largest = int32_t(a.largest);
  p.width = a.width;
  p.values = a.values;
  p.values_stride = a.values_stride;
  p.result = a.result;
  p.result_stride = a.result_stride;
  p.row_sums = a.row_sums;
  p.column_sums = a.column_sums;
  p.largest_columns = a.largest_columns;
  p.largest_columns_stride = a.largest_columns_stride;
  p.largest_values = a.largest_values;
  p.largest_values_stride = a.largest_values_stride;
  p.threshold = a.threshold;
  p.row_offsets = a.row_offsets;
  p.entry_columns = a.entry_columns;
  p.entry_values = a.entry_values;
  p.entries = a.entries;
  return p;
}

int64_t workspace_bytes(const gibbs_transport_plan& a) {
  PlanPieces pieces(a.problem, nullptr);
  parameters_of(a, pieces);
  return pieces.needed();
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_transport_plan_workspace(gibbs_device* device, const gibbs_transport_plan* arguments,
                                                      int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_arguments(arguments);
    *bytes = ops::workspace_bytes(*arguments);
  });
}

GIBBS_API gibbs_status gibbs_transport_plan_run(gibbs_device* device, gibbs_stream stream,
                                                const gibbs_transport_plan* arguments) {
  return runtime::entry(device, [&] {
    ops::check_arguments(arguments);
    const gibbs_transport_plan& a = *arguments;
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, ops::workspace_bytes(a));
    ops::PlanPieces pieces(a.problem, &workspace);
    ops::launch_plan(device, stream, ops::plan_kernels, a.problem, ops::parameters_of(a, pieces));
  });
}
