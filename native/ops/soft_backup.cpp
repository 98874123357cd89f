// Soft backups: from the C arguments to a launch.
#include "kernels/backup_parameters.h"
#include "ops/backup_arguments.h"
#include "ops/row_map.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel soft_backup_kernels[] = GIBBS_TYPE_KERNELS("gibbs_soft_backup");

void check_soft_backup(const gibbs_soft_backup* given) {
  runtime::check_struct(given, sizeof(gibbs_soft_backup), "arguments");
  const gibbs_soft_backup& a = *given;
  check_shape(a.type, a.rows, a.columns);
  check(a.minimise == 0 || a.minimise == 1, "minimise", a.minimise, "0 or 1");
  check_not_negative(a.type, "kl_weight", a.kl_weight);
  check_not_negative(a.type, "temperature", a.temperature);
  if (a.rows > 0) runtime::require(a.q, "q");
  check_matrices(a, {{a.q, a.q_stride, "q"}, {a.log_prior, a.log_prior_stride, "log_prior"}},
                 {{{a.policy, a.policy_stride, "policy"}, nullptr},
                  {{a.log_policy, a.log_policy_stride, "log_policy"}, nullptr},
                  {{a.q_gradient, a.q_gradient_stride, "q_gradient"}, a.q},
                  {{a.log_prior_gradient, a.log_prior_gradient_stride, "log_prior_gradient"}, a.log_prior}});
  check_reals(a.type, {{a.kl_weights, "kl_weights"},
                       {a.temperatures, "temperatures"},
                       {a.upstream, "upstream"},
                       {a.values, "values"},
                       {a.entropies, "entropies"},
                       {a.kl, "kl"},
                       {a.temperature_gradient, "temperature_gradient"},
                       {a.kl_weight_gradient, "kl_weight_gradient"}});
}

kernels::SoftBackupParameters soft_backup_parameters(const gibbs_soft_backup& a, const ScopeLaunch& l) {
  kernels::SoftBackupParameters p{};
  p.rows = a.rows;
  p.columns = int32_t(a.columns);
  p.minimise = a.minimise;
  p.scope = l.geometry;
  p.q = a.q;
  p.q_stride = a.q_stride;
  p.log_prior = a.log_prior;
  p.log_prior_stride = a.log_prior_stride;
  p.kl_weights = a.kl_weights;
  p.temperatures = a.temperatures;
  p.upstream = a.upstream;
  p.kl_weight = a.kl_weight;
  p.temperature = a.temperature;
  p.values = a.values;
  p.policy = a.policy;
  p.policy_stride = a.policy_stride;
  p.log_policy = a.log_policy;
  p.log_policy_stride = a.log_policy_stride;
  p.entropies = a.entropies;
  p.kl = a.kl;
  p.q_gradient = a.q_gradient;
  p.q_gradient_stride = a.q_gradient_stride;
  p.log_prior_gradient = a.log_prior_gradient;
  p.log_prior_gradient_stride = a.log_prior_gradient_stride;
  p.temperature_gradient = a.temperature_gradient;
  p.kl_weight_gradient = a.kl_weight_gradient;
  p.status = a.status;
  return p;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_soft_backup_run(gibbs_device* device, gibbs_stream stream, const gibbs_soft_backup* arguments) {
  return runtime::entry(device, [&] {
    ops::check_soft_backup(arguments);
    const gibbs_soft_backup& a = *arguments;
    const int kept = a.log_prior != nullptr ? 2 : 1;
    const ops::ScopeLaunch l =
        ops::scope_launch(a.rows, a.columns, ops::element_bytes(a.type), kept, a.regime, runtime::limits(device));
    if (a.rows == 0) return;
    const auto p = ops::soft_backup_parameters(a, l);
    runtime::launch(device, stream, ops::soft_backup_kernels[a.type], {l.grid, l.block, l.shared_bytes}, &p, sizeof(p));
  });
}
