// Divergences of sparse teachers by storage type.
#include "kernels/sparse_divergence.h"

namespace gibbs::kernels {

#define GIBBS_SPARSE_DIVERGENCE_KERNEL(name, T) \
  GIBBS_KERNEL(gibbs_sparse_divergence_##name, RowDivergenceParameters<Real<T>>, kScopeWarps* int(kWarp), sparse_divergence<T>)
GIBBS_SPARSE_DIVERGENCE_KERNEL(f32, float)
GIBBS_SPARSE_DIVERGENCE_KERNEL(f64, double)
GIBBS_SPARSE_DIVERGENCE_KERNEL(f16, float16)
GIBBS_SPARSE_DIVERGENCE_KERNEL(bf16, bfloat16)

}  // namespace gibbs::kernels
