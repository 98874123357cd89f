// Sums of exponentials relative to a maximum that moves: (maximum, sum of e^(v - maximum), sum of e^(v - maximum) (v - maximum)),
// so that nothing underflows; log sum = maximum + log(sum), and the entropy of the terms' shares is log(sum) - moment / sum.
#pragma once

#include "device/reduce.h"
#include "kernels/pair_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// To a maximum that is not below the present one.
GIBBS_DEVICE void raise_maximum(double maximum, double& present, double& sum, double& moment) {
  if (!(maximum > present)) return;
  const double shift = present - maximum, factor = exp(shift);
  moment = factor == 0 ? 0 : factor * (moment + shift * sum);
  sum *= factor;
  present = maximum;
}

GIBBS_DEVICE void merge_log_sums(double& maximum, double& sum, double& moment, double other_maximum, double other_sum,
                                 double other_moment) {
  raise_maximum(other_maximum, maximum, sum, moment);
  raise_maximum(maximum, other_maximum, other_sum, other_moment);
  sum += other_sum;
  moment += other_moment;
}

// The exponents of a patch row, -inf where there is no pair; all lanes of the row get the same.
template <class R>
GIBBS_DEVICE void add_log_sums(const R (&v)[kPairPatch], double& maximum, double& sum, double& moment) {
  R top = -Limits<R>::infinity();
  GIBBS_UNROLL
  for (int b = 0; b < kPairPatch; ++b) top = max_number(top, v[b]);
  top = lanes_max(top, kPairSide);
  const double highest = double(top) > maximum ? double(top) : maximum;
  // All terms 0 so far: any finite origin will do, and -inf - (-inf) would not.
  const R origin = highest == -Limits<double>::infinity() ? R(0) : R(highest);
  R own = 0, own_moment = 0;
  GIBBS_UNROLL
  for (int b = 0; b < kPairPatch; ++b) {
    const R x = v[b] - origin, e = exp(x);
    own = own + e;
    if (e > 0) own_moment = fma(e, x, own_moment);
  }
  raise_maximum(highest, maximum, sum, moment);
  sum += double(lanes_sum(own, kPairSide));
  moment += double(lanes_sum(own_moment, kPairSide));
}

}  // namespace gibbs::kernels
