// The largest of scores in device memory, for operations that compute scores and their count there: that of gibbs_global_mask
// with one tensor (global_mask.cpp).
#pragma once

#include "runtime/runtime.h"

namespace gibbs::ops {

// Bytes of the pieces that select_largest_scores takes.
int64_t largest_scores_workspace(gibbs_device* device, int64_t length);

// selected [length]: 1 for the *count largest, ties to the lower index, else 0. length > 0; *count, read on the device, is no
// more than the scores that are not NaN.
void select_largest_scores(gibbs_device* device, gibbs_stream stream, const double* scores, int64_t length, const int64_t* count,
                           uint8_t* selected, runtime::Workspace& workspace);

}  // namespace gibbs::ops
