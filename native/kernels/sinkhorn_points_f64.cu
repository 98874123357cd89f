// Sinkhorn between clouds of float64 points.
#include "kernels/sinkhorn_clouds.h"
#include "kernels/sinkhorn_solve.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_sinkhorn_clouds_f64, SinkhornCloudsParameters, int(kTeamThreads), sinkhorn_clouds<double>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_point_blocks_f64, SinkhornParameters, int(kTeamThreads), 2,
                     sinkhorn_blocks<PointTiles<double>>)
GIBBS_KERNEL_BOUNDED(gibbs_sinkhorn_point_grid_f64, SinkhornParameters, int(kTeamThreads), 2, sinkhorn_grid<PointTiles<double>>)

}  // namespace gibbs::kernels
