// The l1,inf ball and its dual's proximal map, by storage type.
#include "kernels/l1inf_ball.h"

namespace gibbs::kernels {

#define GIBBS_L1INF_KERNELS(name, T)                                                                              \
  GIBBS_KERNEL(gibbs_l1inf_rows_##name, GroupParameters<Real<T>>, kGroupThreads, l1inf_rows<T>)                   \
  GIBBS_KERNEL(gibbs_l1inf_gradient_rows_##name, GroupParameters<Real<T>>, kGroupThreads, l1inf_gradient_rows<T>) \
  GIBBS_KERNEL(gibbs_l1inf_apply_##name, GroupParameters<Real<T>>, kGroupThreads, l1inf_apply<T>)
GIBBS_L1INF_KERNELS(f32, float)
GIBBS_L1INF_KERNELS(f64, double)
GIBBS_L1INF_KERNELS(f16, float16)
GIBBS_L1INF_KERNELS(bf16, bfloat16)

}  // namespace gibbs::kernels
