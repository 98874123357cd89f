// Exponential tilting of rows: p the softmax of the log prior over the entries where neither it nor the reward r is -inf,
//
//   log q_j = log p_j + t r_j - Lambda,   Lambda = log sum p exp(t r),   KL = t E_q r - Lambda,   dKL/dt = t Var_q r
//
// at a given t, or at the t >= 0 with KL = budget: Newton's method on sqrt(2 KL), which is nearly a line through 0, in a bracket.
// KL is summed as sum p (d e^d - e^d + 1), d = log q / p: terms of one sign, so that small budgets keep their digits. In fp64,
// with s = r - best, best the largest reward (the smallest, for t < 0): t s <= 0. A row is read once; each t costs three
// reductions over it. Gradient, G the derivative by log q, w = r - E_q r:  t (G_k - q_k sum G) - [budget] t q_k w_k (sum G w) /
// Var_q r.
#pragma once

#include "kernels/backup_parameters.h"
#include "kernels/root_bracket.h"
#include "kernels/row_outputs.h"
#include "kernels/row_scan.h"

namespace gibbs::kernels {

struct TiltScan {
  double top, best, worst;  // of log prior and reward over the entries of p
  int32_t nans, infinite;
};
GIBBS_DEVICE TiltScan merge(const TiltScan& a, const TiltScan& b) {
  return {max_number(a.top, b.top), max_number(a.best, b.best), a.worst < b.worst ? a.worst : b.worst, a.nans + b.nans,
          a.infinite + b.infinite};
}

// Sums of exponentials relative to the largest: those at it, the rest; and something weighted by them.
struct TiltSums {
  double rest, weighted;
  int32_t ties, reserved;
};
GIBBS_DEVICE TiltSums merge(const TiltSums& a, const TiltSums& b) {
  return {a.rest + b.rest, a.weighted + b.weighted, a.ties + b.ties, 0};
}
struct TiltPair {
  double first, second;
};
GIBBS_DEVICE TiltPair merge(const TiltPair& a, const TiltPair& b) { return {a.first + b.first, a.second + b.second}; }
struct TiltTop {
  double value;
};
GIBBS_DEVICE TiltTop merge(TiltTop a, TiltTop b) { return {max_number(a.value, b.value)}; }

// d e^d - e^d + 1 over d^2, |d| < 1/4.
GIBBS_DEVICE double divergence_series(double d) {
  return horner(d, 1.0 / 2, 2.0 / 6, 3.0 / 24, 4.0 / 120, 5.0 / 720, 6.0 / 5040, 7.0 / 40320, 8.0 / 362880, 9.0 / 3628800,
                10.0 / 39916800, 11.0 / 479001600);
}

template <class T>
struct TiltData {
  Pack<T> prior, reward, upstream;
};

// A row's distribution at t.
struct TiltRow {
  double reference, log_mass;          // of the reward; log sum exp(log prior)
  double t, cumulant, mean, variance;  // in offsets from the reference
  double divergence, total, along;     // the latter two of a gradient: sum G, and (sum G w) / Var or 0
  int32_t fill, reserved;

