// Sinkhorn-Newton for clouds of float64 points.
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_point_blocks_f64, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_blocks<PointTiles<double>, true>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_point_grid_f64, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_grid<PointTiles<double>, true>)

}  // namespace gibbs::kernels
