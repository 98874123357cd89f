// Slices of float32 and float64 clouds.
#include "kernels/slices.h"

namespace gibbs::kernels {

#define GIBBS_SLICE_KERNELS(name)                                                   \
  GIBBS_KERNEL(gibbs_##name##_f32, SliceParameters, kLineThreads, name<float>) \
  GIBBS_KERNEL(gibbs_##name##_f64, SliceParameters, kLineThreads, name<double>)

GIBBS_SLICE_KERNELS(slice_directions)
GIBBS_SLICE_KERNELS(slice_project)
GIBBS_SLICE_KERNELS(slice_gradient)
GIBBS_KERNEL(gibbs_slice_mean, SliceParameters, kLineThreads, slice_mean)

}  // namespace gibbs::kernels
