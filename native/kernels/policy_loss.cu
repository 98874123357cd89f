// Policy losses in both arithmetic types.
#include "kernels/policy_scores.h"
#include "kernels/policy_tokens.h"

namespace gibbs::kernels {

#define GIBBS_POLICY_KERNELS(name, R)                                                                      \
  GIBBS_KERNEL(gibbs_policy_count_##name, PolicyParameters<R>, kScopeWarps* int(kWarp), policy_count<R>)   \
  GIBBS_KERNEL(gibbs_policy_groups_##name, PolicyParameters<R>, kPolicyThreads, policy_groups<R>)          \
  GIBBS_KERNEL(gibbs_policy_totals_##name, PolicyParameters<R>, kPolicyThreads, policy_totals<R>)          \
  GIBBS_KERNEL(gibbs_policy_scores_##name, PolicyParameters<R>, kScopeWarps* int(kWarp), policy_scores<R>) \
  GIBBS_KERNEL(gibbs_policy_pick_##name, PolicyParameters<R>, kPolicyThreads, policy_pick<R>)              \
  GIBBS_KERNEL(gibbs_policy_tokens_##name, PolicyParameters<R>, kScopeWarps* int(kWarp), policy_tokens<R>) \
  GIBBS_KERNEL(gibbs_policy_finish_##name, PolicyParameters<R>, kPolicyThreads, policy_finish<R>)
GIBBS_POLICY_KERNELS(f32, float)
GIBBS_POLICY_KERNELS(f64, double)

}  // namespace gibbs::kernels
