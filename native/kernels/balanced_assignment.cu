// Balanced assignments by scores of every storage type, a warp per problem.
#include "kernels/balanced_assignment.h"

#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

GIBBS_TYPED_KERNELS(gibbs_balanced_assignment, AssignmentParameters, int(kWarp), balanced_assignment)

}  // namespace gibbs::kernels
