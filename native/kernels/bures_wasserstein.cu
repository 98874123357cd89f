// Distances of Gaussians with float32 and float64 covariances.
#include "kernels/bures_wasserstein.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_bures_wasserstein_f32, BuresParameters, kBuresThreads, bures_wasserstein<float>)
GIBBS_KERNEL(gibbs_bures_wasserstein_f64, BuresParameters, kBuresThreads, bures_wasserstein<double>)

}  // namespace gibbs::kernels
