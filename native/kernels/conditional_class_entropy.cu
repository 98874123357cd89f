// Conditional class entropies: counts by storage type, entropies once.
#include "kernels/conditional_class_entropy.h"

#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

GIBBS_TYPED_KERNELS(gibbs_conditional_class_counts, ConditionalClassParameters, kUnitThreads, conditional_class_counts)
GIBBS_KERNEL(gibbs_conditional_class_entropies, ConditionalClassParameters, kUnitThreads, conditional_class_entropy)

}  // namespace gibbs::kernels
