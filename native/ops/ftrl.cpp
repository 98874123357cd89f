// Follow the regularised leader: from the C arguments to a launch.
#include "kernels/backup_parameters.h"
#include "ops/backup_arguments.h"
#include "ops/row_map.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel ftrl_kernels[] = GIBBS_TYPE_KERNELS("gibbs_ftrl");

void check_ftrl(const gibbs_ftrl* given) {
  runtime::check_struct(given, sizeof(gibbs_ftrl), "arguments");
  const gibbs_ftrl& a = *given;
  check_shape(a.type, a.rows, a.columns);
  check(a.kind >= GIBBS_FTRL_SHANNON && a.kind <= GIBBS_FTRL_LOG_BARRIER, "kind", a.kind, "a gibbs_ftrl_kind");
  if (a.kind == GIBBS_FTRL_TSALLIS) check(a.alpha > 0 && a.alpha < 1, "alpha", a.alpha, "in (0, 1)");
  check(a.rate > 0 && std::isfinite(a.rate), "rate", a.rate, "positive and finite");
  check_held(a.type, "rate", a.rate);
  if (a.rows > 0) {
    runtime::require(a.losses, "losses");
    if (a.gradient != nullptr) runtime::require(a.upstream, "upstream");
  }
  check_matrices(a, {{a.losses, a.losses_stride, "losses"}, {a.upstream, a.upstream_stride, "upstream"}},
                 {{{a.policy, a.policy_stride, "policy"}, nullptr}, {{a.gradient, a.gradient_stride, "gradient"}, a.losses}});
  check_matrix(real_bytes(a.type), a.rows, a.columns, {a.rates, a.rates_stride, "rates"});
  check_reals(a.type, {{a.row_rates, "row_rates"},
                       {a.column_rates, "column_rates"},
                       {a.multipliers, "multipliers"},
                       {a.regularisers, "regularisers"}});
}

kernels::FtrlParameters ftrl_parameters(const gibbs_ftrl& a, const ScopeLaunch& l) {
  kernels::FtrlParameters p{};
  p.rows = a.rows;
  p.columns = int32_t(a.columns);
  p.kind = a.kind;
  p.scope = l.geometry;
  p.losses = a.losses;
  p.losses_stride = a.losses_stride;
  p.row_rates = a.row_rates;
  p.column_rates = a.column_rates;
  p.rates = a.rates;
  p.rates_stride = a.rates_stride;
  p.upstream = a.upstream;
  p.upstream_stride = a.upstream_stride;
  p.alpha = a.alpha;
  p.rate = a.rate;
  p.policy = a.policy;
  p.policy_stride = a.policy_stride;
  p.multipliers = a.multipliers;
  p.regularisers = a.regularisers;
  p.gradient = a.gradient;
  p.gradient_stride = a.gradient_stride;
  p.status = a.status;
  return p;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_ftrl_run(gibbs_device* device, gibbs_stream stream, const gibbs_ftrl* arguments) {
  return runtime::entry(device, [&] {
    ops::check_ftrl(arguments);
    const gibbs_ftrl& a = *arguments;
    const ops::ScopeLaunch l =
        ops::scope_launch(a.rows, a.columns, ops::element_bytes(a.type), 1, a.regime, runtime::limits(device));
    if (a.rows == 0) return;
    const auto p = ops::ftrl_parameters(a, l);
    runtime::launch(device, stream, ops::ftrl_kernels[a.type], {l.grid, l.block, l.shared_bytes}, &p, sizeof(p));
  });
}
