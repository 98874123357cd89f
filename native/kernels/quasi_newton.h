// L-BFGS ascent of a concave function, which may have kinks, by a team: the two-loop recursion over the last kQuasiNewtonMemory
// steps, and a line search that brackets the weak Wolfe conditions by secants of the slope,
//
//   phi(t) >= phi(0) + c1 t phi'(0)        phi'(t) <= c2 phi'(0)
//
// where rounding hides the first, the slope decides: phi'(t) >= -(1 - 2 c1) phi'(0). Liu, Nocedal, 1989; Hager, Zhang, 2005;
// Lewis, Overton, 2013 (kinks). Vectors are cut as reductions are: a pass reads what the pass before it wrote at the same index,
// without a barrier between. All threads take the same decisions.
//
//   Objective   ConcaveValue evaluate(const double* point, double* gradient), which begins and ends with a barrier of the team
#pragma once

#include "device/math.h"
#include "kernels/sparse_transport_parameters.h"
#include "kernels/team.h"

namespace gibbs::kernels {

struct ConcaveValue {
  double value, error;  // error: what is to become small
  double rounding;      // by what rounding may have changed the value
  bool feasible;
};

struct AscentEnd {
  ConcaveValue value;
  int iterations;
  gibbs_transport_status status;
};

struct AscentSum {
  double sum;
};
GIBBS_DEVICE AscentSum merge(const AscentSum& a, const AscentSum& b) { return {a.sum + b.sum}; }
struct AscentPair {
  double product, squares;
};
GIBBS_DEVICE AscentPair merge(const AscentPair& a, const AscentPair& b) { return {a.product + b.product, a.squares + b.squares}; }

template <bool Grid, class Objective>
class QuasiNewton {
 public:
  // vectors: [kQuasiNewtonVectors, size], the first of them the point to start from. shared: 2 kQuasiNewtonMemory doubles of the
  // block.
  GIBBS_DEVICE QuasiNewton(Team<Grid>& team, const Objective& objective, double* vectors, int64_t size, double* shared,
                           double first_scale)
      : team_(team),
        objective_(objective),
        size_(size),
        point_(vectors),
        gradient_(vectors + size),
        trial_(vectors + 2 * size),
        trial_gradient_(vectors + 3 * size),
        direction_(vectors + 4 * size),
        steps_(vectors + 5 * size),
        changes_(vectors + (5 + kQuasiNewtonMemory) * size),
        inverse_products_(shared),
        weights_(shared + kQuasiNewtonMemory),
        first_scale_(first_scale) {}

  GIBBS_DEVICE double* point() const { return point_; }
  GIBBS_DEVICE double* gradient() const { return gradient_; }

  // Until the error is within the tolerance, a value is above the ceiling (no feasible point's is), or nothing is gained any
  // more.
  GIBBS_DEVICE AscentEnd run(double tolerance, double ceiling, int max_iterations) {
    ConcaveValue value = objective_.evaluate(point_, gradient_);
    double best_value = value.value, best_error = value.error;
    int idle = 0;
    GIBBS_UNROLL_BY(1)
    for (int iteration = 0;; ++iteration) {
      if (!value.feasible || value.value > ceiling) return {value, iteration, GIBBS_TRANSPORT_INFEASIBLE};
      if (value.error <= tolerance) return {value, iteration, GIBBS_TRANSPORT_CONVERGED};
      const bool gained = value.value > best_value + value.rounding || value.error < kProgress * best_error;
      if (value.value > best_value) best_value = value.value;
      if (value.error < best_error) best_error = value.error;
      idle = gained ? 0 : idle + 1;
      if (idle > kPatience) return {value, iteration, GIBBS_TRANSPORT_FLOOR_REACHED};
      if (iteration == max_iterations) return {value, iteration, GIBBS_TRANSPORT_MAX_ITERATIONS};
      GIBBS_UNROLL_BY(1)
      while (!search(value, ceiling)) {
        if (held_ == 0) return {value, iteration, GIBBS_TRANSPORT_FLOOR_REACHED};
        held_ = 0;
      }
    }
  }

 private:
  static constexpr double kRise = 0.1, kFall = 0.9, kProgress = 0.98;
  static constexpr int kMostTrials = 40;
  static constexpr int kPatience = 40;  // steps without a gain of value or error that make a floor

  template <class F>
  GIBBS_DEVICE double sum(F term) const {
    return team_.template reduce<AscentSum>(size_, [&](AscentSum& own, int64_t i) GIBBS_INLINE { own.sum += term(i); }).sum;
  }

