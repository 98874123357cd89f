// Row kernels of float64 logits.
#include "kernels/row_instances.h"

namespace gibbs::kernels {
using Element = double;
GIBBS_ROW_INSTANCES(f64)
}  // namespace gibbs::kernels
