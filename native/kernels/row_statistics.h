// Statistics of softmax rows. With u = softcap(z), U = max u over a segment of the row and x_j = u_j - U (before the temperature
// T):
//
//   ties     count of x_j = 0              apart from the sum, so that  sum exp(x/T) - 1 = (ties - 1) + rest  keeps relative
//   accuracy rest     sum over x_j < 0 of exp(x_j/T) moment   sum over x_j < 0 of exp(x_j/T) x_j sum      sum of x_j, penalty sum
//   of (u_j/T - c)^2, unmasked their count       over z_j > -inf weighted sum of t_j x_j, mass  sum of t_j      t_j the
//   per-column target terms: class weights, or soft targets smoothed and weighted argmax   the first j with z_j = max z, rank
//   count of z_j > z_y, or z_j = z_y and j < y
//
// A row is cut into segments of 4 KiB; a warp sums a segment (pack, then lane over packs, then butterfly over lanes), and a warp
// merges the row's segments (lane over segments, then butterfly). Both trees are keyed by element index alone: every regime gives
// the same bits. All -inf and +inf maxima are replaced by 0 before a subtraction: no NaN is made, and a NaN logit reaches rest.
#pragma once

#include "device/segment.h"
#include "device/reduce.h"
#include "kernels/row_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// The full set is long enough per pack to be a loop: unrolled, its kernels would be ten times the size.
template <unsigned flags>
constexpr int unrolled = (flags & kColumns) != 0 ? 1 : kPacks;

constexpr int32_t kNoIndex = 0x7fffffff;

template <class R>
GIBBS_DEVICE SegmentStatistics<R> no_statistics() {
  SegmentStatistics<R> s{};
  s.maximum = -Limits<R>::infinity();
  s.argmax = kNoIndex;
  return s;
}

// Per-row scalars that the sums need.
template <class R>
struct RowScale {
  R inverse_temperature;  // finite
  R exponent;             // log2(e) / T, finite
  bool valid;             // the temperature is positive and finite
};

template <class R>
GIBBS_DEVICE RowScale<R> row_scale(const RowParameters<R>& p, int64_t row, double& inverse) {
  inverse = p.inverse_temperature;
  bool valid = true;
  if (p.row_temperatures != nullptr) {
    const double t = double(p.row_temperatures[row]);
    valid = t > 0 && t < Limits<double>::infinity();
    inverse = valid ? 1.0 / t : 1.0;
  }
  const double largest = double(Limits<R>::largest());
  // A subnormal temperature overflows its inverse, and 0 times infinity would be NaN.
  inverse = inverse < Limits<double>::largest() ? inverse : Limits<double>::largest();
  const double exponent = inverse * 1.44269504088896340735992;
  return {R(inverse < largest ? inverse : largest), R(exponent < largest ? exponent : largest), valid};
}

// u = c tanh(z / c); -inf is a mask and +inf an error: both stay.
template <unsigned flags, class R>
GIBBS_DEVICE R softcapped(const RowParameters<R>& p, R z) {
  if constexpr ((flags & kSoftcap) != 0) {
    if (p.softcap > 0 && !is_infinite(z)) return p.softcap * tanh(z * p.inverse_softcap);
  }
  return z;
}

template <class R>
GIBBS_DEVICE R finite_or_zero(R maximum) {
  return is_infinite(maximum) ? R(0) : maximum;
}

// t_j: soft targets smoothed and weighted, or class weights.
template <class T>
GIBBS_DEVICE Real<T> column_term(const RowParameters<Real<T>>& p, int32_t column, T soft_target) {
  using R = Real<T>;
  const R weight = p.class_weights != nullptr ? p.class_weights[column] : R(1);
  if (p.soft_targets == nullptr) return weight;
  const R s = p.label_smoothing;
  return weight * fma(R(1) - s, to_real(soft_target), s / R(p.columns));
}

template <class T>
GIBBS_DEVICE Pack<T> load_soft_targets(const RowParameters<Real<T>>& p, int64_t row, int32_t begin, int count, int index) {
  if (p.soft_targets == nullptr) return fill_pack(From<T>::real(0));
  return load_pack(static_cast<const T*>(p.soft_targets) + row * p.soft_targets_stride + begin, count, index, From<T>::real(0));
}

