// Group advantages in both arithmetic types.
#include "kernels/group_advantage.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_group_advantage_f32, GroupAdvantageParameters<float>, kGroupThreads, group_advantage<float>)
GIBBS_KERNEL(gibbs_group_advantage_f64, GroupAdvantageParameters<double>, kGroupThreads, group_advantage<double>)

}  // namespace gibbs::kernels
