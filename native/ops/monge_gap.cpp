// The Monge gap: a Sinkhorn solve between points and images, whose gradients are the gap's but for the matched pairs.
#include <limits>

#include "kernels/monge_gap_parameters.h"
#include "kernels/row_scope_parameters.h"
#include "ops/launch.h"
#include "ops/token_arrays.h"
#include "runtime/error.h"

namespace gibbs::ops {

namespace {

using runtime::Workspace;

const runtime::Kernel gap_pairs[] = {runtime::Kernel("gibbs_monge_gap_pairs_f32"), runtime::Kernel("gibbs_monge_gap_pairs_f64")};
const runtime::Kernel gap_totals("gibbs_monge_gap_totals");

void settle(gibbs_status status) {
  if (status != GIBBS_OK) fail(status, "%s", last_error());
}

void check_monge_gap(const gibbs_monge_gap* given) {
  runtime::check_struct(given, sizeof(gibbs_monge_gap), "arguments");
  const gibbs_monge_gap& a = *given;
  check_tokens(a.type, a.rows, 1);
  check(a.rows >= 1, "rows", double(a.rows), "1 or more");
  check(a.flags == 0 || a.flags == GIBBS_SINKHORN_PLAIN, "flags", a.flags, "0 or GIBBS_SINKHORN_PLAIN");
  runtime::require(a.points, "points");
  runtime::require(a.mapped, "mapped");
  runtime::require(a.result, "result");
  check_aligned(a.result, 8, "result");
  const int real = element_bytes(a.type);
  const MatrixView matrices[] = {{a.points, a.points_stride, "points"},
                                 {a.mapped, a.mapped_stride, "mapped"},
                                 {a.point_gradient, a.point_gradient_stride, "point_gradient"},
                                 {a.mapped_gradient, a.mapped_gradient_stride, "mapped_gradient"}};
  for (int g = 2; g < 4; ++g) {
    for (int m = 0; m < g; ++m) check_overlap(real, a.rows, a.dimensions, matrices[g], matrices[m], false);
  }
}

// Shapes, scalars and the rest of the arrays are checked by the solve, which has them as x and y.
gibbs_sinkhorn solve_arguments(const gibbs_monge_gap& a) {
  gibbs_sinkhorn s{};
  s.struct_size = sizeof(s);
  s.type = a.type;
  s.metric = a.metric;
  s.metric_k = a.metric_k;
  s.metric_parameter = a.metric_parameter;
  s.problems = 1;
  s.rows = s.columns = a.rows;
  s.dimensions = a.dimensions;
  s.x = a.points;
  s.x_stride = a.points_stride;
  s.y = a.mapped;
  s.y_stride = a.mapped_stride;
  s.source_weights = s.target_weights = a.weights;
  s.initial_target_potential = a.initial_target_potential;
  s.epsilon = a.epsilon;
  s.source_rho = s.target_rho = std::numeric_limits<double>::infinity();
  s.tolerance = a.tolerance;
  s.epsilon_start = a.epsilon_start;
  s.max_iterations = a.max_iterations;
  s.flags = a.flags;
  s.results = &a.result->transport;
  s.target_potential = a.target_potential;
  s.x_gradient = a.point_gradient;
  s.x_gradient_stride = a.point_gradient_stride;
  s.y_gradient = a.mapped_gradient;
  s.y_gradient_stride = a.mapped_gradient_stride;
  return s;
}

int64_t solve_bytes(gibbs_device* device, const gibbs_sinkhorn& s) {
  int64_t bytes = 0;
  settle(gibbs_sinkhorn_workspace(device, &s, &bytes));
  return bytes;
}

int64_t gap_bytes(const gibbs_monge_gap& a) { return 3 * a.rows * int64_t(sizeof(double)); }

struct Call {
  gibbs_device* device;
  gibbs_stream stream;
};

void run_monge_gap(gibbs_device* device, gibbs_stream stream, const gibbs_monge_gap& a) {
  gibbs_sinkhorn s = solve_arguments(a);
  const int64_t bytes = solve_bytes(device, s);
  Workspace workspace(device, stream, a.workspace, a.workspace_bytes, Workspace::round_up(bytes) + Workspace::round_up(gap_bytes(a)));
  s.workspace = workspace.take(bytes);
  s.workspace_bytes = bytes;
  settle(gibbs_sinkhorn_run(device, stream, &s));
  kernels::MongeGapParameters p{};
  p.costs = {a.points, a.mapped, a.points_stride, a.mapped_stride, int32_t(a.dimensions), a.metric, a.metric_k, 0, a.metric_parameter};
  p.rows = a.rows;
  p.weights = a.weights;
  p.epsilon = a.epsilon;
  p.point_gradient = a.point_gradient;
  p.point_gradient_stride = a.point_gradient_stride;
  p.mapped_gradient = a.mapped_gradient;
  p.mapped_gradient_stride = a.mapped_gradient_stride;
  p.terms = static_cast<double*>(workspace.take(gap_bytes(a)));
  p.result = a.result;
  const Call call{device, stream};
  launch(call, gap_pairs[a.type == GIBBS_FLOAT64], resident_grid(divide_up(a.rows, kernels::kGapThreads), runtime::limits(device)),
         kernels::kGapThreads, 0, p);
  launch(call, gap_totals, 1, kernels::kGapThreads, kernels::kExchangeBytes, p);
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_monge_gap_workspace(gibbs_device* device, const gibbs_monge_gap* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    ops::check_monge_gap(arguments);
    runtime::require(bytes, "bytes");
    *bytes = runtime::Workspace::round_up(ops::solve_bytes(device, ops::solve_arguments(*arguments))) +
             runtime::Workspace::round_up(ops::gap_bytes(*arguments));
  });
}

GIBBS_API gibbs_status gibbs_monge_gap_run(gibbs_device* device, gibbs_stream stream, const gibbs_monge_gap* arguments) {
  return runtime::entry(device, [&] {
    ops::check_monge_gap(arguments);
    ops::run_monge_gap(device, stream, *arguments);
  });
}
