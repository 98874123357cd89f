// Sparsity-constrained transport for point clouds.
#include "kernels/sparse_transport.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_sparse_transport_blocks_points, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_blocks<SparsePoints>)
GIBBS_KERNEL(gibbs_sparse_transport_grid_points, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_grid<SparsePoints>)

}  // namespace gibbs::kernels
