// Divergences of dense teachers by storage type.
#include "kernels/row_divergence.h"

namespace gibbs::kernels {

#define GIBBS_ROW_DIVERGENCE_KERNEL(name, T) \
  GIBBS_KERNEL(gibbs_row_divergence_##name, RowDivergenceParameters<Real<T>>, kScopeWarps* int(kWarp), row_divergence<T>)
GIBBS_ROW_DIVERGENCE_KERNEL(f32, float)
GIBBS_ROW_DIVERGENCE_KERNEL(f64, double)
GIBBS_ROW_DIVERGENCE_KERNEL(f16, float16)
GIBBS_ROW_DIVERGENCE_KERNEL(bf16, bfloat16)

}  // namespace gibbs::kernels
