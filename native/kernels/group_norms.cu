// Norms of groups and the maps that multiply whole groups, by storage type.
#include "kernels/group_apply.h"

namespace gibbs::kernels {

#define GIBBS_GROUP_KERNELS(name, T)                                                              \
  GIBBS_KERNEL(gibbs_group_norms_##name, GroupParameters<Real<T>>, kGroupThreads, group_norms<T>) \
  GIBBS_KERNEL(gibbs_group_apply_##name, GroupParameters<Real<T>>, kGroupThreads, group_apply<T>)
GIBBS_GROUP_KERNELS(f32, float)
GIBBS_GROUP_KERNELS(f64, double)
GIBBS_GROUP_KERNELS(f16, float16)
GIBBS_GROUP_KERNELS(bf16, bfloat16)

}  // namespace gibbs::kernels
