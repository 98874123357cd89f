// Transport between weighted points on a line, a row each. Both sides are sorted (merge_sort.h, keys -x); E_i, the cumulative weight over
// the mass up to atom i, cuts [0, 1] into segments, and
//
//   W_p^p = mass sum over segments |segment| |x - y|^p        dW/dx_i = mass sum over its segments |segment| p |x_i - y|^(p-1) sign(x_i - y)
//
// Uniform weights on both sides are cut in whole numbers, (i + 1) M and (j + 1) N of N M, exact in fp64: no segment is a rounding's.
// All sums are fp64. An atom is taken by a group of lanes, its segments in turn; atoms come in chunks of a block, chunks are added in order.
#pragma once

#include "gibbs/gibbs.h"
#include "kernels/block_reduce.h"
#include "kernels/line_transport_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// Where atoms of a side end, in units of the whole.
struct LineEnds {
  const double* ends;
  double factor, divisor;

  GIBBS_DEVICE double operator()(int64_t i) const {
    if (i < 0) return 0;
    return ends != nullptr ? ends[i] : double(i + 1) * factor / divisor;
  }
};

template <class R>
struct LineRow {
  const R *keys, *other_keys;
  LineEnds ends, other_ends;
  int64_t count, others;
  double unit;  // mass of a unit of the whole
  uint8_t status;
};

GIBBS_DEVICE bool line_finite(double x) { return x - x == 0; }

template <class R>
GIBBS_DEVICE LineRow<R> line_row(const LineParameters& p, int64_t row) {
  LineRow<R> r{};
  const bool uniform = p.own.ends == nullptr && p.other.ends == nullptr;
  r.count = p.own.count;
  r.others = p.other.count;
  r.keys = static_cast<const R*>(p.own.keys) + row * r.count;
  r.other_keys = static_cast<const R*>(p.other.keys) + row * r.others;
  r.ends = {p.own.ends != nullptr ? p.own.ends + row * r.count : nullptr, uniform ? double(r.others) : 1, uniform ? 1 : double(r.count)};
  r.other_ends = {p.other.ends != nullptr ? p.other.ends + row * r.others : nullptr, uniform ? double(r.count) : 1,
                  uniform ? 1 : double(r.others)};
  // Sorted: what is infinite, or was NaN, lies at an end.
  const bool finite = line_finite(double(r.keys[0])) && line_finite(double(r.keys[r.count - 1])) &&
                      line_finite(double(r.other_keys[0])) && line_finite(double(r.other_keys[r.others - 1]));
  const double mass = p.own.masses != nullptr ? p.own.masses[row] : 1, other = p.other.masses != nullptr ? p.other.masses[row] : 1;
  const double source = p.exchanged != 0 ? other : mass;
  // False for a NaN.
  const bool valid = mass > 0 && other > 0 && absolute(mass - other) <= 1e-5 * source;
  r.status = !finite ? GIBBS_TRANSPORT_NON_FINITE : !valid ? GIBBS_TRANSPORT_INVALID_INPUT : GIBBS_TRANSPORT_CONVERGED;
  r.unit = uniform ? 1 / (double(r.count) * double(r.others)) : source;
  return r;
}

template <class R>
GIBBS_DEVICE void line_load(const LineParameters& p) {
  const LineSide& side = p.own;
  R* const keys = static_cast<R*>(const_cast<void*>(side.unsorted));
  for (int64_t e = int64_t(block_index()) * block_size() + thread_index(); e < p.rows * side.count; e += int64_t(grid_size()) * block_size()) {
    const int64_t row = e / side.count;
    const R x = static_cast<const R*>(side.points)[(p.first + row) * side.points_stride + e % side.count];
    keys[e] = is_nan(x) ? Limits<R>::infinity() : -x;  // a sort takes no NaN
  }
}

