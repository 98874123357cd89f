// Sparsity-constrained transport for matrices of bfloat16 costs.
#include "kernels/sparse_transport.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_sparse_transport_blocks_bf16, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_blocks<SparseMatrix<bfloat16>>)
GIBBS_KERNEL(gibbs_sparse_transport_grid_bf16, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_grid<SparseMatrix<bfloat16>>)

}  // namespace gibbs::kernels
