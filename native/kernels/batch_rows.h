// The rows of a batch entropy: the sums of their probabilities by column, and the gradient once dF/dm is known.
//
//   m    = sum_i w_i p_i / W,   w_i = r_i / (max p_i)^c,  W = sum w
//   dz_j = p_j (u_j - sum p u) / T,   u_j = (w / W) dF/dm_j + (r / R) (-C log p_j - E nu_j (log p_j + 1))
//
// with u relative to its value at the argmax, so that a confident row keeps its digits. A segment is cut into chunks of rows from
// its own first row on; a lane adds up its own columns row by row, and chunks are merged in order: a fixed tree.
#pragma once

#include "kernels/batch_entropy_parameters.h"
#include "kernels/row_softmax.h"

namespace gibbs::kernels {

template <class R>
GIBBS_DEVICE int64_t segment_offset(const BatchEntropyParameters<R>& p, int64_t segment) {
  int64_t offset = segment == 0 ? 0 : p.rows;
  if (p.offsets != nullptr) offset = p.offsets[segment];
  // Offsets of the caller's are not checked: none leads outside the rows.
  return offset < 0 ? 0 : offset > p.rows ? p.rows : offset;
}
// Room for a chunk that is not full between any two segments.
template <class R>
GIBBS_DEVICE int64_t first_chunk(const BatchEntropyParameters<R>& p, int64_t segment) {
  return segment_offset(p, segment) / p.chunk_rows + segment;
}
// The last segment whose first(segment) is not above at.
template <class F>
GIBBS_DEVICE int64_t last_not_above(int64_t segments, int64_t at, F first) {
  int64_t low = 0, high = segments - 1;
  while (low < high) {
    const int64_t middle = (low + high + 1) / 2;
    if (first(middle) <= at) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

struct WeightedRow {
  double weight;
  uint8_t status;
  bool counts;
};
template <class R>
GIBBS_DEVICE WeightedRow weighted_row(const BatchEntropyParameters<R>& p, int64_t row, uint8_t content) {
  double weight = 1;
  if (p.row_weights != nullptr) weight = double(p.row_weights[row]);
  const uint8_t status = is_finite(weight) && weight >= 0 ? content : uint8_t(GIBBS_ROW_INVALID_PARAMETER);
  return {weight, status, weight != 0 && status != GIBBS_ROW_ALL_MASKED};
}

template <class R>
GIBBS_DEVICE double mean_weight(const BatchEntropyParameters<R>& p, double weight, const RowSoftmax<R>& s) {
  return p.confidence_power == 0 ? weight : weight * exp(p.confidence_power * double(s.log_sum));
}

struct RealSum {
  double value;
};
GIBBS_DEVICE RealSum merge(RealSum a, RealSum b) { return {a.value + b.value}; }

// sum -nu p log p
template <class T>
GIBBS_DEVICE double class_entropy(const BatchEntropyParameters<Real<T>>& p, const RowScope& scope, const RowSource<T>& source,
                                  const RowSoftmax<Real<T>>& s) {
  using R = Real<T>;
  return scope
      .template reduce<RealSum, T>([&](RealSum& sum, PackPlace at) GIBBS_INLINE {
        const Pack<T> pack = source.at(at, scope.columns);
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          if (e >= at.count) continue;
          const R log = s.log_probability(to_real(pack.get(e))), mass = exp(log);
          const R nu = p.class_weights != nullptr ? p.class_weights[at.index + e] : R(1);
          if (mass > 0) sum.value -= double(nu * mass * log);
        }
      })
      .value;
}

template <class T>
GIBBS_DEVICE void batch_entropy_sums(const BatchEntropyParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowScope scope(p.scope, p.columns);
  for (int64_t chunk = scope.first(); chunk < p.chunks; chunk += scope.stride()) {
    double* partial = p.partials + chunk * p.columns;
    const auto each_own_pack = [&](auto f) GIBBS_INLINE {
      scope.each_segment([&](int32_t i) GIBBS_INLINE { scope.template each_pack<T>(i, f); }, [](int32_t) GIBBS_INLINE {});
    };
    each_own_pack([&](PackPlace at) GIBBS_INLINE {
      for (int e = 0; e < at.count; ++e) partial[at.index + e] = 0;
    });
    BatchChunkSums sums{};
    const int64_t segment = last_not_above(p.segments, chunk, [&](int64_t s) GIBBS_INLINE { return first_chunk(p, s); });
    const int64_t end = segment_offset(p, segment + 1), first = first_chunk(p, segment);
    const int64_t begin = segment_offset(p, segment) + (chunk - first) * p.chunk_rows;
    const int64_t stop = begin + p.chunk_rows < end ? begin + p.chunk_rows : end;
    for (int64_t row = begin; row < stop && chunk >= first; ++row) {
      const RowSource<T> source = {static_cast<const T*>(p.logits) + row * p.logits_stride, scope.template kept<T>(0)};
      const RowSoftmax<R> s = row_softmax(scope, source, p.inverse_temperature);
      const WeightedRow w = weighted_row(p, row, s.status);
      if (scope.leader()) {
        if (p.status != nullptr) p.status[row] = w.status;
        if (p.entropies != nullptr)
          p.entropies[row] = s.status == GIBBS_ROW_OK ? s.entropy() : s.status == GIBBS_ROW_ALL_MASKED ? R(0) : Limits<R>::nan();
      }
      if (!w.counts) continue;
      sums.rows += 1;
      sums.invalid += w.status == GIBBS_ROW_INVALID_PARAMETER;
      sums.nans += w.status == GIBBS_ROW_NOT_A_NUMBER;
      sums.infinite += w.status == GIBBS_ROW_PLUS_INFINITY;
      if (w.status != GIBBS_ROW_OK) continue;
      const double in_mean = mean_weight(p, w.weight, s);
      sums.marginal_weight += in_mean;
      sums.row_weight += w.weight;
      sums.conditional += w.weight * double(s.entropy());
      if (p.uses_class_weights) sums.class_entropy += w.weight * class_entropy(p, scope, source, s);
      each_own_pack([&](PackPlace at) GIBBS_INLINE {
        const Pack<T> pack = source.at(at, scope.columns);
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          if (e < at.count) partial[at.index + e] += in_mean * double(s.probability(to_real(pack.get(e))));
        }
      });
    }
    if (scope.leader()) p.sums[chunk] = sums;
  }
}

// u_j relative to the argmax.
template <class R>
struct BatchUpstream {
  RowSoftmax<R> softmax;
  const double* slopes;
  const R* class_weights;  // null: 1
  double top_slope;
  R of_slopes, of_offsets, of_classes, top_class;

