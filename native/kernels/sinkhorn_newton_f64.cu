// Sinkhorn-Newton for matrices of float64 costs.
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_blocks_f64, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_blocks<MatrixTiles<double>, true>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_grid_f64, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_grid<MatrixTiles<double>, true>)

}  // namespace gibbs::kernels
