// Exponential tilting by storage type.
#include "kernels/tilt.h"
#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

GIBBS_TYPED_KERNELS(gibbs_tilt, TiltParameters, kScopeWarps* int(kWarp), tilt)

}  // namespace gibbs::kernels
