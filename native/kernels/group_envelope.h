// Proximal map of step S, S(x) = 1/2 min {sum d_g |x_g|^2 / u_g : 0 <= u <= 1, sum w_g u_g <= k}, a block per row. With n =
// |x_g|, a = n sqrt(d / w), b = step d:
//
//   u_g = clip(c a - b, 0, 1), sum w u = k (u = 1 where n > 0 reaches no more than k);  y_g = x_g u / (u + b);  saved t = 1 / c
//   S(x) by the same root with b = 0: 1/2 (sum_{u = 1} d n^2 + t sum_{u < 1} n sqrt(d w))
//
// Gradient from y, q = |y_g|, s = sqrt(d w), beta = <y_g, v> / q:
//   H = {q >= t sqrt(w / d)}   dx = v / (1 + step d)
//   I = {0 < q < ...}          dx = (q / n) v + u (beta step s t / n - s B), n = q + step s t, u = y_g / q,
//                              B = step sum_I s beta / D, D = k - sum_H w + step sum_I w d
//   dstep = -sum_H q beta d / (1 + step d) - t sum_I s beta (1 - step sum_I w d / D),  dk = step t sum_I s beta / D
#pragma once

#include "kernels/group_norms.h"
#include "kernels/threshold_root.h"

namespace gibbs::kernels {

// A group as the root sees it, norms by a common power of two.
struct EnvelopeGroup {
  double n, w, d, a, b;
};

template <class R>
GIBBS_DEVICE EnvelopeGroup envelope_group(const GroupParameters<R>& p, int32_t g, const GroupMoment& m, double step,
                                          int exponent) {
  EnvelopeGroup e;
  const int apart = m.exponent - exponent;
  e.n = m.norm == 0 || apart < -2000 ? 0.0 : scale_by_exponent(m.norm, apart);
  e.w = group_weight(p, g);
  e.d = group_scale(p, g);
  e.a = e.n * square_root(e.d / e.w);
  e.b = step * e.d;
  return e;
}

struct EnvelopeBounds {
  Wide<double> reach, offsets, slope;  // sum w where n > 0, sum w b, sum w a
  double high, low;                    // largest (1 + b) / a; largest a / b, the inverse of the least c that keeps anything
};
GIBBS_DEVICE EnvelopeBounds merge(const EnvelopeBounds& a, const EnvelopeBounds& b) {
  return {a.reach + b.reach, a.offsets + b.offsets, a.slope + b.slope, max_number(a.high, b.high), max_number(a.low, b.low)};
}

struct EnvelopeLine {
  Wide<double> constant, slope;  // F(c) = constant + slope c on the line of c
};
GIBBS_DEVICE EnvelopeLine merge(const EnvelopeLine& a, const EnvelopeLine& b) {
  return {a.constant + b.constant, a.slope + b.slope};
}

// c a - b.
GIBBS_DEVICE double envelope_size(Wide<double> c, double a, double b) { return collapse((c * a) - b); }

// c with sum w clip(c a - b, 0, 1) = k; infinite where all groups reach no more than k.
template <class R>
GIBBS_DEVICE Wide<double> envelope_root(const GroupParameters<R>& p, int64_t row, double step, double k, int exponent) {
  const EnvelopeBounds bounds =
      reduce_groups<EnvelopeBounds>(p, row, [&](EnvelopeBounds& s, int32_t g, const GroupMoment& m) GIBBS_INLINE {
        const EnvelopeGroup e = envelope_group(p, g, m, step, exponent);
        if (!(e.a > 0)) return;
        s.reach = s.reach + e.w;
        s.offsets = s.offsets + two_product(e.w, e.b);
        s.slope = s.slope + two_product(e.w, e.a);
        s.high = max_number(s.high, (1 + e.b) / e.a);
        if (e.b > 0) s.low = max_number(s.low, e.a / e.b);
      });
  if (collapse(bounds.reach) <= k) return wide(Limits<double>::infinity());
  // Rounding of the ends must not cut the root off.
  const double low = bounds.low > 0 ? (1 - 1e-15) / bounds.low : 0.0, high = bounds.high * (1 + 1e-15);
  const double all = collapse((bounds.offsets + k) / bounds.slope);
  const double start = all > low && all < high ? all : low;
  return monotone_root(low, high, start, [&](Wide<double> c) GIBBS_INLINE {
    const EnvelopeLine line =
        reduce_groups<EnvelopeLine>(p, row, [&](EnvelopeLine& s, int32_t g, const GroupMoment& m) GIBBS_INLINE {
          const EnvelopeGroup e = envelope_group(p, g, m, step, exponent);
          const double u = envelope_size(c, e.a, e.b);
          if (u >= 1) {
            s.constant = s.constant + e.w;
          } else if (u > 0) {
            s.constant = s.constant - two_product(e.w, e.b);
            s.slope = s.slope + two_product(e.w, e.a);
          }
        });
    const Wide<double> rest = wide(k) - line.constant;
    if (line.slope.high > 0) {
      const Wide<double> next = rest / line.slope;
      return RootStep<double>{c < next ? 1 : next < c ? -1 : 0, 1, next};
    }
    return RootStep<double>{rest.high > 0 ? 1 : rest.high < 0 ? -1 : 0, 0, c};
  });
}

struct EnvelopeValue {
  Wide<double> squares, sizes;
};
GIBBS_DEVICE EnvelopeValue merge(const EnvelopeValue& a, const EnvelopeValue& b) {
  return {a.squares + b.squares, a.sizes + b.sizes};
}

template <class R>
GIBBS_DEVICE double envelope_value(const GroupParameters<R>& p, int64_t row, double k, int exponent) {
  const Wide<double> c = envelope_root(p, row, 0.0, k, exponent);
  const EnvelopeValue v =
      reduce_groups<EnvelopeValue>(p, row, [&](EnvelopeValue& s, int32_t g, const GroupMoment& m) GIBBS_INLINE {
        const EnvelopeGroup e = envelope_group(p, g, m, 0.0, exponent);
        if (!(e.a > 0)) return;
        if (c.high == Limits<double>::infinity() || envelope_size(c, e.a, 0.0) >= 1) {
          s.squares = s.squares + two_product(e.d * e.n, e.n);
        } else {
          s.sizes = s.sizes + two_product(square_root(e.d * e.w), e.n);
        }
      });
  const double half = 0.5 * (collapse(v.squares) + collapse(v.sizes) / c.high);
  return scale_by_exponent(scale_by_exponent(half, exponent), exponent);
}

template <class R>
GIBBS_DEVICE void envelope_forward(const GroupParameters<R>& p, int64_t row, double step, const GroupFlags& flags,
                                   uint8_t status) {
  double value = Limits<double>::nan(), threshold = value;
  if (status == GIBBS_ROW_OK) {
    // Norms of ordinary size stay as they are.
    const int largest = flags.largest == 0 ? 0 : flags.largest - kExponentBase;
    const int exponent = largest > -300 && largest < 300 ? 0 : largest;
    const double k = p.map.second;
    if (p.values != nullptr) value = envelope_value(p, row, k, exponent);
    Wide<double> c = wide(Limits<double>::infinity());
    if (step > 0) c = envelope_root(p, row, step, k, exponent);
    const bool full = c.high == Limits<double>::infinity();
    threshold = full ? 0.0 : scale_by_exponent(1 / c.high, exponent);
    for (int32_t g = int32_t(thread_index()); g < p.groups; g += kGroupThreads) {
      GroupMoment& m = p.moments[row * p.groups + g];
      const EnvelopeGroup e = envelope_group(p, g, m, step, exponent);
      const double u = full ? 1.0 : envelope_size(c, e.a, e.b);
      m.norm = step == 0 ? 1.0 : u >= 1 ? 1 / (1 + e.b) : u > 0 ? u / (c.high * e.a) : 0.0;
    }
  }
  if (thread_index() != 0) return;
  p.row_status[row] = status;
  if (p.map.status != nullptr) p.map.status[row] = status;
  if (p.map.thresholds != nullptr) p.map.thresholds[row] = R(threshold);
  if (p.values != nullptr) p.values[row] = R(value);
}

struct EnvelopeSums {
  Wide<double> full, scales, by_step, pull;
};
GIBBS_DEVICE EnvelopeSums merge(const EnvelopeSums& a, const EnvelopeSums& b) {
  return {a.full + b.full, a.scales + b.scales, a.by_step + b.by_step, a.pull + b.pull};
}

template <class R>
GIBBS_DEVICE void envelope_gradient(const GroupParameters<R>& p, int64_t row, double step, uint8_t status) {
  const double t = double(p.map.saved_thresholds[row]);
  if (!(t >= 0)) status = GIBBS_ROW_NOT_A_NUMBER;
  double by_step = Limits<double>::nan(), by_k = by_step;
  if (status == GIBBS_ROW_OK) {
    const auto group = [&](int32_t g, const GroupMoment& m) GIBBS_INLINE {
      EnvelopeGroup e;
      e.n = scale_by_exponent(m.norm, m.exponent);  // q
      e.w = group_weight(p, g);
      e.d = group_scale(p, g);
      e.a = t * square_root(e.w / e.d);  // where H begins
      e.b = step * e.d;
      return e;
    };
    const EnvelopeSums s =
        reduce_groups<EnvelopeSums>(p, row, [&](EnvelopeSums& sums, int32_t g, const GroupMoment& m) GIBBS_INLINE {
          const EnvelopeGroup e = group(g, m);
          if (e.n == 0 && t > 0) return;
          if (e.n >= e.a) {
            sums.full = sums.full + e.w;
            sums.by_step = sums.by_step - e.n * m.along * (e.d / (1 + e.b));
          } else {
            sums.scales = sums.scales + two_product(e.w, e.d);
            sums.pull = sums.pull + two_product(square_root(e.d * e.w), m.along);
          }
        });
    // Rounded results may put a group on the wrong side, and so the sum of the weights above k.
    const double room = max_number(0.0, p.map.second - collapse(s.full)) + step * collapse(s.scales);
    const double common = room > 0 ? collapse(s.pull) / room : 0.0;
    by_step = collapse(s.by_step) - t * collapse(s.pull) * (room > 0 ? 1 - step * collapse(s.scales) / room : 0.0);
    by_k = step * t * common;
    for (int32_t g = int32_t(thread_index()); g < p.groups; g += kGroupThreads) {
      GroupMoment& m = p.moments[row * p.groups + g];
      const EnvelopeGroup e = group(g, m);
      if (e.n >= e.a && !(e.n == 0 && t > 0)) {
        m.norm = 1 / (1 + e.b);
        m.along = 0;
      } else if (e.n == 0) {
        m.norm = m.along = 0;
      } else {
        const double size = square_root(e.d * e.w), cut = step * size * t, n = e.n + cut;
        m.along = (m.along * (cut / n) - size * step * common) / m.norm;
        m.norm = e.n / n;
      }
    }
  }
  if (thread_index() != 0) return;
  p.row_status[row] = status;
  if (p.map.parameter_gradient != nullptr) p.map.parameter_gradient[row] = R(by_step);
  if (p.map.second_gradient != nullptr) p.map.second_gradient[row] = R(by_k);
}

template <class R>
GIBBS_DEVICE void group_envelope_rows(const GroupParameters<R>& p) {
  for (int64_t row = block_index(); row < p.map.rows; row += grid_size()) {
    const double step = row_parameter(p.map, row);
    const GroupFlags flags = group_flags(p, row);
    const uint8_t status = group_status<R>(flags, step);
    if (p.gradient) {
      envelope_gradient(p, row, step, status);
    } else {
      envelope_forward(p, row, step, flags, status);
    }
  }
}

}  // namespace gibbs::kernels
