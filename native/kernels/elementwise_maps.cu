// Elementwise maps and their gradients, by storage type.
#include "kernels/elementwise_maps.h"

namespace gibbs::kernels {

#define GIBBS_ELEMENTWISE_KERNELS(name, T)                                                                                     \
  GIBBS_KERNEL(gibbs_elementwise_maps_##name, RowMapParameters<Real<T>>, kRowWarps* int(kWarp), elementwise_maps<T>)           \
  GIBBS_KERNEL(gibbs_elementwise_gradients_##name, RowMapParameters<Real<T>>, kRowWarps* int(kWarp), elementwise_gradients<T>) \
  GIBBS_KERNEL(gibbs_column_gradients_##name, RowMapParameters<Real<T>>, kRowWarps* int(kWarp), column_gradients<T>)
GIBBS_ELEMENTWISE_KERNELS(f32, float)
GIBBS_ELEMENTWISE_KERNELS(f64, double)
GIBBS_ELEMENTWISE_KERNELS(f16, float16)
GIBBS_ELEMENTWISE_KERNELS(bf16, bfloat16)

GIBBS_KERNEL(gibbs_merge_notes_f32, RowMapParameters<float>, kRowWarps* int(kWarp), merge_notes<float>)
GIBBS_KERNEL(gibbs_merge_notes_f64, RowMapParameters<double>, kRowWarps* int(kWarp), merge_notes<double>)

}  // namespace gibbs::kernels
