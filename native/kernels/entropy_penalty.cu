// Entropy penalties in both arithmetic types.
#include "kernels/entropy_penalty.h"

namespace gibbs::kernels {

#define GIBBS_ENTROPY_PENALTY_KERNELS(name, R)                                                                             \
  GIBBS_KERNEL(gibbs_entropy_penalty_rows_##name, EntropyPenaltyParameters<R>, kPenaltyThreads, entropy_penalty_rows<R>)   \
  GIBBS_KERNEL(gibbs_entropy_penalty_total_##name, EntropyPenaltyParameters<R>, kPenaltyThreads, entropy_penalty_total<R>) \
  GIBBS_KERNEL(gibbs_entropy_penalty_gradient_##name, EntropyPenaltyParameters<R>, kPenaltyThreads, entropy_penalty_gradient<R>)
GIBBS_ENTROPY_PENALTY_KERNELS(f32, float)
GIBBS_ENTROPY_PENALTY_KERNELS(f64, double)

}  // namespace gibbs::kernels