  GIBBS_DEVICE bool search(ConcaveValue& value, double ceiling) {
    const double slope = direct();
    if (!(slope > 0)) return false;
    const double infinity = device::Limits<double>::infinity();
    double low = 0, high = infinity, low_slope = slope, high_slope = 0, length = 1;
    GIBBS_UNROLL_BY(1)
    for (int trials = 0; trials < kMostTrials; ++trials) {
      sum([&](int64_t i) GIBBS_INLINE { return trial_[i] = point_[i] + length * direction_[i]; });
      const ConcaveValue trial = objective_.evaluate(trial_, trial_gradient_);
      const double trial_slope = sum([&](int64_t i) GIBBS_INLINE { return trial_gradient_[i] * direction_[i]; });
      const bool rises = trial.value >= value.value + kRise * length * slope ||
                         (trial.value >= value.value - value.rounding && trial_slope >= -(1 - 2 * kRise) * slope);
      if (!rises) {
        high = length;
        high_slope = trial_slope;
      } else if (trial_slope > kFall * slope && trial.value <= ceiling) {
        low = length;
        low_slope = trial_slope;
      } else {
        accept(length);
        value = trial;
        return true;
      }
      if (high == infinity) {
        const double factor = slope / (slope - low_slope);
        length *= factor > 2 ? (factor < 10 ? factor : 10.0) : factor >= 0 ? 2.0 : 10.0;
      } else {
        double share = high_slope < 0 ? low_slope / (low_slope - high_slope) : 0.5;
        share = share < 0.1 ? 0.1 : share > 0.9 ? 0.9 : share;
        length = low + (high - low) * share;
      }
    }
    return false;
  }

  GIBBS_DEVICE void accept(double length) {
    double* const step = steps_ + next_ * size_;
    double* const change = changes_ + next_ * size_;
    const AscentPair sums = team_.template reduce<AscentPair>(size_, [&](AscentPair& own, int64_t i) GIBBS_INLINE {
      const double s = length * direction_[i], y = gradient_[i] - trial_gradient_[i];
      step[i] = s;
      change[i] = y;
      own.product += s * y;
      own.squares += y * y;
    });
    if (sums.product > 0 && 1 / sums.product < device::Limits<double>::infinity()) {
      put(inverse_products_ + next_, 1 / sums.product);
      scale_ = sums.product / sums.squares;
      next_ = (next_ + 1) % kQuasiNewtonMemory;
      held_ = held_ + 1 < kQuasiNewtonMemory ? held_ + 1 : kQuasiNewtonMemory;
    }
    double* const point = point_;
    point_ = trial_;
    trial_ = point;
    double* const gradient = gradient_;
    gradient_ = trial_gradient_;
    trial_gradient_ = gradient;
  }

  // The direction, and the slope along it.
  GIBBS_DEVICE double direct() {
    const double* change = nullptr;  // what the next pass takes off first, times a weight
    double weight = 0;
    GIBBS_UNROLL_BY(1)
    for (int back = 1; back <= held_; ++back) {
      const int slot = (next_ - back + kQuasiNewtonMemory) % kQuasiNewtonMemory;
      const double* const step = steps_ + slot * size_;
      const double product = sum([&](int64_t i) GIBBS_INLINE {
        const double d = change == nullptr ? gradient_[i] : direction_[i] - weight * change[i];
        direction_[i] = d;
        return step[i] * d;
      });
      weight = inverse_products_[slot] * product;
      put(weights_ + slot, weight);
      change = changes_ + slot * size_;
    }

    const double scale = held_ == 0 ? first_scale_ : scale_;
    const double* added = nullptr;  // and of the way back
    GIBBS_UNROLL_BY(1)
    for (int back = held_; back >= 1; --back) {
      const int slot = (next_ - back + kQuasiNewtonMemory) % kQuasiNewtonMemory;
      const double* const other = changes_ + slot * size_;
      const double product = sum([&](int64_t i) GIBBS_INLINE {
        const double d = added == nullptr ? scale * (direction_[i] - weight * change[i]) : direction_[i] + weight * added[i];
        direction_[i] = d;
        return other[i] * d;
      });
      weight = weights_[slot] - inverse_products_[slot] * product;
      added = steps_ + slot * size_;
    }
    return sum([&](int64_t i) GIBBS_INLINE {
      const double d = added == nullptr ? scale * gradient_[i] : direction_[i] + weight * added[i];
      direction_[i] = d;
      return d * gradient_[i];
    });
  }

  // A number that all threads of the block know.
  GIBBS_DEVICE void put(double* place, double value) const {
    device::block_barrier();
    if (device::thread_index() == 0) *place = value;
    device::block_barrier();
  }

  Team<Grid>& team_;
  const Objective& objective_;
  const int64_t size_;
  double *point_, *gradient_, *trial_, *trial_gradient_;
  double *const direction_, *const steps_, *const changes_;
  double *const inverse_products_, *const weights_;  // of the steps held, in shared memory
  const double first_scale_;
  double scale_ = 1;
  int held_ = 0, next_ = 0;
};

}  // namespace gibbs::kernels