// Sums of a pack, pairwise: element e meets e ^ 1, then e ^ 2, as lanes do.
template <int size, class R>
GIBBS_DEVICE R pack_sum(const R (&v)[size]) {
  R sums[size];
  GIBBS_UNROLL
  for (int e = 0; e < size; ++e) sums[e] = v[e];
  GIBBS_UNROLL
  for (int o = 1; o < size; o *= 2) {
    GIBBS_UNROLL
    for (int e = 0; e < size; e += 2 * o) sums[e] = sums[e] + sums[e + o];
  }
  return sums[0];
}

// The row as seen by one statistic: where it is, and its target.
template <class T>
struct RowView {
  const T* logits;
  int64_t row;
  Real<T> target_logit;  // z_y; NaN where there is no valid target
  int32_t target;        // -1 where there is no valid target
};

// One segment, elements [begin, begin + count) of the row, from packs of the calling lane; width lanes hold it, one pack each if
// width < 32.
template <unsigned flags, class T, int packs_held>
GIBBS_DEVICE SegmentStatistics<Real<T>> segment_statistics(const RowParameters<Real<T>>& p, const RowScale<Real<T>>& scale,
                                                           const RowView<T>& view, const Pack<T> (&packs)[packs_held],
                                                           int32_t begin, int count, unsigned lane, unsigned width) {
  using R = Real<T>;
  constexpr int size = Pack<T>::size;
  SegmentStatistics<R> s = no_statistics<R>();

  R maximum = -Limits<R>::infinity(), maxima[packs_held];
  GIBBS_UNROLL
  for (int k = 0; k < packs_held; ++k) {
    maxima[k] = pack_maximum(packs[k]);
    maximum = max_number(maximum, maxima[k]);
  }
  s.maximum = maximum = lanes_max(maximum, width);
  const R top = finite_or_zero(softcapped<flags>(p, maximum));

  [[maybe_unused]] constexpr int turns = unrolled<flags>;
  GIBBS_UNROLL_BY(turns)
  for (int k = 0; k < packs_held; ++k) {
    if (packs_held > 1 && k * kStep<T> >= count) continue;  // behind a short row
    // Only packs that reach the maximum look for ties and the argmax, nearly none; capped logits may tie below it.
    const bool may_tie = (flags & kSoftcap) != 0 || maxima[(flags & kSoftcap) != 0 ? 0 : k] == maximum;
    const Pack<T> pack = pack_at(packs, k);
    const int index = k * kStep<T> + int(lane) * size;
    R offset[size], rest[size], moment[size], sum[size], penalty[size], weighted[size], mass[size];
    Pack<T> soft;
    if constexpr ((flags & kColumns) != 0) {
      if (p.uses_class_statistics) soft = load_soft_targets<T>(p, view.row, begin, count, index);
    }
    GIBBS_UNROLL
    for (int e = 0; e < size; ++e) {
      const R z = to_real(pack.get(e));
      const R u = softcapped<flags>(p, z);
      const R x = u - top;
      const R power = exp2_fast(x * scale.exponent);
      offset[e] = x;
      rest[e] = power;
      if constexpr ((flags & kMoment) != 0) moment[e] = power > 0 ? power * x : R(0);  // 0 (-inf) is 0
      if constexpr ((flags & kSums) != 0) {
        const bool unmasked = z > -Limits<R>::infinity();
        const R distance = fma(u, scale.inverse_temperature, -p.logit_penalty_center);
        s.unmasked += unmasked;
        sum[e] = unmasked ? x : R(0);
        penalty[e] = unmasked ? distance * distance : R(0);
      }
      if constexpr ((flags & kColumns) != 0) {
        weighted[e] = mass[e] = 0;
        if (p.uses_class_statistics && index + e < count) {
          const R term = column_term<T>(p, begin + index + e, soft.get(e));
          mass[e] = term;
          weighted[e] = term == 0 ? R(0) : term * x;
        }
      }
      if constexpr ((flags & kIndices) != 0) {
        const int32_t column = begin + index + e;
        if (index + e < count && (z > view.target_logit || (z == view.target_logit && column < view.target))) ++s.rank;
      }
    }
    if (may_tie) {
      GIBBS_UNROLL
      for (int e = 0; e < size; ++e) {
        const bool tie = offset[e] == 0;
        s.ties += tie;
        rest[e] = tie ? R(0) : rest[e];
        if constexpr ((flags & kIndices) != 0) {
          const int32_t column = begin + index + e;
          if (to_real(pack.get(e)) == maximum && column < s.argmax && index + e < count) s.argmax = column;
        }
      }
    }
    s.rest = s.rest + pack_sum(rest);
    if constexpr ((flags & kMoment) != 0) s.moment = s.moment + pack_sum(moment);
    if constexpr ((flags & kSums) != 0) {
      s.sum = s.sum + pack_sum(sum);
      s.penalty = s.penalty + pack_sum(penalty);
    }
    if constexpr ((flags & kColumns) != 0) {
      s.weighted = s.weighted + pack_sum(weighted);
      s.mass = s.mass + pack_sum(mass);
    }
  }

  s.ties = lanes_sum(s.ties, width);
  s.rest = lanes_sum(s.rest, width);
  if constexpr ((flags & kMoment) != 0) s.moment = lanes_sum(s.moment, width);
  if constexpr ((flags & kSums) != 0) {
    s.sum = lanes_sum(s.sum, width);
    s.penalty = lanes_sum(s.penalty, width);
    s.unmasked = lanes_sum(s.unmasked, width);
  }
  if constexpr ((flags & kColumns) != 0) {
    s.weighted = lanes_sum(s.weighted, width);
    s.mass = lanes_sum(s.mass, width);
  }
  if constexpr ((flags & kIndices) != 0) {
    s.argmax = lanes_min(s.argmax, width);
    s.rank = lanes_sum(s.rank, width);
  }
  return s;
}

