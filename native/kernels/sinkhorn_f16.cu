// Sinkhorn for matrices of float16 costs.
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_blocks_f16, SinkhornParameters, int(kTeamThreads), 2, sinkhorn_blocks<MatrixTiles<float16>>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_grid_f16, SinkhornParameters, int(kTeamThreads), 2, sinkhorn_grid<MatrixTiles<float16>>)

}  // namespace gibbs::kernels
