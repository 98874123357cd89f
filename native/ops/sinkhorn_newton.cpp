// Sinkhorn-Newton: a Sinkhorn launch whose kernels take Newton steps.
#include <limits>

#include "ops/sinkhorn.h"
#include "ops/sinkhorn_arguments.h"

namespace gibbs::ops {

namespace {

NewtonSteps check_newton(const gibbs_sinkhorn_newton* given) {
  runtime::check_struct(given, sizeof(gibbs_sinkhorn_newton), "arguments");
  check_sinkhorn(&given->problem);
  const gibbs_sinkhorn& a = given->problem;
  const double infinity = std::numeric_limits<double>::infinity();
  check(a.source_rho == infinity, "source_rho", a.source_rho, "+infinity: Newton steps hold both marginals");
  check(a.target_rho == infinity, "target_rho", a.target_rho, "+infinity: Newton steps hold both marginals");
  check(given->warmup_iterations >= 1, "warmup_iterations", given->warmup_iterations, "at least 1");
  check(given->kept_per_row >= 1 && given->kept_per_row <= 64, "kept_per_row", given->kept_per_row, "from 1 to 64");
  check(a.rows <= kMaxColumns, "rows", double(a.rows), "from 1 to 2147479552");
  return {given->warmup_iterations, given->kept_per_row};
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_sinkhorn_newton_workspace(gibbs_device* device, const gibbs_sinkhorn_newton* arguments,
                                                       int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    const ops::NewtonSteps steps = ops::check_newton(arguments);
    *bytes = arguments->problem.problems == 0 ? 0 : ops::sinkhorn_bytes(device, arguments->problem, steps);
  });
}

GIBBS_API gibbs_status gibbs_sinkhorn_newton_run(gibbs_device* device, gibbs_stream stream,
                                                 const gibbs_sinkhorn_newton* arguments) {
  return runtime::entry(device, [&] {
    const ops::NewtonSteps steps = ops::check_newton(arguments);
    if (arguments->problem.problems > 0) ops::run_sinkhorn(device, stream, arguments->problem, steps);
  });
}
