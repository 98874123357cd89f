// Inverse transport's part beside the solve.
#include "kernels/inverse_transport.h"

namespace gibbs::kernels {

#define GIBBS_INVERSE_KERNELS(suffix, R)                                                                                      \
  GIBBS_KERNEL(gibbs_inverse_rows_##suffix, InverseTransportParameters, kInverseThreads, inverse_rows<R>)                     \
  GIBBS_KERNEL(gibbs_inverse_columns_##suffix, InverseTransportParameters, kInverseThreads, inverse_columns<R>)               \
  GIBBS_KERNEL(gibbs_inverse_entries_##suffix, InverseTransportParameters, kInverseThreads, inverse_entries<R>)
GIBBS_INVERSE_KERNELS(f32, float)
GIBBS_INVERSE_KERNELS(f64, double)
GIBBS_KERNEL(gibbs_inverse_totals, InverseTransportParameters, kInverseTotalsThreads, inverse_totals)

}  // namespace gibbs::kernels
