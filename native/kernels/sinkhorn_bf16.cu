// Sinkhorn for matrices of bfloat16 costs.
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_blocks_bf16, SinkhornParameters, int(kTeamThreads), 2, sinkhorn_blocks<MatrixTiles<bfloat16>>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_grid_bf16, SinkhornParameters, int(kTeamThreads), 2, sinkhorn_grid<MatrixTiles<bfloat16>>)

}  // namespace gibbs::kernels
