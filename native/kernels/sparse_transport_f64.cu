// Sparsity-constrained transport for matrices of float64 costs.
#include "kernels/sparse_transport.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_sparse_transport_blocks_f64, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_blocks<SparseMatrix<double>>)
GIBBS_KERNEL(gibbs_sparse_transport_grid_f64, SparseTransportParameters, int(kTeamThreads),
             sparse_transport_grid<SparseMatrix<double>>)

}  // namespace gibbs::kernels
