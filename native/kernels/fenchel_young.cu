// Fenchel-Young losses by storage type.
#include "kernels/fenchel_young.h"

namespace gibbs::kernels {

#define GIBBS_FENCHEL_YOUNG_KERNEL(name, T) \
  GIBBS_KERNEL(gibbs_fenchel_young_##name, FenchelYoungParameters<Real<T>>, kScopeWarps* int(kWarp), fenchel_young<T>)
GIBBS_FENCHEL_YOUNG_KERNEL(f32, float)
GIBBS_FENCHEL_YOUNG_KERNEL(f64, double)
GIBBS_FENCHEL_YOUNG_KERNEL(f16, float16)
GIBBS_FENCHEL_YOUNG_KERNEL(bf16, bfloat16)

}  // namespace gibbs::kernels
