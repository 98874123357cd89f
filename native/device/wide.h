// A number carried in two words: value = high + low, |low| at most half a unit in the last place of high. Sums and thresholds of
// projections need it: over 2^20 entries an error of one rounding in tau shows 2^20 times in the sum. The error-free
// transformations are Dekker's (1971) and Knuth's (1969); -ffp-contract=off keeps them whole.
#pragma once

#include "device/math.h"
#include "device/reduce.h"

namespace gibbs::device {

template <class R>
struct Wide {
  R high, low;
};

template <class R>
GIBBS_DEVICE Wide<R> wide(R value) {
  return {value, R(0)};
}
template <class R>
GIBBS_DEVICE Wide<R> wide_count(int32_t count) {  // exact where R is float too
  const R high = R(count);
  return {high, R(count - int32_t(high))};
}

// a + b = high + low exactly, |a| >= |b|.
template <class R>
GIBBS_DEVICE Wide<R> quick_two_sum(R a, R b) {
  const R sum = a + b;
  return {sum, b - (sum - a)};
}
// a + b = high + low exactly.
template <class R>
GIBBS_DEVICE Wide<R> two_sum(R a, R b) {
  const R sum = a + b, part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}
// a b = high + low exactly.
template <class R>
GIBBS_DEVICE Wide<R> two_product(R a, R b) {
  const R product = a * b;
  return {product, fma(a, b, -product)};
}

template <class R>
GIBBS_DEVICE Wide<R> operator+(Wide<R> a, R b) {
  const Wide<R> sum = two_sum(a.high, b);
  return quick_two_sum(sum.high, sum.low + a.low);
}
template <class R>
GIBBS_DEVICE Wide<R> operator+(Wide<R> a, Wide<R> b) {
  const Wide<R> high = two_sum(a.high, b.high), low = two_sum(a.low, b.low);
  const Wide<R> sum = quick_two_sum(high.high, high.low + low.high);
  return quick_two_sum(sum.high, sum.low + low.low);
}
template <class R>
GIBBS_DEVICE Wide<R> operator-(Wide<R> a) {
  return {-a.high, -a.low};
}
template <class R>
GIBBS_DEVICE Wide<R> operator-(Wide<R> a, R b) {
  return a + (-b);
}
template <class R>
GIBBS_DEVICE Wide<R> operator-(Wide<R> a, Wide<R> b) {
  return a + (-b);
}
template <class R>
GIBBS_DEVICE Wide<R> operator*(Wide<R> a, R b) {
  const Wide<R> product = two_product(a.high, b);
  return quick_two_sum(product.high, fma(a.low, b, product.low));
}
template <class R>
GIBBS_DEVICE Wide<R> operator/(Wide<R> a, Wide<R> b) {
  const R first = a.high / b.high;
  const Wide<R> rest = a - b * first;
  const R second = rest.high / b.high;
  const Wide<R> rest2 = rest - b * second;
  return quick_two_sum(first, second) + rest2.high / b.high;
}

template <class R>
GIBBS_DEVICE bool operator<(Wide<R> a, Wide<R> b) {
  return a.high < b.high || (a.high == b.high && a.low < b.low);
}
template <class R>
GIBBS_DEVICE bool operator==(Wide<R> a, Wide<R> b) {
  return a.high == b.high && a.low == b.low;
}

template <class R>
GIBBS_DEVICE R collapse(Wide<R> a) {
  return a.high + a.low;
}
template <class R>
GIBBS_DEVICE double to_double(Wide<R> a) {
  return double(a.high) + double(a.low);
}
template <class R>
GIBBS_DEVICE Wide<R> wide_from(double value) {
  const R high = R(value);
  return {high, R(value - double(high))};
}

// (a - tau) with tau in two words: what an entry keeps above a threshold.
template <class R>
GIBBS_DEVICE R above(R a, Wide<R> tau) {
  return (a - tau.high) - tau.low;
}

}  // namespace gibbs::device
