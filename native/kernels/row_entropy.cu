// Row entropies by storage type.
#include "kernels/row_entropy.h"

namespace gibbs::kernels {

#define GIBBS_ROW_ENTROPY_KERNEL(name, T) \
  GIBBS_KERNEL(gibbs_row_entropy_##name, RowEntropyParameters<Real<T>>, kScopeWarps* int(kWarp), row_entropy<T>)
GIBBS_ROW_ENTROPY_KERNEL(f32, float)
GIBBS_ROW_ENTROPY_KERNEL(f64, double)
GIBBS_ROW_ENTROPY_KERNEL(f16, float16)
GIBBS_ROW_ENTROPY_KERNEL(bf16, bfloat16)

}  // namespace gibbs::kernels
