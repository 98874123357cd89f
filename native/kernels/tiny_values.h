// A small matrix's entries and targets as the kernels read them: logits with their noise, x + s G, and a_i, b_j as given or what
// stands for those that are absent:
//
//   both absent: a = 1, b = rows / columns        one absent: the other's sum over its own number of lines
#pragma once

#include "device/reduce.h"
#include "gibbs/sinkhorn.h"
#include "kernels/gumbel.h"
#include "kernels/tiny_parameters.h"

namespace gibbs::kernels {

template <class T>
GIBBS_DEVICE Real<T> tiny_value(const TinyParameters& p, int64_t matrix, int e) {
  const Real<T> given = to_real(static_cast<const T*>(p.values)[matrix * p.values_stride + e]);
  if (p.noise_scale == 0) return given;
  const uint64_t number = uint64_t(matrix + p.matrix_offset);
  const PhiloxWords words = philox({uint32_t(e) / 4, uint32_t(number), uint32_t(number >> 32), p.step}, p.seed);
  return fma(Real<T>(p.noise_scale), Real<T>(gumbel(words.word(e))), given);
}

template <class R>
struct TinyTargets {
  const R *rows, *columns;       // null where absent
  double row_mean, column_mean;  // what stands for absent ones
  bool valid;

  GIBBS_DEVICE TinyTargets(const TinyParameters& p, int64_t matrix) {
    rows = static_cast<const R*>(p.row_targets);
    columns = static_cast<const R*>(p.column_targets);
    if (rows != nullptr) rows += matrix * p.row_targets_stride;
    if (columns != nullptr) columns += matrix * p.column_targets_stride;
    double a = rows != nullptr ? sum(rows, p.rows) : double(p.rows), b = columns != nullptr ? sum(columns, p.columns) : a;
    if (rows == nullptr && columns != nullptr) a = b;
    row_mean = rows == nullptr && columns == nullptr ? 1 : a / p.rows;
    column_mean = b / p.columns;
    valid = a > 0 && b > 0 && absolute(a - b) <= 1e-5 * a && a < Limits<double>::infinity();
  }

  GIBBS_DEVICE double row(int i) const { return rows != nullptr ? double(rows[i]) : row_mean; }
  GIBBS_DEVICE double column(int j) const { return columns != nullptr ? double(columns[j]) : column_mean; }

 private:
  // NaN where a target is negative or not a number.
  static GIBBS_DEVICE double sum(const R* targets, int count) {
    double total = 0;
    GIBBS_UNROLL_BY(1)
    for (int i = 0; i < count; ++i) total += targets[i] >= 0 ? double(targets[i]) : Limits<double>::nan();
    return total;
  }
};

// The least scaling that is trusted: its square times the number of entries is above what underflows, relative to a sum.
template <class R>
GIBBS_DEVICE R tiny_least() {
  return sizeof(R) == 4 ? R(0x1p-40) : R(0x1p-400);
}

// Whether a scaling may be trusted; lines of target 0 have none.
template <class R>
GIBBS_DEVICE bool tiny_in_range(R scaling, R target) {
  return target == 0 || (scaling > tiny_least<R>() && scaling < 1 / tiny_least<R>());
}

GIBBS_DEVICE uint32_t lanes_or(uint32_t bits, unsigned width = kWarp) {
  for (unsigned o = 1; o < width; o *= 2) bits |= shuffle_xor(bits, o);
  return bits;
}

// What was seen of a matrix on the way, a bit each.
constexpr uint32_t kTinyNonFinite = 1, kTinyNegative = 2, kTinyUntrusted = 4;

template <class R>
GIBBS_DEVICE uint32_t tiny_look(const TinyParameters& p, R x) {
  return (x < Limits<R>::infinity() ? 0 : kTinyNonFinite) | (p.positive && x < 0 ? kTinyNegative : 0);
}

// The status of a matrix that scalings do not answer; converged: the log domain may.
GIBBS_DEVICE gibbs_transport_status tiny_refusal(const TinyParameters& p, bool valid, uint32_t seen) {
  if (!valid || (seen & kTinyNegative) != 0) return GIBBS_TRANSPORT_INVALID_INPUT;
  if ((seen & kTinyNonFinite) != 0) return GIBBS_TRANSPORT_NON_FINITE;
  return p.damped ? GIBBS_TRANSPORT_INFEASIBLE : GIBBS_TRANSPORT_CONVERGED;
}

}  // namespace gibbs::kernels
