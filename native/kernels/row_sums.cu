// Sums over rows in both arithmetic types.
#include "kernels/row_sums.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_row_chunk_sum_f32, RowSumsParameters<float>, kSumThreads, row_chunk_sum<float>)
GIBBS_KERNEL(gibbs_row_chunk_sum_f64, RowSumsParameters<double>, kSumThreads, row_chunk_sum<double>)
GIBBS_KERNEL(gibbs_row_total_sum_f32, RowSumsParameters<float>, kSumThreads, row_total_sum<float>)
GIBBS_KERNEL(gibbs_row_total_sum_f64, RowSumsParameters<double>, kSumThreads, row_total_sum<double>)

}  // namespace gibbs::kernels
