// A bracket that holds the root of a monotone function while Newton's method looks for it: where a step leaves the bracket, and
// at every eighth, the bracket is halved on the ordinals of doubles. That can happen at most 64 times: the search ends by itself,
// with no limit to hit. The caller evaluates, once in its code, whatever it looks at next.
#pragma once

#include "kernels/threshold_root.h"

namespace gibbs::kernels {

struct RootBracket {
  double low, high;
  int32_t steps;

  // Takes what is known at t, and moves t to where to look next. next: Newton's step, NaN where there is none. False where the
  // bracket has closed: t is the root.
  GIBBS_DEVICE bool narrow(double& t, bool root_is_above, double next) {
    if (root_is_above) {
      low = t;
    } else {
      high = t;
    }
    if (next > low && next < high && ++steps % 8 != 0) {
      t = next;
      return true;
    }
    t = middle(low, high);
    return t > low && t < high;
  }
};

}  // namespace gibbs::kernels
