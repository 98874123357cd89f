// Token sets by storage type.
#include "kernels/token_set.h"

namespace gibbs::kernels {

#define GIBBS_TOKEN_SET_KERNEL(name, T) \
  GIBBS_KERNEL(gibbs_token_set_##name, TokenSetParameters<Real<T>>, kScopeWarps* int(kWarp), token_set<T>)
GIBBS_TOKEN_SET_KERNEL(f32, float)
GIBBS_TOKEN_SET_KERNEL(f64, double)
GIBBS_TOKEN_SET_KERNEL(f16, float16)
GIBBS_TOKEN_SET_KERNEL(bf16, bfloat16)

}  // namespace gibbs::kernels
