// Row kernels of float32 logits.
#include "kernels/row_instances.h"

namespace gibbs::kernels {
using Element = float;
GIBBS_ROW_INSTANCES(f32)
}  // namespace gibbs::kernels
