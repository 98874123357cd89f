// Elementary functions in fp32 and fp64, since clang brings no device math library and the emulator must mean the same. Written
// for -ffp-contract=off: every fused multiply-add is asked for by name, so that a function gives the same bits wherever it is
// inlined.
//
// Accuracy (tested on the emulator against the C library): exp2, exp, log, log1p below 1.5 ulp, tanh below 3, expm1 below 4; pow
// in fp64 loses |y log x| / 2 ulp, in fp32 it is rounded correctly but for rare ties. exp2_fast is the hardware approximation in
// fp32 (2 ulp plus the rounding of its argument, subnormal results may flush to zero).
#pragma once

#include "device/types.h"

namespace gibbs::device {

#if defined(__NVCC__)
GIBBS_DEVICE float fma(float a, float b, float c) { return __fmaf_rn(a, b, c); }
GIBBS_DEVICE double fma(double a, double b, double c) { return __fma_rn(a, b, c); }
#else
GIBBS_DEVICE float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
GIBBS_DEVICE double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
#endif

// IEEE maximumNumber: a NaN loses, so that it cannot hide a row's maximum.
#if defined(GIBBS_EMULATED)
template <class R>
GIBBS_DEVICE R max_number(R a, R b) {
  return (a < b || a != a) ? b : a;
}
#else
GIBBS_DEVICE float max_number(float a, float b) {
  float result;
  asm("max.f32 %0, %1, %2;" : "=f"(result) : "f"(a), "f"(b));
  return result;
}
GIBBS_DEVICE double max_number(double a, double b) {
  double result;
  asm("max.f64 %0, %1, %2;" : "=d"(result) : "d"(a), "d"(b));
  return result;
}
#endif

// |x|; that of -0 is +0.
template <class R>
GIBBS_DEVICE R absolute(R x) {
  return x < 0 ? -x : x + R(0);
}

// Correctly rounded.
#if defined(GIBBS_EMULATED)
GIBBS_DEVICE float square_root(float x) { return __builtin_sqrtf(x); }
GIBBS_DEVICE double square_root(double x) { return __builtin_sqrt(x); }
#else
GIBBS_DEVICE float square_root(float x) {
  float result;
  asm("sqrt.rn.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}
GIBBS_DEVICE double square_root(double x) {
  double result;
  asm("sqrt.rn.f64 %0, %1;" : "=d"(result) : "d"(x));
  return result;
}
#endif

// c0 + x (c1 + x (c2 + …)).
template <class R>
GIBBS_DEVICE R horner(R, R c) {
  return c;
}
template <class R, class... Rest>
GIBBS_DEVICE R horner(R x, R c, Rest... rest) {
  return fma(x, horner(x, R(rest)...), c);
}

template <class R>
struct Exponential;  // e^x: x = n ln 2 + t, |t| <= ln 2 / 2
template <>
struct Exponential<float> {
  using Bits = uint32_t;
  static constexpr int mantissa_bits = 23, bias = 127;
  static constexpr float lowest = -104.0f, highest = 88.8f, lowest2 = -150.0f, highest2 = 128.0f;  // of exp and exp2
  static constexpr float ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
  static constexpr float round_bias = 12582912.0f;  // 1.5 * 2^23
  // e^t - 1 by its Taylor series, enough for |t| <= 0.35.
  static GIBBS_DEVICE float expm1_series(float t) {
    return fma(t * t, horner(t, 0.5f, 1.0f / 6, 1.0f / 24, 1.0f / 120, 1.0f / 720, 1.0f / 5040), t);
  }
};
template <>
struct Exponential<double> {
  using Bits = uint64_t;
  static constexpr int mantissa_bits = 52, bias = 1023;
  static constexpr double lowest = -745.2, highest = 709.79, lowest2 = -1075.0, highest2 = 1024.0;
  static constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  static constexpr double round_bias = 6755399441055744.0;  // 1.5 * 2^52
  static GIBBS_DEVICE double expm1_series(double t) {
    return fma(t * t,
               horner(t, 0.5, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
                      1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0),
               t);
  }
};

// To the nearest integer, |x| small: the addition rounds away what lies behind the point.
template <class R>
GIBBS_DEVICE R round_small(R x) {
  return (x + Exponential<R>::round_bias) - Exponential<R>::round_bias;
}

// 2^e for a normal result.
template <class R>
GIBBS_DEVICE R power_of_two(int e) {
  using E = Exponential<R>;
  return bit_cast<R>(typename E::Bits(e + E::bias) << E::mantissa_bits);
}

// x 2^n in two steps, so that results reach the subnormals and the last binade.
template <class R>
GIBBS_DEVICE R scale_by_power(R x, R n) {
  const int e = int(n), half = e / 2;
  return x * power_of_two<R>(half) * power_of_two<R>(e - half);
}

template <class R>
GIBBS_DEVICE R exp2(R x) {
  using E = Exponential<R>;
  if (!(x > E::lowest2)) return is_nan(x) ? x : R(0);
  if (x >= E::highest2) return Limits<R>::infinity();
  const R n = round_small(x);
  const R t = (x - n) * R(0.693147180559945309417232);
  return scale_by_power(R(1) + E::expm1_series(t), n);
}

template <class R>
GIBBS_DEVICE R exp(R x) {
  using E = Exponential<R>;
  if (!(x > E::lowest)) return is_nan(x) ? x : R(0);
  if (x > E::highest) return Limits<R>::infinity();
  const R n = round_small(x * R(1.44269504088896340735992));
  const R t = fma(-n, E::ln2_low, fma(-n, E::ln2_high, x));
  return scale_by_power(R(1) + E::expm1_series(t), n);
}

template <class R>
GIBBS_DEVICE R expm1(R x) {
  if (absolute(x) < R(0.35)) return Exponential<R>::expm1_series(x);
  return exp(x) - R(1);
}

// 2 atanh(s) / s - 2 as a series in q = s^2, |s| <= 0.1716.
GIBBS_DEVICE float atanh_series(float q) { return q * horner(q, 2.0f / 3, 2.0f / 5, 2.0f / 7, 2.0f / 9); }
GIBBS_DEVICE double atanh_series(double q) {
  return q * horner(q, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21);
}

// log(x (1 + c)) for a relative correction c of at most a few ulp.
template <class R>
GIBBS_DEVICE R log_corrected(R x, R correction) {
  using E = Exponential<R>;
  if (is_nan(x) || x < 0) return Limits<R>::nan();
  if (x == 0) return -Limits<R>::infinity();
  if (x == Limits<R>::infinity()) return x;
  int k = 0;
  if (x < power_of_two<R>(1 - E::bias)) {  // subnormal
    x *= power_of_two<R>(E::mantissa_bits + 1);
    k = -(E::mantissa_bits + 1);
  }
  const typename E::Bits bits = bit_cast<typename E::Bits>(x);
  k += int(bits >> E::mantissa_bits) - E::bias;
  const typename E::Bits one = typename E::Bits(E::bias) << E::mantissa_bits;
  R m = bit_cast<R>((bits & ((typename E::Bits(1) << E::mantissa_bits) - 1)) | one);
  if (m > R(1.41421356)) {
    m *= R(0.5);
    k += 1;
  }
  const R f = m - R(1), n = R(k);
  const R s = f / (R(2) + f);
  // log m = 2 atanh(s) = f - s (f - series): f is exact and dominates.
  const R low = fma(-s, f - atanh_series(s * s), fma(n, E::ln2_low, correction));
  return fma(n, E::ln2_high, f + low);
}

template <class R>
GIBBS_DEVICE R log(R x) {
  return log_corrected(x, R(0));
}

// log(1 + x), x > -1, relative to itself: the rounding of 1 + x is handed on as a correction.
template <class R>
GIBBS_DEVICE R log1p(R x) {
  const R u = R(1) + x;
  if (u == Limits<R>::infinity() || is_nan(u)) return u;
  const R lost = x >= R(1) ? R(1) - (u - x) : x - (u - R(1));
  return u == R(1) ? x : log_corrected(u, lost / u);
}

template <class R>
GIBBS_DEVICE R log2(R x) {
  return log(x) * R(1.44269504088896340735992);
}

// |x| -> (1 - e) / (1 + e) with e = exp(-2|x|), by expm1 for relative accuracy near 0.
template <class R>
GIBBS_DEVICE R tanh(R x) {
  const R t = expm1(R(-2) * absolute(x));
  const R magnitude = -t / (t + R(2));
  return x < 0 ? -magnitude : magnitude;
}

// x^y for x >= 0, y finite; 0^0 = 1. In fp64 for fp32 arguments: per-row scalars only.
GIBBS_DEVICE double pow(double x, double y) {
  if (y == 0) return 1;
  if (x == 0) return y > 0 ? 0 : Limits<double>::infinity();
  return exp(y * log(x));
}
GIBBS_DEVICE float pow(float x, float y) { return float(pow(double(x), double(y))); }

#if defined(GIBBS_EMULATED)
GIBBS_DEVICE float exp2_fast(float x) { return exp2(x); }
#else
GIBBS_DEVICE float exp2_fast(float x) {
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}
#endif
GIBBS_DEVICE double exp2_fast(double x) { return exp2(x); }

}  // namespace gibbs::device