// Cumulative weights in the order of the points: a thread adds a span of them in order, the spans' sums are added in order. What comes
// later is never less, and what has no weight adds nothing, to the bit.
template <class R>
GIBBS_DEVICE void line_masses(const LineParameters& p) {
  const LineSide& side = p.own;
  double* const sums = reinterpret_cast<double*>(shared_memory());  // of spans, then what lies before them, and the whole
  const int64_t span = (side.count + kLineThreads - 1) / kLineThreads, begin = thread_index() * span,
                end = begin + span < side.count ? begin + span : side.count;
  for (int64_t row = block_index(); row < p.rows; row += grid_size()) {
    const R* const weights = static_cast<const R*>(side.weights) + (p.first + row) * side.weights_stride;
    const int32_t* const order = side.order + row * side.count;
    double sum = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t i = begin; i < end; ++i) {
      const double weight = double(weights[order[i]]);
      sum += weight >= 0 && line_finite(weight) ? weight : Limits<double>::nan();
    }
    sums[thread_index()] = sum;
    block_barrier();
    if (thread_index() == 0) {
      double before = 0;
      GIBBS_UNROLL_BY(1)
      for (int t = 0; t < kLineThreads; ++t) {
        const double own = sums[t];
        sums[t] = before;
        before += own;
      }
      sums[kLineThreads] = before;
      side.masses[row] = before;
    }
    block_barrier();
    const double before = sums[thread_index()], whole = sums[kLineThreads];
    sum = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t i = begin; i < end; ++i) {
      sum += double(weights[order[i]]);
      side.ends[row * side.count + i] = (before + sum) / whole;
    }
    block_barrier();  // the next row's sums are written where slow warps may still be reading
  }
}

// |z|^p, and its derivative over p.
GIBBS_DEVICE double line_power(double z, double power, double& slope) {
  const double magnitude = absolute(z);
  if (power == 2) {
    slope = z;
    return z * z;
  }
  const double lower = magnitude == 0 ? 0 : power == 1 ? 1 : pow(magnitude, power - 1);
  slope = z < 0 ? -lower : lower;
  return lower * magnitude;
}

// The gradient by the points of a side, and of x the values of its chunks.
template <class R>
GIBBS_DEVICE void line_slopes(const LineParameters& p) {
  const LineSide& side = p.own;
  const unsigned lanes = unsigned(p.lanes);
  const int64_t chunk = line_chunk(p.lanes), chunks = (side.count + chunk - 1) / chunk;
  for (int64_t item = block_index(); item < p.rows * chunks; item += grid_size()) {
    const int64_t row = item / chunks, i = item % chunks * chunk + thread_index() / lanes;
    const LineRow<R> r = line_row<R>(p, row);
    double cost = 0, slope = 0;
    if (i < side.count && r.status == GIBBS_TRANSPORT_CONVERGED) {
      const double low = r.ends(i - 1), high = r.ends(i), z = double(r.keys[i]);
      // The first that ends behind low.
      int64_t j = 0, beyond = r.others;
      while (j < beyond) {
        const int64_t middle = (j + beyond) / 2;
        if (r.other_ends(middle) > low) {
          beyond = middle;
        } else {
          j = middle + 1;
        }
      }
      GIBBS_UNROLL_BY(1)
      for (j += thread_index() % lanes; j < r.others; j += lanes) {
        const double before = r.other_ends(j - 1), after = r.other_ends(j);
        const double start = before > low ? before : low, stop = after < high ? after : high;
        if (start >= high) break;
        if (stop <= start) continue;
        double derivative;
        cost += (stop - start) * line_power(double(r.other_keys[j]) - z, p.power, derivative);
        slope += (stop - start) * derivative;
      }
    }
    slope = lanes_sum(slope, lanes);
    cost = lanes_sum(cost, lanes);
    const bool first = thread_index() % lanes == 0;
    if (side.slopes != nullptr && first && i < side.count) {
      const double gradient = r.status == GIBBS_TRANSPORT_CONVERGED ? slope * p.power * r.unit : Limits<double>::nan();
      const int64_t at = side.order[row * side.count + i];
      static_cast<R*>(side.slopes)[(side.slopes_first + row) * side.slopes_stride + at] = R(gradient);
    }
    if (p.partials != nullptr) {
      const CountedSum sum = block_reduce(CountedSum{first ? cost : 0, 0});
      if (thread_index() == 0) p.partials[item] = sum.sum;
    }
  }
}

