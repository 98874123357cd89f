// The elementary functions of native/device against the C library in extended precision, with the bounds that math.h states.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

#include "device/math.h"

namespace gibbs::tests {
namespace {

namespace dv = gibbs::device;

// Units in the last place of R between a value and the exact one; results below the normal range count in subnormal units.
template <class R>
double ulps(R value, long double exact) {
  if (std::isnan(exact)) return std::isnan(value) ? 0 : HUGE_VAL;
  const R rounded = static_cast<R>(exact);
  if (std::isinf(rounded) || std::isinf(value)) {
    // The last half ulp before infinity may go either way.
    return value == rounded || std::fabs(exact) > std::numeric_limits<R>::max() * (1 - std::numeric_limits<R>::epsilon())
               ? 0
               : HUGE_VAL;
  }
  int exponent;
  std::frexp(rounded, &exponent);
  const int lowest = std::numeric_limits<R>::min_exponent;
  const long double unit = std::ldexp(1.0L, (exponent > lowest ? exponent : lowest) - std::numeric_limits<R>::digits);
  return static_cast<double>(std::fabs(static_cast<long double>(value) - exact) / unit);
}

struct Worst {
  double error = 0;
  double at = 0;
};

// Samples [low, high] evenly, near both ends, and (where 0 is in the interval) over all magnitudes around 0.
template <class R, class F, class G>
Worst worst(R low, R high, F ours, G exact, int samples = 200000) {
  Worst found;
  const auto check = [&](R x) {
    const double error = ulps<R>(ours(x), exact(static_cast<long double>(x)));
    if (!(error <= found.error)) found = {error, static_cast<double>(x)};
  };
  std::mt19937_64 random(12345);
  std::uniform_real_distribution<double> even(low, high),
      magnitude(std::log(1e-30), std::log(std::fmax(std::fabs(low), std::fabs(high))));
  for (int i = 0; i < samples; ++i) {
    check(static_cast<R>(even(random)));
    const R small = static_cast<R>(std::exp(magnitude(random)));
    if (small >= low && small <= high) check(small);
    if (-small >= low && -small <= high) check(-small);
  }
  R a = low, b = high;
  for (int i = 0; i < 1000; ++i) {
    check(a), check(b);
    a = std::nextafter(a, high), b = std::nextafter(b, low);
  }
  return found;
}

// Positive arguments of every binade, with subnormals.
template <class R, class F, class G>
Worst worst_over_binades(F ours, G exact) {
  Worst found;
  std::mt19937_64 random(54321);
  using Bits = typename dv::Exponential<R>::Bits;
  const Bits infinity = dv::bit_cast<Bits>(std::numeric_limits<R>::infinity());
  for (int i = 0; i < 400000; ++i) {
    const R x = dv::bit_cast<R>(static_cast<Bits>(random() % infinity));
    const double error = ulps<R>(ours(x), exact(static_cast<long double>(x)));
    if (!(error <= found.error)) found = {error, static_cast<double>(x)};
  }
  return found;
}

#define EXPECT_WORST(bound, ...)                                                              \
  {                                                                                           \
    const Worst found = __VA_ARGS__;                                                          \
    EXPECT_LE(found.error, bound) << "at " << std::hexfloat << found.at << std::defaultfloat; \
    ::testing::Test::RecordProperty("worst_ulp", std::to_string(found.error));                \
  }

template <class R>
struct DeviceMath : ::testing::Test {
  static constexpr bool is_float = sizeof(R) == 4;
  static constexpr R infinity = std::numeric_limits<R>::infinity();
  static constexpr R nan = std::numeric_limits<R>::quiet_NaN();
};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(DeviceMath, Reals);

TYPED_TEST(DeviceMath, Exp2) {
  using R = TypeParam;
  const R low = this->is_float ? R(-151) : R(-1076), high = this->is_float ? R(128) : R(1024);
  EXPECT_WORST(1.5, worst<R>(
                        low, high, [](R x) { return dv::exp2(x); }, [](long double x) { return std::exp2(x); }));
  EXPECT_EQ(dv::exp2(this->infinity), this->infinity);
  EXPECT_EQ(dv::exp2(-this->infinity), R(0));
  EXPECT_TRUE(std::isnan(dv::exp2(this->nan)));
  EXPECT_EQ(dv::exp2(high), this->infinity);
  for (int n = -20; n <= 20; ++n) EXPECT_EQ(dv::exp2(R(n)), std::ldexp(R(1), n));
}

TYPED_TEST(DeviceMath, Exp) {
  using R = TypeParam;
  const R low = this->is_float ? R(-105) : R(-746), high = this->is_float ? R(89) : R(710);
  EXPECT_WORST(1.5, worst<R>(
                        low, high, [](R x) { return dv::exp(x); }, [](long double x) { return std::exp(x); }));
  EXPECT_EQ(dv::exp(R(0)), R(1));
  EXPECT_EQ(dv::exp(this->infinity), this->infinity);
  EXPECT_EQ(dv::exp(-this->infinity), R(0));
  EXPECT_TRUE(std::isnan(dv::exp(this->nan)));
}

TYPED_TEST(DeviceMath, Expm1) {
  using R = TypeParam;
  const R low = this->is_float ? R(-30) : R(-60), high = this->is_float ? R(88) : R(709);
  EXPECT_WORST(4, worst<R>(
                      low, high, [](R x) { return dv::expm1(x); }, [](long double x) { return std::expm1(x); }));
  EXPECT_WORST(4, worst<R>(
                      R(-1), R(1), [](R x) { return dv::expm1(x); }, [](long double x) { return std::expm1(x); }));
  EXPECT_EQ(dv::expm1(R(0)), R(0));
  EXPECT_EQ(dv::expm1(-this->infinity), R(-1));
  EXPECT_EQ(dv::expm1(this->infinity), this->infinity);
  EXPECT_TRUE(std::isnan(dv::expm1(this->nan)));
}

TYPED_TEST(DeviceMath, Log) {
  using R = TypeParam;
  EXPECT_WORST(1.5, worst_over_binades<R>([](R x) { return dv::log(x); }, [](long double x) { return std::log(x); }));
  EXPECT_WORST(1.5, worst<R>(
                        R(0.5), R(2), [](R x) { return dv::log(x); }, [](long double x) { return std::log(x); }));
  EXPECT_EQ(dv::log(R(1)), R(0));
  EXPECT_EQ(dv::log(R(0)), -this->infinity);
  EXPECT_EQ(dv::log(this->infinity), this->infinity);
  EXPECT_TRUE(std::isnan(dv::log(R(-1))));
  EXPECT_TRUE(std::isnan(dv::log(this->nan)));
}

TYPED_TEST(DeviceMath, Log1p) {
  using R = TypeParam;
  EXPECT_WORST(1.5, worst_over_binades<R>([](R x) { return dv::log1p(x); }, [](long double x) { return std::log1p(x); }));
  EXPECT_WORST(1.5, worst<R>(
                        R(-0.999999), R(3), [](R x) { return dv::log1p(x); }, [](long double x) { return std::log1p(x); }));
  EXPECT_EQ(dv::log1p(R(0)), R(0));
  EXPECT_EQ(dv::log1p(this->infinity), this->infinity);
  EXPECT_EQ(dv::log1p(R(-1)), -this->infinity);
  EXPECT_TRUE(std::isnan(dv::log1p(this->nan)));
}

TYPED_TEST(DeviceMath, Log2) {
  using R = TypeParam;
  // A logarithm times a rounded constant: two more roundings.
  EXPECT_WORST(3, worst_over_binades<R>([](R x) { return dv::log2(x); }, [](long double x) { return std::log2(x); }));
  EXPECT_EQ(dv::log2(R(1)), R(0));
}

TYPED_TEST(DeviceMath, Tanh) {
  using R = TypeParam;
  EXPECT_WORST(3, worst<R>(
                      R(-30), R(30), [](R x) { return dv::tanh(x); }, [](long double x) { return std::tanh(x); }));
  EXPECT_EQ(dv::tanh(R(0)), R(0));
  EXPECT_EQ(dv::tanh(this->infinity), R(1));
  EXPECT_EQ(dv::tanh(-this->infinity), R(-1));
  EXPECT_TRUE(std::isnan(dv::tanh(this->nan)));
}

TEST(DeviceMathPow, Float) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<float> base(0.0f, 1.0f), exponent(0.0f, 8.0f);
  double largest = 0;
  for (int i = 0; i < 200000; ++i) {
    const float x = base(random), y = exponent(random);
    largest = std::fmax(largest, ulps<float>(dv::pow(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y))));
  }
  EXPECT_LE(largest, 0.501);
}

