// The Monge gap's part beside the solve.
#include "kernels/monge_gap.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_monge_gap_pairs_f32, MongeGapParameters, kGapThreads, monge_gap_pairs<float>)
GIBBS_KERNEL(gibbs_monge_gap_pairs_f64, MongeGapParameters, kGapThreads, monge_gap_pairs<double>)
GIBBS_KERNEL(gibbs_monge_gap_totals, MongeGapParameters, kGapThreads, monge_gap_totals)

}  // namespace gibbs::kernels
