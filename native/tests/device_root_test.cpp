// Numbers in two words (wide.h), ordinals and the safeguarded root (threshold_root.h).
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "kernels/threshold_root.h"

namespace gibbs::tests {
namespace {

namespace dv = gibbs::device;
namespace kn = gibbs::kernels;

// float pairs are exact in long double, up to products.
long double exact(dv::Wide<float> a) { return static_cast<long double>(a.high) + static_cast<long double>(a.low); }

TEST(Wide, SumsAndProductsOfFloatsLoseNothing) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<float> size(-20.0f, 20.0f), sign(-1.0f, 1.0f);
  for (int i = 0; i < 20000; ++i) {
    const float a = std::ldexp(sign(random), int(size(random))), b = std::ldexp(sign(random), int(size(random)));
    EXPECT_EQ(exact(dv::two_sum(a, b)), static_cast<long double>(a) + static_cast<long double>(b));
    EXPECT_EQ(exact(dv::two_product(a, b)), static_cast<long double>(a) * static_cast<long double>(b));
  }
}

TEST(Wide, AMillionTermsSumToTwiceThePrecision) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<float> term(-1.0f, 0.0f);
  dv::Wide<float> sum = {0, 0};
  long double direct = 0;
  for (int i = 0; i < 1 << 20; ++i) {
    const float x = term(random);
    sum = sum + x;
    direct += static_cast<long double>(x);
  }
  EXPECT_LE(std::fabs(exact(sum) - direct), 1e-8L * std::fabs(direct));
  const dv::Wide<float> mean = sum / dv::wide_count<float>(1 << 20);
  EXPECT_LE(std::fabs(exact(mean) - direct / (1 << 20)), 1e-8L * std::fabs(direct / (1 << 20)));
}

TEST(Wide, CountsAreExact) {
  for (const int32_t count : {0, 1, (1 << 24) + 1, (1 << 30) + 7, std::numeric_limits<int32_t>::max() - 4095})
    EXPECT_EQ(exact(dv::wide_count<float>(count)), static_cast<long double>(count));
}

TEST(Ordinals, OrderAsFloatsDoAndComeBack) {
  const float values[] = {-std::numeric_limits<float>::infinity(), -3e38f, -1.0f, -1e-45f, 0.0f, 1e-45f, 1e-38f, 1.0f, 3e38f,
                          std::numeric_limits<float>::infinity()};
  for (size_t i = 0; i + 1 < std::size(values); ++i) {
    EXPECT_LT(kn::ordinal(values[i]), kn::ordinal(values[i + 1]));
    EXPECT_EQ(kn::from_ordinal(kn::ordinal(values[i])), values[i]);
    const float mid = kn::middle(values[i], values[i + 1]);
    EXPECT_LE(values[i], mid);
    EXPECT_LE(mid, values[i + 1]);
  }
  EXPECT_EQ(kn::ordinal(-0.0f), kn::ordinal(0.0f));
}

// A step that never offers a next point leaves only the halving of the bracket: it ends after as many steps as a float has bits.
TEST(MonotoneRoot, HalvingAloneEndsAtTheRoot) {
  for (const float root : {1e-40f, 3.5e-12f, 0.25f, 7e20f}) {
    int steps = 0;
    const auto tau = kn::monotone_root(0.0f, 1e30f, 0.0f, [&](dv::Wide<float> at) {
      ++steps;
      return kn::RootStep<float>{at.high < root ? 1 : at.high > root ? -1 : 0, 0, at};
    });
    EXPECT_EQ(tau.high, root);
    EXPECT_LE(steps, 34);
  }
}

// Steps that point to the far end of the bracket, always: the halving at every eighth step still ends it.
TEST(MonotoneRoot, MisleadingStepsAreOverruled) {
  int steps = 0;
  const float root = 0.3f;
  const auto tau = kn::monotone_root(-1.0f, 1.0f, -1.0f, [&](dv::Wide<float> at) {
    ++steps;
    const float next = at.high < root ? std::nextafter(at.high, 2.0f) : std::nextafter(at.high, -2.0f);
    return kn::RootStep<float>{at.high < root ? 1 : at.high > root ? -1 : 0, 1, dv::wide(next)};
  });
  EXPECT_EQ(tau.high, root);
  EXPECT_LE(steps, 8 * 34);
}

// The simplex on geometric data, each Newton step of which drops few entries.
TEST(MonotoneRoot, SimplexOfGeometricEntriesSumsToOne) {
  constexpr int n = 200;
  double d[n];
  for (int j = 0; j < n; ++j) d[j] = -std::ldexp(1.0, -j / 4) * (j % 4 + 1) / 4;
  d[0] = 0;
  const auto tau = kn::monotone_root(-1.0, 0.0, -1.0, [&](dv::Wide<double> at) {
    kn::LineSums<double> line = {{0, 0}, {0, 0}};
    for (const double x : d) kn::add_to_line(line, at, x, 1.0, 0.0, std::numeric_limits<double>::infinity());
    return kn::line_step(line, 1.0, at);
  });
  long double sum = 0;
  for (const double x : d) sum += std::fmax(0.0, dv::above(x, tau));
  EXPECT_NEAR(static_cast<double>(sum), 1.0, 2e-16);
}

}  // namespace
}  // namespace gibbs::tests
