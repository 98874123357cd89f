// Threshold maps and their gradients, by storage type.
#include "kernels/threshold_gradient.h"

namespace gibbs::kernels {

#define GIBBS_THRESHOLD_KERNELS(name, T)                                                                           \
  GIBBS_KERNEL(gibbs_threshold_maps_##name, RowMapParameters<Real<T>>, kScopeWarps* int(kWarp), threshold_maps<T>) \
  GIBBS_KERNEL(gibbs_threshold_gradient_##name, RowMapParameters<Real<T>>, kScopeWarps* int(kWarp), threshold_gradient<T>)
GIBBS_THRESHOLD_KERNELS(f32, float)
GIBBS_THRESHOLD_KERNELS(f64, double)
GIBBS_THRESHOLD_KERNELS(f16, float16)
GIBBS_THRESHOLD_KERNELS(bf16, bfloat16)

GIBBS_DEVICE void row_offsets(const RowOffsetsParameters& p) { scan_row_offsets<kOffsetThreads>(p.offsets, p.rows); }
GIBBS_KERNEL(gibbs_row_offsets, RowOffsetsParameters, kOffsetThreads, row_offsets)

}  // namespace gibbs::kernels