TEST(DeviceMathPow, Double) {
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> base(0.0, 1.0), exponent(0.0, 8.0);
  for (int i = 0; i < 200000; ++i) {
    const double x = base(random), y = exponent(random);
    const long double exact = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    ASSERT_LE(ulps<double>(dv::pow(x, y), exact), 2 + 2 * std::fabs(y * std::log(x))) << x << " ^ " << y;
  }
  EXPECT_EQ(dv::pow(0.0, 0.0), 1.0);
  EXPECT_EQ(dv::pow(0.0, 2.0), 0.0);
  EXPECT_EQ(dv::pow(0.0, -1.0), HUGE_VAL);
  EXPECT_EQ(dv::pow(0.37, 0.0), 1.0);
}

TYPED_TEST(DeviceMath, TheMaximumIgnoresNaN) {
  using R = TypeParam;
  EXPECT_EQ(dv::max_number(R(1), R(2)), R(2));
  EXPECT_EQ(dv::max_number(R(2), R(1)), R(2));
  EXPECT_EQ(dv::max_number(this->nan, R(1)), R(1));
  EXPECT_EQ(dv::max_number(R(1), this->nan), R(1));
  EXPECT_EQ(dv::max_number(-this->infinity, this->nan), -this->infinity);
  EXPECT_TRUE(std::isnan(dv::max_number(this->nan, this->nan)));
}

}  // namespace
}  // namespace gibbs::tests
