// Exponential tilting: from the C arguments to a launch.
#include "kernels/backup_parameters.h"
#include "ops/backup_arguments.h"
#include "ops/row_map.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel tilt_kernels[] = GIBBS_TYPE_KERNELS("gibbs_tilt");

void check_tilt(const gibbs_tilt* given) {
  runtime::check_struct(given, sizeof(gibbs_tilt), "arguments");
  const gibbs_tilt& a = *given;
  check_shape(a.type, a.rows, a.columns);
  check_not_negative(a.type, "budget", a.budget);
  check(std::isfinite(a.slope), "slope", a.slope, "finite");
  check_held(a.type, "slope", a.slope);
  if (a.budgets != nullptr && (a.has_slope || a.given_slopes != nullptr))
    fail(GIBBS_INVALID_ARGUMENT, "budgets: given together with a slope; one of them decides");
  if (a.rows > 0) {
    runtime::require(a.log_prior, "log_prior");
    runtime::require(a.reward, "reward");
    if (a.gradient != nullptr) runtime::require(a.upstream, "upstream");
  }
  check_matrices(a,
                 {{a.log_prior, a.log_prior_stride, "log_prior"},
                  {a.reward, a.reward_stride, "reward"},
                  {a.upstream, a.upstream_stride, "upstream"}},
                 {{{a.log_probabilities, a.log_probabilities_stride, "log_probabilities"}, nullptr},
                  {{a.gradient, a.gradient_stride, "gradient"}, a.reward}});
  check_reals(a.type, {{a.budgets, "budgets"},
                       {a.given_slopes, "given_slopes"},
                       {a.slopes, "slopes"},
                       {a.cumulants, "cumulants"},
                       {a.kl, "kl"},
                       {a.expected_rewards, "expected_rewards"}});
}

kernels::TiltParameters tilt_parameters(const gibbs_tilt& a, const ScopeLaunch& l) {
  kernels::TiltParameters p{};
  p.rows = a.rows;
  p.columns = int32_t(a.columns);
  p.slope_given = a.given_slopes != nullptr || a.has_slope;
  p.scope = l.geometry;
  p.log_prior = a.log_prior;
  p.log_prior_stride = a.log_prior_stride;
  p.reward = a.reward;
  p.reward_stride = a.reward_stride;
  p.upstream = a.upstream;
  p.upstream_stride = a.upstream_stride;
  p.targets = a.given_slopes != nullptr ? a.given_slopes : a.budgets;
  p.target = a.has_slope ? a.slope : a.budget;
  p.slopes = a.slopes;
  p.log_probabilities = a.log_probabilities;
  p.log_probabilities_stride = a.log_probabilities_stride;
  p.cumulants = a.cumulants;
  p.kl = a.kl;
  p.expected_rewards = a.expected_rewards;
  p.gradient = a.gradient;
  p.gradient_stride = a.gradient_stride;
  p.status = a.status;
  return p;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_tilt_run(gibbs_device* device, gibbs_stream stream, const gibbs_tilt* arguments) {
  return runtime::entry(device, [&] {
    ops::check_tilt(arguments);
    const gibbs_tilt& a = *arguments;
    const ops::ScopeLaunch l =
        ops::scope_launch(a.rows, a.columns, ops::element_bytes(a.type), 2, a.regime, runtime::limits(device));
    if (a.rows == 0) return;
    const auto p = ops::tilt_parameters(a, l);
    runtime::launch(device, stream, ops::tilt_kernels[a.type], {l.grid, l.block, l.shared_bytes}, &p, sizeof(p));
  });
}
