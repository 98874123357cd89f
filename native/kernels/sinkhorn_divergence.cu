// Sinkhorn divergences of float32 and float64 clouds.
#include "kernels/sinkhorn_divergence.h"

namespace gibbs::kernels {

#define GIBBS_DIVERGENCE_KERNELS(name)                                                             \
  GIBBS_KERNEL(gibbs_sinkhorn_##name##_f32, DivergenceParameters, kDivergenceThreads, name<float>) \
  GIBBS_KERNEL(gibbs_sinkhorn_##name##_f64, DivergenceParameters, kDivergenceThreads, name<double>)

GIBBS_DIVERGENCE_KERNELS(divergence_look)
GIBBS_DIVERGENCE_KERNELS(divergence_pack)
GIBBS_DIVERGENCE_KERNELS(divergence_value)
GIBBS_DIVERGENCE_KERNELS(divergence_store)

}  // namespace gibbs::kernels
