// The kernels of implicit differentiation, by where costs come from.
#include "kernels/transport_gradient.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_transport_gradient_f32, TransportGradientParameters, kTeamThreads, 2,
                     transport_gradient<MatrixCosts<float>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_gradient_f64, TransportGradientParameters, kTeamThreads, 2,
                     transport_gradient<MatrixCosts<double>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_gradient_f16, TransportGradientParameters, kTeamThreads, 2,
                     transport_gradient<MatrixCosts<float16>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_gradient_bf16, TransportGradientParameters, kTeamThreads, 2,
                     transport_gradient<MatrixCosts<bfloat16>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_gradient_points_f32, TransportGradientParameters, kTeamThreads, 2,
                     transport_gradient<PointCosts<float>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_gradient_points_f64, TransportGradientParameters, kTeamThreads, 2,
                     transport_gradient<PointCosts<double>>)

}  // namespace gibbs::kernels
