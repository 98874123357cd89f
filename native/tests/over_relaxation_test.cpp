// What adaptive over-relaxation answers to errors and dual values that are made up; its safeguard, which few real problems reach.
#include "kernels/over_relaxation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace gibbs::tests {

namespace {

constexpr int kSteps = 5;

double steps(kernels::OverRelaxation& relaxation, double& error, double rate) {
  double omega = 0;
  for (int step = 0; step < kSteps; ++step) {
    error *= rate;
    omega = relaxation.next(error, 1, 1e-6);
  }
  return omega;
}

}  // namespace

TEST(OverRelaxation, YoungsRelationOscillationAndGrowth) {
  kernels::OverRelaxation relaxation;
  double error = 1;
  EXPECT_EQ(relaxation.next(error, 1, 1e-6), 1);
  const double omega = steps(relaxation, error, 0.99);
  EXPECT_NEAR(omega, 1 + 0.98 * (2 / (1 + std::sqrt(1 - 0.99)) - 1), 1e-12);
  const double shrunk = steps(relaxation, error, omega - 1);
  EXPECT_NEAR(shrunk, 1 + 0.85 * (omega - 1), 1e-12);
  EXPECT_NEAR(steps(relaxation, error, 1.1), 1 + (shrunk - 1) / 2, 1e-12);
}

TEST(OverRelaxation, ADualThatFallsIsMetByPlainStepsAndBoundsOmega) {
  kernels::OverRelaxation relaxation;
  double error = 1;
  relaxation.next(error, 1, 1e-6);
  const double omega = steps(relaxation, error, 0.99);
  EXPECT_EQ(relaxation.next(error, 0.999, 2e-3), omega) << "within the rounding";
  for (int step = 0; step < 4; ++step) EXPECT_EQ(relaxation.next(error, 0, 1e-6), 1) << "step " << step;
  // The same rate as before would give the same omega.
  EXPECT_NEAR(steps(relaxation, error, 0.99), 1 + 0.9 * (omega - 1), 1e-12);
}

}  // namespace gibbs::tests
