// Wasserstein barycentres of float32 and float64 histograms.
#include "kernels/wasserstein_barycenter.h"

namespace gibbs::kernels {

GIBBS_KERNEL_BOUNDED(gibbs_wasserstein_barycenter_f32, BarycenterParameters, int(kTeamThreads), 2, wasserstein_barycenter<float>)
GIBBS_KERNEL_BOUNDED(gibbs_wasserstein_barycenter_f64, BarycenterParameters, int(kTeamThreads), 2, wasserstein_barycenter<double>)

}  // namespace gibbs::kernels
