// Small doubly-stochastic matrices and their gradients: in registers up to 8 x 8, in shared memory up to 64 x 64.
#include "kernels/tiny_block.h"
#include "kernels/tiny_lanes.h"
#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

template <class T>
GIBBS_DEVICE void tiny_4(const TinyParameters& p) {
  tiny_lanes<T, 4, 1, false>(p);
}
template <class T>
GIBBS_DEVICE void tiny_4_gradient(const TinyParameters& p) {
  tiny_lanes<T, 4, 1, true>(p);
}
template <class T>
GIBBS_DEVICE void tiny_8(const TinyParameters& p) {
  tiny_lanes<T, 8, 2, false>(p);
}
template <class T>
GIBBS_DEVICE void tiny_8_gradient(const TinyParameters& p) {
  tiny_lanes<T, 8, 2, true>(p);
}

GIBBS_TYPED_KERNELS(gibbs_tiny_4, TinyParameters, kTinyThreads, tiny_4)
GIBBS_TYPED_KERNELS(gibbs_tiny_4_gradient, TinyParameters, kTinyThreads, tiny_4_gradient)
GIBBS_TYPED_KERNELS(gibbs_tiny_8, TinyParameters, kTinyThreads, tiny_8)
GIBBS_TYPED_KERNELS(gibbs_tiny_8_gradient, TinyParameters, kTinyThreads, tiny_8_gradient)
GIBBS_TYPED_KERNELS(gibbs_tiny_64, TinyParameters, int(kWarp), tiny_block)

}  // namespace gibbs::kernels
