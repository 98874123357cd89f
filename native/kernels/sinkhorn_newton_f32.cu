// Sinkhorn-Newton for matrices of float32 costs.
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_blocks_f32, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_blocks<MatrixTiles<float>, true>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_grid_f32, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_grid<MatrixTiles<float>, true>)

}  // namespace gibbs::kernels
