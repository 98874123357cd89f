// The kernels of sample entropies: pairs in both arithmetic types, and what is made of their sums.
#include "kernels/conditional_terms.h"
#include "kernels/diffusion_terms.h"
#include "kernels/kernel_terms.h"
#include "kernels/nearest_row.h"
#include "kernels/pair_rows.h"
#include "kernels/product_terms.h"
#include "kernels/sample_totals.h"

namespace gibbs::kernels {

#define GIBBS_PAIR_SUMS(name, Terms, Sums)                                                                         \
  GIBBS_KERNEL(gibbs_pair_##name##_sums_f32, PairParameters<Terms>, kPairThreads, pair_sums<float, Sums<float>>)   \
  GIBBS_KERNEL(gibbs_pair_##name##_sums_f64, PairParameters<Terms>, kPairThreads, pair_sums<double, Sums<double>>) \
  GIBBS_KERNEL(gibbs_pair_##name##_merge, PairMergeParameters, kPairThreads, pair_merge<Sums<double>>)
#define GIBBS_PAIR_WEIGHTS(name, Terms, Weights)                                                                            \
  GIBBS_KERNEL(gibbs_pair_##name##_gradient_f32, PairParameters<Terms>, kPairThreads, pair_gradient<float, Weights<float>>) \
  GIBBS_KERNEL(gibbs_pair_##name##_gradient_f64, PairParameters<Terms>, kPairThreads, pair_gradient<double, Weights<double>>)

GIBBS_PAIR_SUMS(kernel, LogKernelTerms, LogKernelSums)
GIBBS_PAIR_SUMS(diffusion, DiffusionTerms, DiffusionColumnSums)
GIBBS_PAIR_SUMS(product, ProductTerms, ProductSums)
GIBBS_PAIR_SUMS(conditional, ConditionalTerms, ConditionalSums)
GIBBS_PAIR_SUMS(nearest, LogKernelTerms, NearestRow)
GIBBS_PAIR_WEIGHTS(kernel, KernelWeightTerms, KernelWeights)
GIBBS_PAIR_WEIGHTS(diffusion, DiffusionTerms, DiffusionWeights)
GIBBS_PAIR_WEIGHTS(product, ProductTerms, ProductWeights)
GIBBS_PAIR_WEIGHTS(condition, ConditionalTerms, ConditionWeights)
GIBBS_PAIR_WEIGHTS(side, ConditionalTerms, SideWeights)
GIBBS_KERNEL(gibbs_pair_store, PairStoreParameters, kPairThreads, pair_store)
GIBBS_KERNEL(gibbs_nearest_own_f32, NearestParameters, kPairThreads, nearest_own<float>)
GIBBS_KERNEL(gibbs_nearest_own_f64, NearestParameters, kPairThreads, nearest_own<double>)
GIBBS_KERNEL(gibbs_nearest_gradient_f32, NearestParameters, kPairThreads, nearest_gradient<float>)
GIBBS_KERNEL(gibbs_nearest_gradient_f64, NearestParameters, kPairThreads, nearest_gradient<double>)
GIBBS_KERNEL(gibbs_sample_totals, SampleTotalsParameters, kTotalsThreads, sample_totals)

}  // namespace gibbs::kernels
