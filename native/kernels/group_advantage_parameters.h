// What the host hands to the kernel of group advantages.
#pragma once

#include <stdint.h>

#include "gibbs/gibbs.h"

namespace gibbs::kernels {

constexpr int kGroupThreads = 128;  // a warp per group

template <class R>
struct GroupAdvantageParameters {
  int64_t rows, groups;
  int32_t kind, biased;
  double epsilon;
  const R* rewards;
  const int64_t* offsets;
  R *advantages, *means, *deviations;
};

}  // namespace gibbs::kernels
