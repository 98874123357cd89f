// Minimum-entropy couplings in both arithmetic types.
#include "kernels/entropy_coupling.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_entropy_coupling_f32, EntropyCouplingParameters<float>, kCouplingThreads, entropy_coupling<float>)
GIBBS_KERNEL(gibbs_entropy_coupling_f64, EntropyCouplingParameters<double>, kCouplingThreads, entropy_coupling<double>)

}  // namespace gibbs::kernels
