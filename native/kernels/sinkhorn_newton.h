// Newton steps with a sparse Hessian between bursts of Sinkhorn iterations, on the semi-dual D(G) = sum a F(G) + sum b G in units
// of eps ln 2. A sweep evaluates it: it gives F(G), and the column sums c of a plan whose rows are exact.
//
//   (diag(c) - Ps' diag(1/a) Ps) d = b - c,   G += t d / ln 2
//
// Ps are the plan's largest entries relative to sqrt(a_i b_j) (sinkhorn_entries.h), and the largest of every row. Conjugate
// gradients, preconditioned by diag(c); constants are projected out. Bursts begin and end a solve, so that errors, floors and
// infeasible problems are seen as Sinkhorn's iterations see them; after steps without profit they get longer. Tang et al., 2024.
#pragma once

#include "kernels/sinkhorn_entries.h"
#include "kernels/sinkhorn_loop.h"

namespace gibbs::kernels {

struct NewtonPair {
  double first, second;
};
GIBBS_DEVICE NewtonPair merge(const NewtonPair& a, const NewtonPair& b) { return {a.first + b.first, a.second + b.second}; }
struct NewtonSlope {
  double slope, longest;
};
GIBBS_DEVICE NewtonSlope merge(const NewtonSlope& a, const NewtonSlope& b) {
  return {a.slope + b.slope, a.longest > b.longest ? a.longest : b.longest};
}

template <class Problem>
class NewtonLoop {
 public:
  using R = typename Problem::R;

  GIBBS_DEVICE NewtonLoop(Problem& s, const SinkhornNewtonParameters& settings, unsigned char* memory)
      : s_(s), settings_(settings), entries_(s, settings, memory) {
    double* const vectors = reinterpret_cast<double*>(memory + settings.vectors);
    sums_ = vectors;
    residual_ = sums_ + s.padded;
    step_ = residual_ + s.padded;
    direction_ = step_ + s.padded;
    image_ = direction_ + s.padded;
    shares_ = image_ + s.padded;
    start_ = reinterpret_cast<R*>(shares_ + s.rows);
  }

  // Without steps, iterations alone (a mode, so that a kernel holds one loop).
  GIBBS_DEVICE SinkhornEnd run(const SinkhornLimits& limits, bool steps) {
    int done = 0, burst = steps ? settings_.warmup : limits.max_iterations;
    GIBBS_UNROLL_BY(1)
    for (;;) {
      SinkhornLimits own = limits;
      own.max_iterations = burst < limits.max_iterations - done ? burst : limits.max_iterations - done;
      SinkhornEnd end = sinkhorn_loop(s_, own, false);
      done += end.iterations;
      if (end.status != GIBBS_TRANSPORT_MAX_ITERATIONS || done >= limits.max_iterations) {
        end.iterations = done;
        return end;
      }
      // One is left for the burst that ends the solve.
      const double error = ascend(limits, limits.max_iterations - 1, done);
      const int longer = burst > kShortBurst ? burst : kShortBurst;
      burst = error < 0.5 * end.error ? kShortBurst : longer < (1 << 28) ? 4 * longer : longer;
    }
  }

 private:
  static constexpr double kArmijo = 1e-4;
  static constexpr int kMostHalvings = 12, kShortBurst = 4, kMostConjugate = 2000;
  static constexpr double kLongestStep = 40;  // in octaves of the plan
  static constexpr int kPatience = 2;         // steps that together must halve the error

  struct Value {
    double dual, error;
    bool valid;
  };

  // Steps while they gain, and the error they end with.
  GIBBS_DEVICE double ascend(const SinkhornLimits& limits, int most_iterations, int& done) {
    Value value = {0, 0, false};
    double before = 0, slope = 0, length = 0;
    int steps = 0, halvings = 0;
    bool started = false;
    s_.omega = 1;
    GIBBS_UNROLL_BY(1)
    for (;;) {
      const Value trial = evaluate();
      const double rounding = (sizeof(R) == 8 ? 2e-15 : 1e-6) * (1 + absolute(value.dual));
      // Where the dual's rounding hides the gain, a step may lower the error.
      const bool gains = trial.dual >= value.dual + kArmijo * length * slope ||
                         (trial.dual >= value.dual - rounding && trial.error < value.error);
      if (!started || (trial.valid && gains)) {
        value = trial;
        if (!value.valid) return Limits<double>::infinity();
        if (started) {
          ++done;
          ++steps;
        } else {
          before = value.error;
        }
        started = true;
        if (value.error <= limits.tolerance || done >= most_iterations) return value.error;
        if (steps == kPatience) {
          if (value.error > 0.5 * before) return value.error;
          steps = 0;
          before = value.error;
        }
        const NewtonSlope along = direct(value.error / limits.source_mass);
        slope = along.slope;
        if (!(slope > 0) || !(along.longest < Limits<double>::infinity())) return value.error;
        length = along.longest > kLongestStep ? kLongestStep / along.longest : 1.0;
        halvings = 0;
        // The anchor of every trial: sums are near 1 from it.
        R* const updated = s_.next_f;
        s_.next_f = s_.f;
        s_.f = updated;
      } else {
        length = ++halvings > kMostHalvings ? 0.0 : length / 2;
      }
      s_.team.each(s_.columns,
                   [&](int64_t j) GIBBS_INLINE { s_.g[j] = length == 0 ? start_[j] : R(double(start_[j]) + length * step_[j]); });
      s_.team.barrier();
      if (length == 0) return value.error;
    }
  }

