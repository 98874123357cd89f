// Sparsity-constrained transport for matrices of float32 costs.
#include "kernels/sparse_transport.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_sparse_transport_blocks_f32, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_blocks<SparseMatrix<float>>)
GIBBS_KERNEL(gibbs_sparse_transport_grid_f32, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_grid<SparseMatrix<float>>)

}  // namespace gibbs::kernels
