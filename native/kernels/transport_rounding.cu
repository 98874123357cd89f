// The kernels of rounding, by where costs come from.
#include "kernels/transport_rounding.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_transport_rounding_f32, TransportRoundingParameters, kTeamThreads, 2,
                     transport_rounding<MatrixCosts<float>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_rounding_f64, TransportRoundingParameters, kTeamThreads, 2,
                     transport_rounding<MatrixCosts<double>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_rounding_f16, TransportRoundingParameters, kTeamThreads, 2,
                     transport_rounding<MatrixCosts<float16>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_rounding_bf16, TransportRoundingParameters, kTeamThreads, 2,
                     transport_rounding<MatrixCosts<bfloat16>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_rounding_points_f32, TransportRoundingParameters, kTeamThreads, 2,
                     transport_rounding<PointCosts<float>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_rounding_points_f64, TransportRoundingParameters, kTeamThreads, 2,
                     transport_rounding<PointCosts<double>>)

}  // namespace gibbs::kernels
