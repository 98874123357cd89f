// Row kernels of bfloat16 logits.
#include "kernels/row_instances.h"

namespace gibbs::kernels {
using Element = bfloat16;
GIBBS_ROW_INSTANCES(bf16)
}  // namespace gibbs::kernels
