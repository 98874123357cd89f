// Coefficients of the group envelope in both arithmetic types.
#include "kernels/group_envelope.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_group_envelope_rows_f32, GroupParameters<float>, kGroupThreads, group_envelope_rows<float>)
GIBBS_KERNEL(gibbs_group_envelope_rows_f64, GroupParameters<double>, kGroupThreads, group_envelope_rows<double>)

}  // namespace gibbs::kernels
