// Coefficients of the group lasso in both arithmetic types.
#include "kernels/group_lasso.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_group_lasso_rows_f32, GroupParameters<float>, kGroupThreads, group_lasso_rows<float>)
GIBBS_KERNEL(gibbs_group_lasso_rows_f64, GroupParameters<double>, kGroupThreads, group_lasso_rows<double>)

}  // namespace gibbs::kernels
