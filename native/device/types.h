// Storage types and their conversion to the arithmetic type: fp32 for float32, float16 and bfloat16, fp64 for float64.
// Conversions up are exact; conversions down round to nearest even, once.
#pragma once

#include "device/platform.h"

namespace gibbs::device {

struct float16 {
  uint16_t bits;
};
struct bfloat16 {
  uint16_t bits;
};

template <class T>
constexpr bool is_bfloat16 = false;
template <>
constexpr bool is_bfloat16<bfloat16> = true;

template <class T>
struct RealOf {
  using type = float;
};
template <>
struct RealOf<double> {
  using type = double;
};
template <class T>
using Real = typename RealOf<T>::type;

template <class R>
struct Limits;
template <>
struct Limits<float> {
  static GIBBS_DEVICE float infinity() { return bit_cast<float>(0x7f800000u); }
  static GIBBS_DEVICE float nan() { return bit_cast<float>(0x7fc00000u); }
  static GIBBS_DEVICE float largest() { return 3.402823466e+38f; }
};
template <>
struct Limits<double> {
  static GIBBS_DEVICE double infinity() { return bit_cast<double>(uint64_t(0x7ff) << 52); }
  static GIBBS_DEVICE double nan() { return bit_cast<double>(uint64_t(0xfff) << 51); }
  static GIBBS_DEVICE double largest() { return 1.7976931348623157e+308; }
};

template <class R>
GIBBS_DEVICE bool is_nan(R x) {
  return x != x;
}
template <class R>
GIBBS_DEVICE bool is_infinite(R x) {
  return x == Limits<R>::infinity() || x == -Limits<R>::infinity();
}

GIBBS_DEVICE float to_real(float x) { return x; }
GIBBS_DEVICE double to_real(double x) { return x; }
GIBBS_DEVICE float to_real(bfloat16 x) { return bit_cast<float>(uint32_t(x.bits) << 16); }

#if defined(GIBBS_EMULATED)

GIBBS_DEVICE float to_real(float16 x) {
  const uint32_t sign = uint32_t(x.bits & 0x8000u) << 16, magnitude = x.bits & 0x7fffu;
  if (magnitude >= 0x7c00u) return bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  // Multiplying by 2^112 moves the exponent and normalises subnormals, exactly.
  return bit_cast<float>(sign | bit_cast<uint32_t>(bit_cast<float>(magnitude << 13) * 5.192296858534828e+33f));
}

GIBBS_DEVICE float16 to_float16(float x) {
  const uint32_t bits = bit_cast<uint32_t>(x), magnitude = bits & 0x7fffffffu;
  const uint16_t sign = uint16_t(bits >> 16 & 0x8000u);
  if (magnitude > 0x7f800000u) return {uint16_t(0x7fffu)};
  if (magnitude >= 0x477ff000u) return {uint16_t(sign | 0x7c00u)};               // 65520 and above round to infinity
  if (magnitude < 0x38800000u) {                                                 // subnormal: units of 2^-24
    const float scaled = bit_cast<float>(magnitude) * 16777216.0f + 8388608.0f;  // the addition rounds to nearest even
    return {uint16_t(sign | (bit_cast<uint32_t>(scaled) & 0x7ffu))};
  }
  const uint32_t rounded = magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1u);
  return {uint16_t(sign | rounded >> 13)};
}

GIBBS_DEVICE bfloat16 to_bfloat16(float x) {
  const uint32_t bits = bit_cast<uint32_t>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return {uint16_t(0x7fffu)};
  return {uint16_t((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16)};
}

#else

GIBBS_DEVICE float to_real(float16 x) {
  float result;
  asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(x.bits));
  return result;
}
GIBBS_DEVICE float16 to_float16(float x) {
  float16 result;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(result.bits) : "f"(x));
  return result;
}
GIBBS_DEVICE bfloat16 to_bfloat16(float x) {
  bfloat16 result;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result.bits) : "f"(x));
  return result;
}

#endif

// Two 16-bit elements in a word: rounding two values, and the elementwise maximum, in which a NaN loses.
#if defined(GIBBS_EMULATED)
template <class T>
GIBBS_DEVICE T rounded(float x);
template <>
GIBBS_DEVICE float16 rounded<float16>(float x) {
  return to_float16(x);
}
template <>
GIBBS_DEVICE bfloat16 rounded<bfloat16>(float x) {
  return to_bfloat16(x);
}
template <class T>
GIBBS_DEVICE uint32_t to_halves(float low, float high) {
  return uint32_t(rounded<T>(low).bits) | uint32_t(rounded<T>(high).bits) << 16;
}
template <class T>
GIBBS_DEVICE uint16_t maximum_half(uint32_t a, uint32_t b) {
  const float x = to_real(T{uint16_t(a)}), y = to_real(T{uint16_t(b)});
  return x < y || x != x ? uint16_t(b) : uint16_t(a);
}
template <class T>
GIBBS_DEVICE uint32_t maximum_halves(uint32_t a, uint32_t b) {
  return uint32_t(maximum_half<T>(a, b)) | uint32_t(maximum_half<T>(a >> 16, b >> 16)) << 16;
}
#else
template <class T>
GIBBS_DEVICE uint32_t to_halves(float low, float high) {
  uint32_t result;
  if constexpr (is_bfloat16<T>) {
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(result) : "f"(high), "f"(low));
  } else {
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(result) : "f"(high), "f"(low));
  }
  return result;
}
template <class T>
GIBBS_DEVICE uint32_t maximum_halves(uint32_t a, uint32_t b) {
  uint32_t result;
  if constexpr (is_bfloat16<T>) {
    asm("max.bf16x2 %0, %1, %2;" : "=r"(result) : "r"(a), "r"(b));
  } else {
    asm("max.f16x2 %0, %1, %2;" : "=r"(result) : "r"(a), "r"(b));
  }
  return result;
}
#endif

template <class T>
struct From;
template <>
struct From<float> {
  static GIBBS_DEVICE float real(float x) { return x; }
};
template <>
struct From<double> {
  static GIBBS_DEVICE double real(double x) { return x; }
};
template <>
struct From<float16> {
  static GIBBS_DEVICE float16 real(float x) { return to_float16(x); }
};
template <>
struct From<bfloat16> {
  static GIBBS_DEVICE bfloat16 real(float x) { return to_bfloat16(x); }
};

}  // namespace gibbs::device
