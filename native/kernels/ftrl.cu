// Follow the regularised leader by storage type.
#include "kernels/ftrl.h"
#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

GIBBS_TYPED_KERNELS(gibbs_ftrl, FtrlParameters, kScopeWarps* int(kWarp), ftrl)

}  // namespace gibbs::kernels
