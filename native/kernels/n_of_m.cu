// n:m sparsity in every storage type.
#include "kernels/n_of_m.h"
#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

GIBBS_TYPED_KERNELS(gibbs_n_of_m_packs, NOfMParameters, kNOfMThreads, n_of_m_packs)
GIBBS_TYPED_KERNELS(gibbs_n_of_m_groups, NOfMParameters, kNOfMThreads, n_of_m_groups)

}  // namespace gibbs::kernels
