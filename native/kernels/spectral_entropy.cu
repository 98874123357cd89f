// Spectral entropies of float32 and float64 rows.
#include "kernels/spectral_entropy.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_spectral_entropy_f32, SpectralParameters<float>, kScopeWarps* int(kWarp), spectral_entropy<float>)
GIBBS_KERNEL(gibbs_spectral_entropy_f64, SpectralParameters<double>, kScopeWarps* int(kWarp), spectral_entropy<double>)

}  // namespace gibbs::kernels