  // A sweep of F(G); ratios are P'1 / b then.
  GIBBS_DEVICE Value evaluate() {
    const SinkhornValues rows = sinkhorn_sweep(s_, false);
    const SinkhornValues columns = each_column(s_, 0, [&](SinkhornValues& values, int64_t j, double column) GIBBS_INLINE {
      s_.ratios[j] = R(column);
      values.v[kError] += double(s_.b[j]) * absolute(double(R(column)) - 1);
      values.v[kDual] += double(s_.b[j]) * double(s_.g[j]);
    });
    const double sources =
        s_.team
            .template reduce<NewtonPair>(
                s_.rows, [&](NewtonPair& own, int64_t i) GIBBS_INLINE { own.first += double(s_.a[i]) * double(s_.next_f[i]); })
            .first;
    Value value = {sources + columns.v[kDual], columns.v[kError], false};
    const double infinity = Limits<double>::infinity();
    value.valid = rows.v[kFlag] != kFlagNonFinite && rows.v[kFlag] != kFlagInfeasible && value.error < infinity &&
                  absolute(value.dual) < infinity;
    return value;
  }

  // The step in base-2 units, the slope of D along it, and its longest part. G is kept as the start.
  GIBBS_DEVICE NewtonSlope direct(double error) {
    entries_.collect();
    const double factor = error < 1e-8 ? 1e-8 : error > 1e-2 ? 1e-2 : error;
    conjugate_gradients(factor);
    return s_.team.template reduce<NewtonSlope>(s_.columns, [&](NewtonSlope& own, int64_t j) GIBBS_INLINE {
      const double d = step_[j] / kSinkhornLn2;
      step_[j] = d;
      start_[j] = s_.g[j];
      own.slope += d * double(s_.b[j]) * (1 - double(s_.ratios[j]));
      if (absolute(d) > own.longest) own.longest = absolute(d);
    });
  }

  // Vectors are cut as reductions are: only what rows read needs a barrier. The residual stays free of constants, for the image's
  // mean is taken off; r . z = sum r^2 / c then.
  GIBBS_DEVICE void conjugate_gradients(double factor) {
    Team<!Problem::one_block>& team = s_.team;
    const NewtonPair totals = team.template reduce<NewtonPair>(s_.columns, [&](NewtonPair& own, int64_t j) GIBBS_INLINE {
      const double mass = double(s_.b[j]), ratio = double(s_.ratios[j]);
      sums_[j] = mass * ratio;
      residual_[j] = mass * (1 - ratio);
      step_[j] = 0;
      own.first += sums_[j] > 0 ? residual_[j] : 0.0;
      own.second += sums_[j] > 0 ? 1.0 : 0.0;
    });
    const double count = totals.second, shift = totals.first / count;
    NewtonPair now = team.template reduce<NewtonPair>(s_.columns, [&](NewtonPair& own, int64_t j) GIBBS_INLINE {
      const double r = sums_[j] > 0 ? residual_[j] - shift : 0.0;
      residual_[j] = r;
      if (sums_[j] > 0) {
        own.first += r * r / sums_[j];
        own.second += r / sums_[j];
      }
    });
    const double goal = now.first * factor * factor;
    double turn = 0;
    GIBBS_UNROLL_BY(1)
    for (int iteration = 0; iteration < kMostConjugate && now.first > goal; ++iteration) {
      const double mean = now.second / count;
      team.template reduce<NewtonPair>(s_.columns, [&](NewtonPair&, int64_t j) GIBBS_INLINE {
        const double scaled = sums_[j] > 0 ? residual_[j] / sums_[j] - mean : 0.0;
        direction_[j] = iteration == 0 ? scaled : scaled + turn * direction_[j];
      });
      team.each(s_.rows, [&](int64_t i) GIBBS_INLINE {
        const double mass = double(s_.a[i]);
        shares_[i] = mass > 0 ? entries_.row_product(i, direction_) / mass : 0.0;
      });
      team.barrier();
      const NewtonPair image = team.template reduce<NewtonPair>(s_.columns, [&](NewtonPair& own, int64_t j) GIBBS_INLINE {
        const double q = sums_[j] > 0 ? sums_[j] * direction_[j] - entries_.column_product(j, shares_) : 0.0;
        image_[j] = q;
        own.first += direction_[j] * q;
        own.second += q;
      });
      if (!(image.first > 0)) return;
      const double length = now.first / image.first, off = image.second / count, energy = now.first;
      now = team.template reduce<NewtonPair>(s_.columns, [&](NewtonPair& own, int64_t j) GIBBS_INLINE {
        step_[j] += length * direction_[j];
        if (!(sums_[j] > 0)) return;
        const double r = residual_[j] - length * (image_[j] - off);
        residual_[j] = r;
        own.first += r * r / sums_[j];
        own.second += r / sums_[j];
      });
      turn = now.first / energy;
    }
  }

  Problem& s_;
  const SinkhornNewtonParameters& settings_;
  SinkhornEntries<Problem> entries_;
  double *sums_, *residual_, *step_, *direction_, *image_;  // [columns]
  double* shares_;                                          // [rows]: Ps d / a
  R* start_;                                                // G that a search starts from
};

}  // namespace gibbs::kernels
