// Inverse transport: marginals of the observation, a Sinkhorn solve with them, and what its plan lacks of the observation.
#include <limits>

#include "kernels/inverse_transport_parameters.h"
#include "kernels/row_scope_parameters.h"
#include "ops/launch.h"
#include "ops/token_arrays.h"
#include "runtime/error.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Kernel;
using runtime::Workspace;

#define GIBBS_INVERSE_KERNELS(name) \
  { Kernel("gibbs_inverse_" name "_f32"), Kernel("gibbs_inverse_" name "_f64") }
const Kernel row_kernels[] = GIBBS_INVERSE_KERNELS("rows"), column_kernels[] = GIBBS_INVERSE_KERNELS("columns"),
             entry_kernels[] = GIBBS_INVERSE_KERNELS("entries");
const Kernel totals_kernel("gibbs_inverse_totals");

void settle(gibbs_status status) {
  if (status != GIBBS_OK) fail(status, "%s", last_error());
}

void check_inverse_transport(const gibbs_inverse_transport* given) {
  runtime::check_struct(given, sizeof(gibbs_inverse_transport), "arguments");
  const gibbs_inverse_transport& a = *given;
  check_tokens(a.type, a.rows, a.columns);
  check(a.rows >= 1, "rows", double(a.rows), "1 or more");
  check(a.flags == 0 || a.flags == GIBBS_SINKHORN_PLAIN, "flags", a.flags, "0 or GIBBS_SINKHORN_PLAIN");
  runtime::require(a.costs, "costs");
  runtime::require(a.observed, "observed");
  runtime::require(a.result, "result");
  check_aligned(a.result, 8, "result");
  const int real = element_bytes(a.type);
  const MatrixView costs = {a.costs, a.costs_stride, "costs"}, observed = {a.observed, a.observed_stride, "observed"},
                   gradient = {a.cost_gradient, a.cost_gradient_stride, "cost_gradient"};
  for (const MatrixView& m : {costs, observed, gradient}) check_matrix(real, a.rows, a.columns, m);
  check_overlap(real, a.rows, a.columns, gradient, costs, false);
  check_overlap(real, a.rows, a.columns, gradient, observed, false);
}

// The same steps size a call's scratch and run it: without a workspace, pieces are only counted, and nothing is launched.
class InverseCall {
 public:
  InverseCall(gibbs_device* device_, gibbs_stream stream_, const gibbs_inverse_transport& arguments, Workspace* workspace)
      : device(device_), stream(stream_), a_(arguments), wide_(arguments.type == GIBBS_FLOAT64), workspace_(workspace) {}

  void loss() {
    InverseTransportParameters p{a_.rows,    a_.columns, a_.costs, a_.observed, a_.costs_stride,  a_.observed_stride,      a_.epsilon,
                                 nullptr,    nullptr,    nullptr,  nullptr,     a_.cost_gradient, a_.cost_gradient_stride, a_.result};
    p.source = take(a_.rows * (wide_ ? 8 : 4));
    p.target = take(a_.columns * (wide_ ? 8 : 4));
    p.terms = static_cast<double*>(take(kInverseTerms * a_.rows * 8));
    p.column_masses = static_cast<double*>(take(a_.columns * 8));
    if (workspace_ != nullptr) {
      launch_warps(*this, row_kernels[wide_], a_.rows, kInverseThreads, p);
      elements(column_kernels[wide_], a_.columns, p);
    }
    solve(p);
    if (workspace_ == nullptr) return;
    if (p.gradient != nullptr) elements(entry_kernels[wide_], a_.rows * a_.columns, p);
    launch(*this, totals_kernel, 1, kInverseTotalsThreads, kExchangeBytes, p);
  }

  gibbs_device* device;
  gibbs_stream stream;
  int64_t needed = 0;

 private:
  void* take(int64_t bytes) {
    needed += Workspace::round_up(bytes);
    return workspace_ == nullptr ? nullptr : workspace_->take(bytes);
  }

  // A thread per element.
  void elements(const Kernel& kernel, int64_t count, const InverseTransportParameters& p) {
    launch(*this, kernel, resident_grid(divide_up(count, kInverseThreads), runtime::limits(device)), kInverseThreads, 0, p);
  }

  void solve(const InverseTransportParameters& p) {
    gibbs_sinkhorn s{};
    s.struct_size = sizeof(s);
    s.type = a_.type;
    s.problems = 1;
    s.rows = a_.rows;
    s.columns = a_.columns;
    s.costs = a_.costs;
    s.costs_stride = a_.costs_stride;
    s.initial_target_potential = a_.initial_target_potential;
    s.epsilon = a_.epsilon;
    s.source_rho = s.target_rho = std::numeric_limits<double>::infinity();
    s.tolerance = a_.tolerance;
    s.epsilon_start = a_.epsilon_start;
    s.max_iterations = a_.max_iterations;
    s.flags = a_.flags;
    s.results = &a_.result->transport;
    s.target_potential = a_.target_potential;
    s.plan = a_.cost_gradient;
    s.plan_stride = a_.cost_gradient_stride;
    // For the query any weights will do, where none have been taken yet.
    s.source_weights = p.source != nullptr ? p.source : a_.costs;
    s.target_weights = p.target != nullptr ? p.target : a_.costs;
    int64_t bytes = 0;
    settle(gibbs_sinkhorn_workspace(device, &s, &bytes));
    s.workspace = take(bytes);
    s.workspace_bytes = bytes;
    if (workspace_ != nullptr) settle(gibbs_sinkhorn_run(device, stream, &s));
  }

  const gibbs_inverse_transport& a_;
  const bool wide_;
  Workspace* workspace_;
};

int64_t inverse_bytes(gibbs_device* device, const gibbs_inverse_transport& a) {
  InverseCall query(device, nullptr, a, nullptr);
  query.loss();
  return query.needed;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_inverse_transport_workspace(gibbs_device* device, const gibbs_inverse_transport* arguments,
                                                         int64_t* bytes) {
  return runtime::entry(device, [&] {
    ops::check_inverse_transport(arguments);
    runtime::require(bytes, "bytes");
    *bytes = ops::inverse_bytes(device, *arguments);
  });
}

GIBBS_API gibbs_status gibbs_inverse_transport_run(gibbs_device* device, gibbs_stream stream,
                                                   const gibbs_inverse_transport* arguments) {
  return runtime::entry(device, [&] {
    ops::check_inverse_transport(arguments);
    const gibbs_inverse_transport& a = *arguments;
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, ops::inverse_bytes(device, a));
    ops::InverseCall(device, stream, a, &workspace).loss();
  });
}
