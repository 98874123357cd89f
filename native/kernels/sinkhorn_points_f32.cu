// Sinkhorn between clouds of float32 points.
#include "kernels/sinkhorn_clouds.h"
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_sinkhorn_clouds_f32, SinkhornCloudsParameters, int(kTeamThreads), sinkhorn_clouds<float>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_point_blocks_f32, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_blocks<PointTiles<float>>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_point_grid_f32, SinkhornParameters, int(kTeamThreads), 2, sinkhorn_grid<PointTiles<float>>)

}  // namespace gibbs::kernels
