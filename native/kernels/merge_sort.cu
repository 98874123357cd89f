// The merge sort of both arithmetic types.
#include "kernels/merge_sort.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_sort_tile_f32, SortParameters, kSortThreads, sort_tile<float>)
GIBBS_KERNEL(gibbs_sort_tile_f64, SortParameters, kSortThreads, sort_tile<double>)
GIBBS_KERNEL(gibbs_sort_merge_f32, SortParameters, kSortThreads, sort_merge<float>)
GIBBS_KERNEL(gibbs_sort_merge_f64, SortParameters, kSortThreads, sort_merge<double>)

}  // namespace gibbs::kernels
