// Transport on a line, of float32 and float64 points.
#include "kernels/line_transport.h"

namespace gibbs::kernels {

#define GIBBS_LINE_KERNELS(name)                                                   \
  GIBBS_KERNEL(gibbs_##name##_f32, LineParameters, kLineThreads, name<float>) \
  GIBBS_KERNEL(gibbs_##name##_f64, LineParameters, kLineThreads, name<double>)

GIBBS_LINE_KERNELS(line_load)
GIBBS_LINE_KERNELS(line_masses)
GIBBS_LINE_KERNELS(line_slopes)
GIBBS_LINE_KERNELS(line_values)
GIBBS_LINE_KERNELS(line_plan)

}  // namespace gibbs::kernels
