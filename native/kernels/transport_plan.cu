// The kernels of a plan's action and largest entries, by where costs come from.
#include "kernels/transport_plan.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_transport_plan_f32, TransportPlanParameters, kTeamThreads, 2, transport_plan<MatrixCosts<float>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_plan_f64, TransportPlanParameters, kTeamThreads, 2, transport_plan<MatrixCosts<double>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_plan_f16, TransportPlanParameters, kTeamThreads, 2, transport_plan<MatrixCosts<float16>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_plan_bf16, TransportPlanParameters, kTeamThreads, 2, transport_plan<MatrixCosts<bfloat16>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_plan_points_f32, TransportPlanParameters, kTeamThreads, 2, transport_plan<PointCosts<float>>)
GIBBS_KERNEL_BOUNDED(gibbs_transport_plan_points_f64, TransportPlanParameters, kTeamThreads, 2,
                     transport_plan<PointCosts<double>>)

}  // namespace gibbs::kernels
