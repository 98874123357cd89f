// Row norms and their gradients, by storage type.
#include "kernels/norm_rows.h"

namespace gibbs::kernels {

#define GIBBS_NORM_KERNELS(name, T)                                                                    \
  GIBBS_KERNEL(gibbs_norm_rows_##name, NormParameters<Real<T>>, kScopeWarps* int(kWarp), norm_rows<T>) \
  GIBBS_KERNEL(gibbs_norm_gradient_##name, RowMapParameters<Real<T>>, kScopeWarps* int(kWarp), norm_gradient<T>)
GIBBS_NORM_KERNELS(f32, float)
GIBBS_NORM_KERNELS(f64, double)
GIBBS_NORM_KERNELS(f16, float16)
GIBBS_NORM_KERNELS(bf16, bfloat16)

}  // namespace gibbs::kernels
