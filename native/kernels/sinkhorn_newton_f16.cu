// Sinkhorn-Newton for matrices of float16 costs.
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_blocks_f16, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_blocks<MatrixTiles<float16>, true>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_grid_f16, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_grid<MatrixTiles<float16>, true>)

}  // namespace gibbs::kernels
