// Conversions between storage types and fp32, bit by bit.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "device/types.h"

namespace gibbs::tests {
namespace {

namespace dv = gibbs::device;

// The value of a 16-bit float with the given number of mantissa bits, from its definition.
double value_of(uint16_t bits, int mantissa_bits) {
  const int exponent_bits = 15 - mantissa_bits, bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = (bits & 0x7FFF) >> mantissa_bits, mantissa = bits & ((1 << mantissa_bits) - 1);
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == (1 << exponent_bits) - 1) return mantissa != 0 ? std::nan("") : sign * HUGE_VAL;
  if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
  return sign * std::ldexp((1 << mantissa_bits) + mantissa, exponent - bias - mantissa_bits);
}

template <class T>
constexpr int mantissa_bits = 0;
template <>
constexpr int mantissa_bits<dv::float16> = 10;
template <>
constexpr int mantissa_bits<dv::bfloat16> = 7;

template <class T>
uint16_t narrow(float value) {
  return dv::From<T>::real(value).bits;
}

template <class T>
struct HalfTypes : ::testing::Test {};
using Halves = ::testing::Types<dv::float16, dv::bfloat16>;
TYPED_TEST_SUITE(HalfTypes, Halves);

TYPED_TEST(HalfTypes, EveryValueWidensExactlyAndComesBack) {
  for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
    const float wide = dv::to_real(TypeParam{static_cast<uint16_t>(bits)});
    const double expected = value_of(static_cast<uint16_t>(bits), mantissa_bits<TypeParam>);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(wide)) << bits;
      ASSERT_TRUE(std::isnan(value_of(narrow<TypeParam>(wide), mantissa_bits<TypeParam>))) << bits;
      continue;
    }
    ASSERT_EQ(static_cast<double>(wide), expected) << bits;
    ASSERT_EQ(std::signbit(wide), (bits & 0x8000) != 0) << bits;
    ASSERT_EQ(narrow<TypeParam>(wide), bits);
  }
}

// Around every value: its neighbour's midpoint goes to the even one, a hair to either side goes to the nearer one.
TYPED_TEST(HalfTypes, HalfwayCasesRoundToEven) {
  const unsigned infinity = ((1u << (15 - mantissa_bits<TypeParam>)) - 1) << mantissa_bits<TypeParam>;
  for (unsigned bits = 0; bits + 1 < infinity; ++bits) {
    const double low = value_of(static_cast<uint16_t>(bits), mantissa_bits<TypeParam>);
    const double high = value_of(static_cast<uint16_t>(bits + 1), mantissa_bits<TypeParam>);
    const float middle = static_cast<float>((low + high) / 2);
    ASSERT_EQ(static_cast<double>(middle), (low + high) / 2);  // exact in fp32
    const unsigned even = bits % 2 == 0 ? bits : bits + 1;
    ASSERT_EQ(narrow<TypeParam>(middle), even) << bits;
    ASSERT_EQ(narrow<TypeParam>(std::nextafter(middle, 0.0f)), bits) << bits;
    ASSERT_EQ(narrow<TypeParam>(std::nextafter(middle, HUGE_VALF)), bits + 1) << bits;
    ASSERT_EQ(narrow<TypeParam>(-middle), even | 0x8000u) << bits;
  }
}

TYPED_TEST(HalfTypes, OverflowAndSpecialValues) {
  const uint16_t infinity = static_cast<uint16_t>(((1u << (15 - mantissa_bits<TypeParam>)) - 1) << mantissa_bits<TypeParam>);
  const double largest = value_of(static_cast<uint16_t>(infinity - 1), mantissa_bits<TypeParam>);
  const double previous = value_of(static_cast<uint16_t>(infinity - 2), mantissa_bits<TypeParam>);
  const float threshold = static_cast<float>(largest + (largest - previous) / 2);  // halfway to what would come next
  EXPECT_EQ(narrow<TypeParam>(threshold), infinity);
  EXPECT_EQ(narrow<TypeParam>(std::nextafter(threshold, 0.0f)), infinity - 1);
  EXPECT_EQ(narrow<TypeParam>(HUGE_VALF), infinity);
  EXPECT_EQ(narrow<TypeParam>(-HUGE_VALF), infinity | 0x8000);
  EXPECT_TRUE(std::isnan(dv::to_real(dv::From<TypeParam>::real(std::nanf("")))));
  EXPECT_TRUE(std::isnan(dv::to_real(dv::From<TypeParam>::real(-std::nanf("")))));
  EXPECT_EQ(narrow<TypeParam>(0.0f), 0);
  EXPECT_EQ(narrow<TypeParam>(-0.0f), 0x8000);
}

// Any fp32 value goes to the nearest of its two neighbours among the narrow values.
TYPED_TEST(HalfTypes, RandomValuesRoundToNearest) {
  std::mt19937 random(3);
  for (int i = 0; i < 300000; ++i) {
    const float wide = dv::bit_cast<float>(static_cast<uint32_t>(random()));
    if (std::isnan(wide)) continue;
    const uint16_t bits = narrow<TypeParam>(wide);
    const double got = value_of(bits, mantissa_bits<TypeParam>), exact = wide;
    if (std::isinf(got)) continue;  // tested above
    const double below = value_of(static_cast<uint16_t>((bits & 0x7FFF) == 0 ? bits : bits - 1), mantissa_bits<TypeParam>);
    const double above = value_of(static_cast<uint16_t>(bits + 1), mantissa_bits<TypeParam>);
    const double error = std::fabs(got - exact);
    ASSERT_LE(error, std::fabs(below - exact)) << wide;
    ASSERT_LE(error, std::fabs(above - exact)) << wide;
    ASSERT_EQ(std::signbit(got), std::signbit(exact));
  }
}

TEST(DeviceTypes, RealIsTheArithmeticType) {
  EXPECT_TRUE((std::is_same<dv::Real<float>, float>::value));
  EXPECT_TRUE((std::is_same<dv::Real<double>, double>::value));
  EXPECT_TRUE((std::is_same<dv::Real<dv::float16>, float>::value));
  EXPECT_TRUE((std::is_same<dv::Real<dv::bfloat16>, float>::value));
}

}  // namespace
}  // namespace gibbs::tests
