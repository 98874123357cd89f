// Sinkhorn-Newton for matrices of bfloat16 costs.
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_blocks_bf16, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_blocks<MatrixTiles<bfloat16>, true>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_grid_bf16, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_grid<MatrixTiles<bfloat16>, true>)

}  // namespace gibbs::kernels
