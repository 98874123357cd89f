// Rounding of a plan: from the C arguments to one launch.
#include "ops/transport_plan_arguments.h"

namespace gibbs::ops {

namespace {

using runtime::Kernel;
using runtime::Workspace;

const PlanKernels rounding_kernels = GIBBS_PLAN_KERNELS("gibbs_transport_rounding");

void check_arguments(const gibbs_transport_rounding* given) {
  runtime::check_struct(given, sizeof(gibbs_transport_rounding), "arguments");
  const gibbs_transport_rounding& a = *given;
  check_transport_problem(a.problem);
  const int real = real_bytes(a.problem.type);
  check_aligned(a.result, 8, "result");
  check_aligned(a.source_factors, real, "source_factors");
  check_aligned(a.target_factors, real, "target_factors");
  check_aligned(a.source_residual, real, "source_residual");
  check_aligned(a.target_residual, real, "target_residual");
  check_matrix(real, a.problem.rows, a.problem.columns, {a.plan, a.plan_stride, "plan"});
}

kernels::TransportRoundingParameters parameters_of(const gibbs_transport_rounding& a, PlanPieces& pieces) {
  kernels::TransportRoundingParameters p{};
  p.plan = pieces.plan();
  p.result = a.result;
  p.source_factors = a.source_factors;
  p.target_factors = a.target_factors;
  p.source_residual = a.source_residual;
  p.target_residual = a.target_residual;
  p.rounded = a.plan;
  p.rounded_stride = a.plan_stride;
  for (double** rows : {&p.x, &p.source_ratio}) *rows = pieces.doubles(a.problem.rows);
  for (double** columns : {&p.y, &p.target_ratio}) *columns = pieces.doubles(a.problem.columns);
  return p;
}

int64_t workspace_bytes(const gibbs_transport_rounding& a) {
  PlanPieces pieces(a.problem, nullptr);
  parameters_of(a, pieces);
  return pieces.needed();
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_transport_rounding_workspace(gibbs_device* device, const gibbs_transport_rounding* arguments,
                                                          int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_arguments(arguments);
    *bytes = ops::workspace_bytes(*arguments);
  });
}

GIBBS_API gibbs_status gibbs_transport_rounding_run(gibbs_device* device, gibbs_stream stream,
                                                    const gibbs_transport_rounding* arguments) {
  return runtime::entry(device, [&] {
    ops::check_arguments(arguments);
    const gibbs_transport_rounding& a = *arguments;
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, ops::workspace_bytes(a));
    ops::PlanPieces pieces(a.problem, &workspace);
    ops::launch_plan(device, stream, ops::rounding_kernels, a.problem, ops::parameters_of(a, pieces));
  });
}
