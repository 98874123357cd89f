// Sinkhorn-Newton for clouds of float32 points.
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_point_blocks_f32, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_blocks<PointTiles<float>, true>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_newton_point_grid_f32, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_grid<PointTiles<float>, true>)

}  // namespace gibbs::kernels
