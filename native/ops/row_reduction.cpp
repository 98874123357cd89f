#include "ops/row_reduction.h"

namespace gibbs::ops {

const runtime::Kernel chunk_sums[2] = {runtime::Kernel("gibbs_row_chunk_sum_f32"), runtime::Kernel("gibbs_row_chunk_sum_f64")};
const runtime::Kernel total_sums[2] = {runtime::Kernel("gibbs_row_total_sum_f32"), runtime::Kernel("gibbs_row_total_sum_f64")};

}  // namespace gibbs::ops
