// The kernels of the merge sort, registered once for all operations.
#include "ops/merge_sort.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel tiles[2] = {runtime::Kernel("gibbs_sort_tile_f32"), runtime::Kernel("gibbs_sort_tile_f64")};
const runtime::Kernel merges[2] = {runtime::Kernel("gibbs_sort_merge_f32"), runtime::Kernel("gibbs_sort_merge_f64")};

}  // namespace

const runtime::Kernel& sort_tiles_kernel(bool real) { return tiles[real]; }
const runtime::Kernel& sort_merge_kernel(bool real) { return merges[real]; }

}  // namespace gibbs::ops
