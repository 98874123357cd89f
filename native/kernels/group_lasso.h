// Group lasso: y_g = x_g (1 - t w_g / |x_g|)_+. From y alone, with q = |y_g|, n = q + t w_g, u = y_g / q:
//
//   dx_g = (q / n) v + u <u, v> t w_g / n, 0 where q = 0;   dt = -sum w_g <u, v>;   t = 0 is the identity
//
// This kernel turns a row's norms into the coefficients of its groups, a block per row.
#pragma once

#include "kernels/group_norms.h"

namespace gibbs::kernels {

struct GroupTotal {
  Wide<double> sum;
};
GIBBS_DEVICE GroupTotal merge(GroupTotal a, GroupTotal b) { return {a.sum + b.sum}; }

GIBBS_DEVICE GroupMoment lasso_coefficient(const GroupMoment& m, double cut) {
  GroupMoment c = m;
  const double scaled = scale_by_exponent(cut, -m.exponent), factor = 1 - scaled / m.norm;
  c.norm = cut == 0 ? 1.0 : m.norm > 0 && factor > 0 ? factor : 0.0;
  c.along = 0;
  return c;
}

GIBBS_DEVICE GroupMoment lasso_gradient(const GroupMoment& m, double cut) {
  GroupMoment c = m;
  if (m.norm == 0) {
    c.norm = cut == 0 ? 1.0 : 0.0;
    c.along = 0;
    return c;
  }
  const double scaled = scale_by_exponent(cut, -m.exponent), half = 0.5 * Limits<double>::largest();
  const double held_cut = scaled < half ? scaled : half, whole = m.norm + held_cut;
  c.norm = m.norm / whole;
  c.along = m.along * (held_cut / whole) / m.norm;
  return c;
}

template <class R>
GIBBS_DEVICE void group_lasso_rows(const GroupParameters<R>& p) {
  for (int64_t row = block_index(); row < p.map.rows; row += grid_size()) {
    const double t = row_parameter(p.map, row);
    const GroupFlags flags = group_flags(p, row);
    const uint8_t status = p.gradient && flags.invalid == 0 ? uint8_t(GIBBS_ROW_OK) : group_status<R>(flags, t);
    double by_threshold = Limits<double>::nan();
    if (p.gradient && status == GIBBS_ROW_OK) {
      const GroupTotal total =
          reduce_groups<GroupTotal>(p, row, [&](GroupTotal& s, int32_t g, const GroupMoment& m) GIBBS_INLINE {
            if (!(m.norm == 0)) s.sum = s.sum - group_weight(p, g) * m.along;
          });
      by_threshold = collapse(total.sum);
    }
    if (status == GIBBS_ROW_OK) {
      for (int32_t g = int32_t(thread_index()); g < p.groups; g += kGroupThreads) {
        GroupMoment& m = p.moments[row * p.groups + g];
        const double cut = t * group_weight(p, g);
        m = p.gradient ? lasso_gradient(m, cut) : lasso_coefficient(m, cut);
      }
    }
    if (thread_index() != 0) continue;
    p.row_status[row] = status;
    if (p.gradient) {
      if (p.map.parameter_gradient != nullptr) p.map.parameter_gradient[row] = R(by_threshold);
    } else {
      if (p.map.status != nullptr) p.map.status[row] = status;
      if (p.map.thresholds != nullptr) p.map.thresholds[row] = status == GIBBS_ROW_OK ? R(0) : Limits<R>::nan();
    }
  }
}

}  // namespace gibbs::kernels
