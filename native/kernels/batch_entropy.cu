// Batch entropies: rows by storage type, segments by arithmetic type.
#include "kernels/batch_functional.h"

namespace gibbs::kernels {

#define GIBBS_BATCH_ENTROPY_KERNELS(name, T)                                                                                     \
  GIBBS_KERNEL(gibbs_batch_entropy_sums_##name, BatchEntropyParameters<Real<T>>, kScopeWarps* int(kWarp), batch_entropy_sums<T>) \
  GIBBS_KERNEL(gibbs_batch_entropy_gradient_##name, BatchEntropyParameters<Real<T>>, kScopeWarps* int(kWarp),                    \
               batch_entropy_gradient<T>)
GIBBS_BATCH_ENTROPY_KERNELS(f32, float)
GIBBS_BATCH_ENTROPY_KERNELS(f64, double)
GIBBS_BATCH_ENTROPY_KERNELS(f16, float16)
GIBBS_BATCH_ENTROPY_KERNELS(bf16, bfloat16)

#define GIBBS_BATCH_FUNCTIONAL_KERNELS(name, R)                                                      \
  GIBBS_KERNEL(gibbs_batch_entropy_functional_##name, BatchEntropyParameters<R>, kFunctionalThreads, \
               batch_entropy_functional<R>)                                                          \
  GIBBS_KERNEL(gibbs_batch_entropy_total_##name, BatchEntropyParameters<R>, kFunctionalThreads, batch_entropy_total<R>)
GIBBS_BATCH_FUNCTIONAL_KERNELS(f32, float)
GIBBS_BATCH_FUNCTIONAL_KERNELS(f64, double)

}  // namespace gibbs::kernels