template <class R>
GIBBS_DEVICE void line_values(const LineParameters& p) {
  const int64_t chunk = line_chunk(p.lanes), chunks = (p.own.count + chunk - 1) / chunk;
  for (int64_t row = block_index(); row < p.rows; row += grid_size()) {
    const LineRow<R> r = line_row<R>(p, row);
    CountedSum mine{0, 0};
    for (int64_t c = thread_index(); c < chunks; c += block_size()) mine.sum += p.partials[row * chunks + c];
    const double sum = block_reduce(mine).sum;
    if (thread_index() != 0) continue;
    const double value = r.status == GIBBS_TRANSPORT_CONVERGED ? sum * r.unit : Limits<double>::nan();
    if (p.values != nullptr) static_cast<R*>(p.values)[p.first + row] = R(value);
    if (p.sums != nullptr) p.sums[p.first + row] = value;
    if (p.status != nullptr) p.status[p.first + row] = r.status;
  }
}

// A segment of the merged ends: between the ends number s - 1 and s, x before y where they meet.
template <class R>
struct LineSegment {
  int64_t source, target;
  double length;

  GIBBS_DEVICE LineSegment(const LineRow<R>& r, int64_t s) {
    int64_t low = s > r.others ? s - r.others : 0, high = s < r.count ? s : r.count;
    while (low < high) {
      const int64_t middle = (low + high) / 2;
      if (r.ends(middle) <= r.other_ends(s - 1 - middle)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    source = low;
    target = s - low;
    length = 0;
    // Behind the end of a side only atoms of no mass follow.
    if (source == r.count || target == r.others) return;
    const double x = r.ends(source - 1), y = r.other_ends(target - 1), next_x = r.ends(source), next_y = r.other_ends(target);
    length = (next_x < next_y ? next_x : next_y) - (x > y ? x : y);
  }
};

GIBBS_DEVICE void store_segment(const LineParameters& p, int64_t row, int64_t at, int32_t source, int32_t target) {
  if (p.plan_sources != nullptr) p.plan_sources[row * p.plan_sources_stride + at] = source;
  if (p.plan_targets != nullptr) p.plan_targets[row * p.plan_targets_stride + at] = target;
}

// Segments of mass, one behind the other: a thread counts those of its span, the counts are added in order.
template <class R>
GIBBS_DEVICE void line_plan(const LineParameters& p) {
  int64_t* const counts = reinterpret_cast<int64_t*>(shared_memory());
  const int64_t segments = p.own.count + p.other.count - 1, span = (segments + kLineThreads - 1) / kLineThreads,
                begin = thread_index() * span, end = begin + span < segments ? begin + span : segments;
  for (int64_t row = block_index(); row < p.rows; row += grid_size()) {
    const LineRow<R> r = line_row<R>(p, row);
    const bool solved = r.status == GIBBS_TRANSPORT_CONVERGED;
    const int32_t* const sources = p.own.order + row * p.own.count;
    const int32_t* const targets = p.other.order + row * p.other.count;
    int64_t count = 0;
    GIBBS_UNROLL_BY(1)
    for (int64_t s = begin; solved && s < end; ++s) count += LineSegment<R>(r, s).length > 0;
    counts[thread_index()] = count;
    block_barrier();
    int64_t at = 0, whole = 0;
    GIBBS_UNROLL_BY(1)
    for (int t = 0; t < kLineThreads; ++t) {
      at += t < int(thread_index()) ? counts[t] : 0;
      whole += counts[t];
    }
    GIBBS_UNROLL_BY(1)
    for (int64_t s = begin; solved && s < end; ++s) {
      const LineSegment<R> segment(r, s);
      if (!(segment.length > 0)) continue;
      store_segment(p, p.first + row, at, sources[segment.source], targets[segment.target]);
      if (p.plan_masses != nullptr)
        static_cast<R*>(p.plan_masses)[(p.first + row) * p.plan_masses_stride + at] = R(segment.length * r.unit);
      ++at;
    }
    for (int64_t s = whole + thread_index(); s < segments; s += block_size()) {
      store_segment(p, p.first + row, s, -1, -1);
      if (p.plan_masses != nullptr) static_cast<R*>(p.plan_masses)[(p.first + row) * p.plan_masses_stride + s] = R(0);
    }
    if (thread_index() == 0 && p.plan_lengths != nullptr) p.plan_lengths[p.first + row] = int32_t(whole);
    block_barrier();  // the next row's counts are written where slow warps may still be reading
  }
}

}  // namespace gibbs::kernels