  GIBBS_DEVICE R slope(int32_t j) const { return R(slopes[j] - top_slope); }
  GIBBS_DEVICE R operator()(R x, R slope, int32_t j) const {
    R u = fma(of_slopes, slope, of_offsets * x);
    if (of_classes == 0) return u;
    const R nu = class_weights != nullptr ? class_weights[j] : R(1);
    return fma(of_classes, fma(nu - top_class, R(1) - softmax.log_sum, nu * x), u);
  }
};

struct UpstreamSums {
  double mean, slope;  // sum p u, sum p slope
};
GIBBS_DEVICE UpstreamSums merge(UpstreamSums a, UpstreamSums b) { return {a.mean + b.mean, a.slope + b.slope}; }

template <class T>
struct BatchGradient {
  using R = Real<T>;
  int32_t fill, top;
  BatchUpstream<R> upstream;
  R shift, at_top;

  GIBBS_DEVICE T operator()(T element, int32_t j) const {
    if (fill != kAffine) return From<T>::real(fill == kZero ? R(0) : Limits<R>::nan());
    if (j == top) return From<T>::real(at_top);
    const R x = upstream.softmax.offset(to_real(element)), mass = exp(x - upstream.softmax.log_sum);
    // Of a masked entry the offset is -inf.
    return From<T>::real(mass > 0 ? mass * (upstream(x, upstream.slope(j), j) - shift) : R(0));
  }
};

template <class T>
GIBBS_DEVICE void batch_entropy_gradient(const BatchEntropyParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const int64_t segment = last_not_above(p.segments, row, [&](int64_t s) GIBBS_INLINE { return segment_offset(p, s); });
    const SegmentState state = p.states[segment];
    const RowSource<T> source = {static_cast<const T*>(p.logits) + row * p.logits_stride, scope.template kept<T>(0)};
    const RowSoftmax<R> s = row_softmax(scope, source, p.inverse_temperature);
    const WeightedRow w = weighted_row(p, row, s.status);
    BatchGradient<T> g{};
    g.fill = !w.counts ? kZero : state.status == GIBBS_ROW_OK ? kAffine : kNan;
    g.top = s.argmax;
    if (g.fill == kAffine) {
      const double scale = p.scale->scale * p.chain, power = p.confidence_power;
      const double mean = scale * mean_weight(p, w.weight, s) * state.inverse_marginal_weight;
      const double own = scale * w.weight * state.inverse_row_weight;
      BatchUpstream<R>& u = g.upstream;
      u.softmax = s;
      u.slopes = p.slopes + segment * p.columns;
      u.class_weights = p.class_weights;
      u.top_slope = u.slopes[s.argmax];
      u.of_slopes = R(mean);
      u.of_offsets = R(-own * p.conditional_weight);
      u.of_classes = R(-own * p.class_entropy_weight);
      u.top_class = p.class_weights != nullptr ? p.class_weights[s.argmax] : R(1);
      const auto sums = scope.template reduce<UpstreamSums, T>([&](UpstreamSums& sum, PackPlace at) GIBBS_INLINE {
        const Pack<T> pack = source.at(at, scope.columns);
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          if (e >= at.count) continue;
          const R x = s.offset(to_real(pack.get(e))), mass = exp(x - s.log_sum);
          if (!(mass > 0)) continue;
          const R slope = u.slope(at.index + e);
          sum.mean += double(mass * u(x, slope, at.index + e));
          sum.slope += double(mass * slope);
        }
      });
      // The weight 1 / (max p)^power moves too: it falls where the mean would have the row's confidence rise.
      const double moves = power == 0 ? 0 : power * mean * (sums.slope + u.top_slope);
      g.shift = R(sums.mean - moves);
      g.at_top = R(-double(exp(-s.log_sum)) * sums.mean + moves * expm1(-double(s.log_sum)));
    }
    map_row(scope, source, static_cast<T*>(p.gradient) + row * p.gradient_stride, g);
  }
}

}  // namespace gibbs::kernels