// The row's statistics from those of its segments, in shared or global memory; every lane of the calling warp gets them.
template <unsigned flags, class R>
GIBBS_DEVICE SegmentStatistics<R> merge_segments(const RowParameters<R>& p, const RowScale<R>& scale,
                                                 const SegmentStatistics<R>* segments, int count) {
  SegmentStatistics<R> m = no_statistics<R>();
  for (int i = int(lane_index()); i < count; i += int(kWarp)) m.maximum = max_number(m.maximum, segments[i].maximum);
  m.maximum = lanes_max(m.maximum);
  const R top = softcapped<flags>(p, m.maximum);
  for (int i = int(lane_index()); i < count; i += int(kWarp)) {
    const SegmentStatistics<R> s = segments[i];
    const R segment_top = softcapped<flags>(p, s.maximum);
    const bool masked = s.maximum == -Limits<R>::infinity();
    R shift = 0;
    if (segment_top == top || masked) {
      m.ties += s.ties;
      m.rest = m.rest + s.rest;
      if constexpr ((flags & kMoment) != 0) m.moment = m.moment + s.moment;
    } else {
      shift = finite_or_zero(segment_top) - finite_or_zero(top);
      const R factor = exp2_fast(shift * scale.exponent), total = R(s.ties) + s.rest;
      m.rest = m.rest + (factor > 0 || is_nan(total) ? total * factor : R(0));
      if constexpr ((flags & kMoment) != 0) m.moment = m.moment + (factor > 0 ? factor * fma(shift, total, s.moment) : R(0));
    }
    if constexpr ((flags & kSums) != 0) {
      m.sum = m.sum + (s.unmasked > 0 ? fma(shift, R(s.unmasked), s.sum) : R(0));
      m.penalty = m.penalty + s.penalty;
      m.unmasked += s.unmasked;
    }
    if constexpr ((flags & kColumns) != 0) {
      m.weighted = m.weighted + (s.mass == 0 ? s.weighted : fma(shift, s.mass, s.weighted));
      m.mass = m.mass + s.mass;
    }
    if constexpr ((flags & kIndices) != 0) {
      if (s.maximum == m.maximum && s.argmax < m.argmax) m.argmax = s.argmax;
      m.rank += s.rank;
    }
  }
  m.ties = lanes_sum(m.ties);
  m.rest = lanes_sum(m.rest);
  if constexpr ((flags & kMoment) != 0) m.moment = lanes_sum(m.moment);
  if constexpr ((flags & kSums) != 0) {
    m.sum = lanes_sum(m.sum);
    m.penalty = lanes_sum(m.penalty);
    m.unmasked = lanes_sum(m.unmasked);
  }
  if constexpr ((flags & kColumns) != 0) {
    m.weighted = lanes_sum(m.weighted);
    m.mass = lanes_sum(m.mass);
  }
  if constexpr ((flags & kIndices) != 0) {
    m.argmax = lanes_min(m.argmax);
    m.rank = lanes_sum(m.rank);
  }
  return m;
}

}  // namespace gibbs::kernels
