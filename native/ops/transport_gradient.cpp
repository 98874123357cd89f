// Implicit differentiation of a plan: from the C arguments to one launch.
#include "ops/transport_plan_arguments.h"

namespace gibbs::ops {

namespace {

using runtime::Kernel;
using runtime::Workspace;

const PlanKernels gradient_kernels = GIBBS_PLAN_KERNELS("gibbs_transport_gradient");

void check_arguments(const gibbs_transport_gradient* given) {
  runtime::check_struct(given, sizeof(gibbs_transport_gradient), "arguments");
  const gibbs_transport_gradient& a = *given;
  check_transport_problem(a.problem);
  const int real = real_bytes(a.problem.type);
  const int64_t rows = a.problem.rows, columns = a.problem.columns, dimensions = a.problem.dimensions;
  check(a.tolerance >= 0 && std::isfinite(a.tolerance), "tolerance", a.tolerance,
        "0 (the type's default) or positive and finite");
  check(a.max_iterations >= 1, "max_iterations", a.max_iterations, "at least 1");
  if (a.problem.costs != nullptr && (a.x_gradient != nullptr || a.y_gradient != nullptr))
    fail(GIBBS_INVALID_ARGUMENT, "x_gradient: a gradient by points is asked for, but the costs are a matrix");
  check_matrix(real, rows, columns, {a.upstream_plan, a.upstream_plan_stride, "upstream_plan"});
  check_matrix(real, rows, columns, {a.cost_gradient, a.cost_gradient_stride, "cost_gradient"});
  check_matrix(real, rows, dimensions, {a.x_gradient, a.x_gradient_stride, "x_gradient"});
  check_matrix(real, columns, dimensions, {a.y_gradient, a.y_gradient_stride, "y_gradient"});
  check_aligned(a.upstream_source, real, "upstream_source");
  check_aligned(a.upstream_target, real, "upstream_target");
  check_aligned(a.result, 8, "result");
  check_aligned(a.source_gradient, real, "source_gradient");
  check_aligned(a.target_gradient, real, "target_gradient");
}

kernels::TransportGradientParameters parameters_of(const gibbs_transport_gradient& a, PlanPieces& pieces) {
  kernels::TransportGradientParameters p{};
  p.plan = pieces.plan();
  p.max_iterations = a.max_iterations;
  p.tolerance = a.tolerance;
  p.upstream_plan = a.upstream_plan;
  p.upstream_plan_stride = a.upstream_plan_stride;
  p.upstream_source = a.upstream_source;
  p.upstream_target = a.upstream_target;
  p.result = a.result;
  p.cost_gradient = a.cost_gradient;
  p.cost_gradient_stride = a.cost_gradient_stride;
  p.source_gradient = a.source_gradient;
  p.target_gradient = a.target_gradient;
  p.x_gradient = a.x_gradient;
  p.x_gradient_stride = a.x_gradient_stride;
  p.y_gradient = a.y_gradient;
  p.y_gradient_stride = a.y_gradient_stride;
  for (double** rows : {&p.row_diagonal, &p.row_weights, &p.u, &p.row_upstream}) *rows = pieces.doubles(a.problem.rows);
  for (double** columns : {&p.column_diagonal, &p.column_weights, &p.v, &p.column_upstream, &p.solution, &p.residual,
                           &p.direction, &p.product, &p.preconditioner})
    *columns = pieces.doubles(a.problem.columns);
  return p;
}

int64_t workspace_bytes(const gibbs_transport_gradient& a) {
  PlanPieces pieces(a.problem, nullptr);
  parameters_of(a, pieces);
  return pieces.needed();
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_transport_gradient_workspace(gibbs_device* device, const gibbs_transport_gradient* arguments,
                                                          int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_arguments(arguments);
    *bytes = ops::workspace_bytes(*arguments);
  });
}

GIBBS_API gibbs_status gibbs_transport_gradient_run(gibbs_device* device, gibbs_stream stream,
                                                    const gibbs_transport_gradient* arguments) {
  return runtime::entry(device, [&] {
    ops::check_arguments(arguments);
    const gibbs_transport_gradient& a = *arguments;
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, ops::workspace_bytes(a));
    ops::PlanPieces pieces(a.problem, &workspace);
    ops::launch_plan(device, stream, ops::gradient_kernels, a.problem, ops::parameters_of(a, pieces));
  });
}
