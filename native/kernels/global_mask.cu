// Masks over many tensors in every storage type.
#include "kernels/global_mask.h"
#include "kernels/typed_kernels.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_global_mask_table, MaskTableParameters, kWarp, global_mask_table)
GIBBS_KERNEL(gibbs_global_mask_pick, GlobalMaskParameters, kMaskThreads, global_mask_pick)
GIBBS_TYPED_KERNELS(gibbs_global_mask_histogram, GlobalMaskParameters, kMaskThreads, global_mask_histogram)
GIBBS_TYPED_KERNELS(gibbs_global_mask_write, GlobalMaskParameters, kMaskThreads, global_mask_write)

}  // namespace gibbs::kernels