  template <class R>
  GIBBS_DEVICE static bool inside(R prior, R reward) {
    return prior > -Limits<R>::infinity() && reward > -Limits<R>::infinity();
  }
  template <class R>
  GIBBS_DEVICE double log_p(R prior) const {
    return double(prior) - log_mass;
  }
  template <class R>
  GIBBS_DEVICE double offset(R reward) const {
    const double s = double(reward) - reference, largest = Limits<double>::largest();
    return s < -largest ? -largest : s > largest ? largest : s;  // 0 times a difference that overflowed is 0
  }
  template <class R>
  GIBBS_DEVICE double exponent(R prior, R reward) const {
    const double s = offset(reward), own = log_p(prior);
    if (t == Limits<double>::infinity()) return s == 0 ? own : -t;
    return fma(t, s, own);
  }
};

// The sums at a.t, which fill in the rest of it.
template <class T, class Read>
GIBBS_DEVICE void tilt_at(const RowScope& scope, Read read, double others, TiltRow& a) {
  using R = Real<T>;
  const double top = scope
                         .template reduce<TiltTop, T>(
                             [&](TiltTop& s, PackPlace at) GIBBS_INLINE {
                               const TiltData<T> d = read(at);
                               GIBBS_UNROLL
                               for (int e = 0; e < Pack<T>::size; ++e) {
                                 const R prior = to_real(d.prior.get(e)), reward = to_real(d.reward.get(e));
                                 if (e < at.count && a.inside(prior, reward))
                                   s.value = max_number(s.value, a.exponent(prior, reward));
                               }
                             },
                             TiltTop{-Limits<double>::infinity()})
                         .value;
  const TiltSums sums = scope.template reduce<TiltSums, T>([&](TiltSums& s, PackPlace at) GIBBS_INLINE {
    const TiltData<T> d = read(at);
    GIBBS_UNROLL
    for (int e = 0; e < Pack<T>::size; ++e) {
      const R prior = to_real(d.prior.get(e)), reward = to_real(d.reward.get(e));
      if (e >= at.count || !a.inside(prior, reward)) continue;
      const double x = a.exponent(prior, reward) - top, term = exp(x);
      if (x == 0) {
        s.ties += 1;
      } else {
        s.rest += term;
      }
      s.weighted = fma(term, a.offset(reward), s.weighted);
    }
  });
  const double excess = double(sums.ties - 1) + sums.rest;
  a.cumulant = a.t == 0 ? 0 : top + log1p(excess);
  a.mean = sums.weighted / (1 + excess);
  const TiltPair pair = scope.template reduce<TiltPair, T>([&](TiltPair& s, PackPlace at) GIBBS_INLINE {
    const TiltData<T> data = read(at);
    GIBBS_UNROLL
    for (int e = 0; e < Pack<T>::size; ++e) {
      const R prior = to_real(data.prior.get(e)), reward = to_real(data.reward.get(e));
      if (e >= at.count || !a.inside(prior, reward)) continue;
      const double offset = a.offset(reward), w = offset - a.mean, q = exp(a.exponent(prior, reward) - a.cumulant);
      const double d = a.t * offset - a.cumulant, p = exp(a.log_p(prior));
      s.first += q * w * w;
      s.second += absolute(d) < 0.25 ? p * d * d * divergence_series(d) : q > 0 ? q * d - q + p : p;
    }
  });
  a.variance = pair.first;
  a.divergence = a.t == 0 ? 0 : pair.second;
  // All that tilting reaches: -log p(M), by what lies outside M where that is the smaller part.
  if (a.t == Limits<double>::infinity()) a.divergence = others < 0.5 ? -log1p(-others) : -a.cumulant;
}

// From a.t on, the slope that meets a budget. One evaluation in the code: of the limit, of t = 0, of Newton's steps, of the
// result.
template <class T, class Read>
GIBBS_DEVICE void solve_tilt(const RowScope& scope, Read read, double others, bool given, double target, TiltRow& a) {
  enum : int32_t { kLast, kLimit, kStart, kStep };
  const double infinity = Limits<double>::infinity(), aim = square_root(2 * target);
  RootBracket bracket{0, infinity, 0};
  int32_t phase = given || target == 0 ? kLast : kLimit;
  a.t = phase == kLimit ? infinity : target;
  GIBBS_UNROLL_BY(1)
  for (;;) {
    tilt_at<T>(scope, read, others, a);
    if (phase == kLast) return;
    if (phase == kLimit) {
      if (target >= a.divergence) return;
      a.t = 0;
      phase = kStart;
    } else if (phase == kStart) {
      a.t = aim / square_root(a.variance);
      // All of p on rewards that are equal to its last digit: no line to start from.
      if (!(a.t > 0 && a.t < infinity)) a.t = 1;
      phase = kStep;
    } else {
      const double norm = square_root(2 * a.divergence), step = (aim - norm) * norm / (a.t * a.variance);
      // The error that is left is the step's square; but where p underflows a step may be small far from the root.
      if (absolute(step) <= a.t * (1.0 / (1 << 27)) && absolute(a.divergence - target) <= target * (1.0 / (1 << 10))) {
        a.t += step;
        phase = kLast;
      } else if (!bracket.narrow(a.t, a.divergence < target, a.t + step)) {
        phase = kLast;
      }
    }
  }
}

template <class T>
GIBBS_DEVICE TiltScan scan_tilt(const RowScope& scope, const RowSource<T>& prior, const RowSource<T>& reward) {
  const double infinity = Limits<double>::infinity();
  prior.keep(scope);
  const auto segment = [&](TiltScan& s, int32_t i) GIBBS_INLINE {
    reward.first(scope, i, [&](const Pack<T>& pack, PackPlace at) GIBBS_INLINE {
      const Pack<T> priors = prior.at(at, scope.columns);
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        if (e >= at.count) continue;
        const double log_p = double(to_real(priors.get(e))), r = double(to_real(pack.get(e)));
        s.nans += is_nan(log_p) || is_nan(r);
        s.infinite += log_p == infinity || r == infinity;
        if (!TiltRow::inside(log_p, r)) continue;
        s.top = max_number(s.top, log_p);
        s.best = max_number(s.best, r);
        if (r < s.worst) s.worst = r;
      }
    });
  };
  return scope.reduce_segments(segment, TiltScan{-infinity, -infinity, infinity, 0, 0});
}

