// Row kernels of float16 logits.
#include "kernels/row_instances.h"

namespace gibbs::kernels {
using Element = float16;
GIBBS_ROW_INSTANCES(f16)
}  // namespace gibbs::kernels
