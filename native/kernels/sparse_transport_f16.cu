// Sparsity-constrained transport for matrices of float16 costs.
#include "kernels/sparse_transport.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_sparse_transport_blocks_f16, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_blocks<SparseMatrix<float16>>)
GIBBS_KERNEL(gibbs_sparse_transport_grid_f16, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_grid<SparseMatrix<float16>>)

}  // namespace gibbs::kernels