template <class T>
GIBBS_DEVICE void tilt(const TiltParameters& p) {
  using R = Real<T>;
  const double infinity = Limits<double>::infinity(), nan = Limits<double>::nan();
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const RowSource<T> reward = {matrix_row<T>(p.reward, p.reward_stride, row), scope.template kept<T>(0)};
    const RowSource<T> prior = {matrix_row<T>(p.log_prior, p.log_prior_stride, row), scope.template kept<T>(1)};
    const RowSource<T> upstream = {matrix_row<T>(p.upstream, p.upstream_stride, row), nullptr};
    const double target = row_number<R>(p.targets, row, p.target);
    const bool given = p.slope_given != 0;
    const auto read = [&](PackPlace at) GIBBS_INLINE {
      return TiltData<T>{prior.at(at, scope.columns), reward.at(at, scope.columns), Pack<T>{}};
    };
    const TiltScan scan = scan_tilt(scope, prior, reward);
    const uint8_t status = !(is_finite(target) && (given || target >= 0)) ? GIBBS_ROW_INVALID_PARAMETER
                           : scan.nans > 0                                ? GIBBS_ROW_NOT_A_NUMBER
                           : scan.infinite > 0                            ? GIBBS_ROW_PLUS_INFINITY
                           : scan.top == -infinity                        ? GIBBS_ROW_ALL_MASKED
                                                                          : GIBBS_ROW_OK;
    TiltRow a{0, 0, nan, nan, nan, nan, nan, 0, 0, kNan, 0};
    if (status == GIBBS_ROW_OK) {
      a.fill = kAffine;
      a.reference = (given && target < 0 ? scan.worst : scan.best) + 0.0;
      const TiltSums mass = scope.template reduce<TiltSums, T>([&](TiltSums& s, PackPlace at) GIBBS_INLINE {
        const TiltData<T> d = read(at);
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          const R log_p = to_real(d.prior.get(e)), r = to_real(d.reward.get(e));
          if (e >= at.count || !a.inside(log_p, r)) continue;
          const double x = double(log_p) - scan.top, term = exp(x);
          if (x == 0) {
            s.ties += 1;
          } else {
            s.rest += term;
          }
          if (double(r) != a.reference) s.weighted += term;
        }
      });
      const double excess = double(mass.ties - 1) + mass.rest;
      a.log_mass = scan.top + log1p(excess);
      solve_tilt<T>(scope, read, mass.weighted / (1 + excess), given, target, a);
    } else if (status == GIBBS_ROW_ALL_MASKED) {
      a.fill = kZero;
      a.t = a.mean = a.divergence = 0;
      a.cumulant = -infinity;
    }
    if (p.gradient != nullptr && a.fill == kAffine && a.t != 0 && a.t != infinity) {
      const TiltPair sums = scope.template reduce<TiltPair, T>([&](TiltPair& s, PackPlace at) GIBBS_INLINE {
        const TiltData<T> d = read(at);
        const Pack<T> pack = upstream.at(at, scope.columns);
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          const R log_p = to_real(d.prior.get(e)), r = to_real(d.reward.get(e));
          if (e >= at.count || !a.inside(log_p, r)) continue;
          const double g = double(to_real(pack.get(e)));
          s.first += g;
          s.second = fma(g, a.offset(r) - a.mean, s.second);
        }
      });
      a.total = sums.first;
      a.along = !given && a.variance > 0 ? sums.second / a.variance : 0;
    }
    if (scope.leader()) {
      set_number<R>(p.slopes, row, a.t);
      set_number<R>(p.cumulants, row, a.fill == kAffine && a.reference != 0 ? a.cumulant + a.t * a.reference : a.cumulant);
      set_number<R>(p.kl, row, a.divergence);
      set_number<R>(p.expected_rewards, row, a.reference + a.mean);
      if (p.status != nullptr) p.status[row] = status;
    }

    const auto read_all = [&](PackPlace at) GIBBS_INLINE {
      TiltData<T> d = read(at);
      if (p.gradient != nullptr) d.upstream = upstream.at(at, scope.columns);
      return d;
    };
    const auto log_probability = [&](const TiltData<T>& d, int e, int32_t) GIBBS_INLINE {
      const R log_p = to_real(d.prior.get(e)), r = to_real(d.reward.get(e));
      if (a.fill == kNan) return nan;
      if (a.fill == kZero || !a.inside(log_p, r)) return -infinity;
      return a.exponent(log_p, r) - a.cumulant;
    };
    const auto gradient = [&](const TiltData<T>& d, int e, int32_t) GIBBS_INLINE {
      const R log_p = to_real(d.prior.get(e)), r = to_real(d.reward.get(e));
      if (a.fill == kNan) return nan;
      if (a.fill == kZero || a.t == 0 || a.t == infinity || !a.inside(log_p, r)) return 0.0;
      const double q = exp(a.exponent(log_p, r) - a.cumulant), w = a.offset(r) - a.mean;
      return a.t * (double(to_real(d.upstream.get(e))) - q * (a.total + a.along * w));
    };
    write_outputs<T>(scope, reward.kept != nullptr, read_all,
                     row_output(matrix_row<T>(p.log_probabilities, p.log_probabilities_stride, row), log_probability),
                     row_output(matrix_row<T>(p.gradient, p.gradient_stride, row), gradient));
  }
}

}  // namespace gibbs::kernels
