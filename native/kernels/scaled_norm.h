// |x|_2 = value 2^exponent, rounded about once in fp64, for entries of any size. Squares of fp32 entries neither overflow nor
// vanish in fp64, so that the exponent is 0; those of fp64 entries are taken of x 2^-exponent, the largest between 1 and 2, and
// added in two words. A NaN entry makes the value NaN, otherwise an infinite one +inf.
#pragma once

#include "device/wide.h"
#include "gibbs/gibbs.h"

namespace gibbs::kernels {

using namespace gibbs::device;

struct ScaledNorm {
  double value;
  int32_t exponent, padding;
};

// x 2^n, n in [-2044, 2046].
GIBBS_DEVICE double scale_by_exponent(double x, int n) { return n == 0 ? x : scale_by_power(x, double(n)); }

// Of an entry before it is squared or multiplied.
template <class R>
GIBBS_DEVICE double scaled_entry(R x, int exponent) {
  if constexpr (sizeof(R) == 4) {
    return double(x);
  } else {
    return scale_by_exponent(x, -exponent);
  }
}

// The largest magnitude's exponent; 0 where there is no use for one: fp32, zeros, NaN, infinity.
template <class R>
GIBBS_DEVICE int norm_exponent(R largest) {
  if constexpr (sizeof(R) == 4) {
    return 0;
  } else {
    const int biased = int(bit_cast<uint64_t>(largest) >> 52) & 0x7ff;
    return largest == 0 || biased == 0x7ff ? 0 : (biased == 0 ? 1 : biased) - 1023;
  }
}

// A sum of products: in two words for fp64 entries; fp32 entries have products exact in fp64, and a plain sum of them is enough.
template <class R>
struct ProductSum;
template <>
struct ProductSum<float> {
  double sum;
};
template <>
struct ProductSum<double> {
  Wide<double> sum;
};
GIBBS_DEVICE ProductSum<float> merge(ProductSum<float> a, ProductSum<float> b) { return {a.sum + b.sum}; }
GIBBS_DEVICE ProductSum<double> merge(ProductSum<double> a, ProductSum<double> b) { return {a.sum + b.sum}; }
GIBBS_DEVICE void add_product(ProductSum<float>& s, double a, double b) { s.sum = fma(a, b, s.sum); }
GIBBS_DEVICE void add_product(ProductSum<double>& s, double a, double b) { s.sum = s.sum + two_product(a, b); }
GIBBS_DEVICE double rounded_sum(ProductSum<float> s) { return s.sum; }
GIBBS_DEVICE double rounded_sum(ProductSum<double> s) { return collapse(s.sum); }

GIBBS_DEVICE double root_of_sum(ProductSum<float> s) { return square_root(s.sum); }
GIBBS_DEVICE double root_of_sum(ProductSum<double> s) {
  const double root = square_root(s.sum.high);
  if (!(root > 0)) return root;
  return root + (fma(-root, root, s.sum.high) + s.sum.low) / (2 * root);  // a Newton step takes the lower word in
}

GIBBS_DEVICE uint8_t norm_status(const ScaledNorm& n) {
  return uint8_t(is_nan(n.value) ? GIBBS_ROW_NOT_A_NUMBER : is_infinite(n.value) ? GIBBS_ROW_PLUS_INFINITY : GIBBS_ROW_OK);
}

// The largest magnitude of some entries, and whether one is a NaN.
template <class R>
struct LargestEntry {
  R magnitude;
  uint32_t nan, padding[sizeof(R) == 8 ? 1 : 2];
};
template <class R>
GIBBS_DEVICE LargestEntry<R> merge(LargestEntry<R> a, LargestEntry<R> b) {
  return {max_number(a.magnitude, b.magnitude), a.nan | b.nan, {}};
}

// As a real, which may overflow; and held below infinity, for what is multiplied later.
template <class R>
GIBBS_DEVICE R held(double x) {
  const double largest = double(Limits<R>::largest());
  return R(x > largest ? largest : x < -largest ? -largest : x);
}

}  // namespace gibbs::kernels
