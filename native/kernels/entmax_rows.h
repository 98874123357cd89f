// alpha-entmax and normmax of a row, d_j = x_j - max x:
//
//   entmax   p_j = ((alpha - 1) x_j - tau)_+^(1 / (alpha - 1)),  sum p = 1
//     alpha = 2     p_j = (d_j - t)_+                      the simplex root
//     alpha = 1.5   p_j = (d_j / 2 - t)_+^2                on a support a parabola: its crossing is exact, t in two words
//     otherwise     p_j = p_max exp(log1p(beta d_j e^(beta c)) / beta), beta = alpha - 1, c = -log p_max: the root of
//                   log sum_j exp(log1p(.)_+ / beta) = c, which becomes log-sum-exp as beta -> 0; in fp64
//   normmax  w_j = (d_j - t)_+^(1 / (alpha - 1)),  sum (d_j - t)_+^(alpha / (alpha - 1)) = 1,  p = w / sum w; in fp64
//
// Gradients stand in threshold_gradient.h. fp64 because the exponent 1 / (alpha - 1) magnifies an error at the support's edge.
#pragma once

#include "kernels/clipped_rows.h"

namespace gibbs::kernels {

enum class TsallisForm : int32_t { kLinear, kSquare, kPower, kNormmax };

template <class R>
struct TsallisRow {
  TsallisForm form;
  R maximum;
  Wide<R> tau;      // linear and square, of d and d / 2
  double scale;     // power: beta e^(beta c); normmax: t
  double exponent;  // 1 / beta
  double log_norm;  // what log p_j is lowered by
  PackMarks marks;  // packs that may hold p_j > 0

  GIBBS_DEVICE R operator()(R x) const {
    if (form == TsallisForm::kLinear) {
      const R y = above(shifted(x, maximum), tau);
      return y > 0 ? y : R(0);
    }
    if (form == TsallisForm::kSquare) {
      const R y = above(shifted(x, maximum) * R(0.5), tau);
      return y > 0 ? y * y : R(0);
    }
    const double d = shifted(double(x), double(maximum));
    return d > -Limits<double>::infinity() ? R(power(d)) : R(0);
  }

  // p_j from d_j, power and normmax.
  GIBBS_DEVICE double power(double d) const {
    if (form == TsallisForm::kPower) {
      const double w = scale * d;
      return w > -1 ? exp(log1p(w) * exponent - log_norm) : 0;
    }
    const double g = d - scale;
    return g > 0 ? exp(log(g) * exponent - log_norm) : 0;
  }
};

// Sums of a parabola, or of powers.
template <class R>
struct PowerSums {
  Wide<R> first, second;
  int32_t count, padding;
};
template <class R>
GIBBS_DEVICE PowerSums<R> merge(PowerSums<R> a, PowerSums<R> b) {
  return {a.first + b.first, a.second + b.second, a.count + b.count, 0};
}

// sum_S (h - tau)^2 = 1 over S = {h > tau}: with r1, r2 the sums of (h - tau) and its square, the step delta solves
// n delta^2 - 2 r1 delta + r2 - 1 = 0; with no real solution S is too large for a parabola, and Newton's step serves.
template <class R>
GIBBS_DEVICE RootStep<R> parabola_step(const PowerSums<R>& s, Wide<R> tau) {
  const double r1 = to_double(s.first), excess = to_double(s.second - R(1)), n = double(s.count);
  if (s.count == 0) return {-1, 0, tau};
  const double discriminant = r1 * r1 - n * excess;
  const double delta = discriminant >= 0 ? excess / (r1 + square_root(discriminant)) : excess / (2 * r1);
  const double rounding = sizeof(R) == 4 ? 6e-8 : 1.2e-16;
  const Wide<R> next = tau + wide_from<R>(delta);
  return {absolute(excess) <= rounding ? 0 : excess > 0 ? 1 : -1, 1, next};
}

template <class T>
GIBBS_DEVICE Wide<Real<T>> parabola_root(const RowScope& scope, const RowSource<T>& source, Real<T> maximum, PackMarks& marks) {
  using R = Real<T>;
  bool first = true;
  return monotone_root(R(-1), R(0), R(-1), [&](Wide<R> tau) GIBBS_INLINE {
    const auto sums = scope.reduce_marked<PowerSums<R>, T>(marks, first, [&](PowerSums<R>& s, PackPlace at) GIBBS_INLINE {
      const Pack<T> pack = source.at(at, scope.columns);
      bool counts = false;
      GIBBS_UNROLL_BY(1)
      for (int e = 0; e < at.count; ++e) {
        const R y = above(shifted(to_real(pack.at(e)), maximum) * R(0.5), tau);
        if (!(y > 0)) continue;
        s.first = s.first + y;
        s.second = s.second + two_product(y, y);
        s.count += 1;
        counts = true;
      }
      return counts;
    });
    first = false;
    return parabola_step(sums, tau);
  });
}

struct LogSums {
  double sum, moment;
};
GIBBS_DEVICE LogSums merge(LogSums a, LogSums b) { return {a.sum + b.sum, a.moment + b.moment}; }

// f(d_j): adds the terms of sum and moment and says whether there are any, for every entry above -inf of the marked packs; first:
// marks only those packs again that have some.
template <class T, class F>
GIBBS_DEVICE LogSums log_sums(const RowScope& scope, const RowSource<T>& source, TsallisRow<Real<T>>& row, bool first, F f) {
  const double maximum = double(row.maximum);
  return scope.reduce_marked<LogSums, T>(row.marks, first, [&](LogSums& s, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = source.at(at, scope.columns);
    bool counts = false;
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) {
      const double d = shifted(double(to_real(pack.at(e))), maximum);
      if (d > -Limits<double>::infinity() && f(s, d)) counts = true;
    }
    return counts;
  });
}

// A value close enough to a root of a function of order 1 in fp64, and the Newton step from it.
GIBBS_DEVICE RootStep<double> newton_step(double value, double slope, Wide<double> at) {
  const double next = at.high - value / slope;
  // A step too small to be taken is not the root: at the edge of the support the slope may be as large as it likes.
  const bool moves = next - next == 0 && next != at.high;
  return {absolute(value) <= 4e-16 * (1 + absolute(at.high)) ? 0 : value * slope < 0 ? 1 : -1, moves, wide(next)};
}

template <class T>
GIBBS_DEVICE void solve_power(const RowScope& scope, const RowSource<T>& source, double beta, TsallisRow<Real<T>>& row) {
  const double exponent = 1 / beta;
  bool first = true;  // at c = 0 the support is as large as it gets
  const Wide<double> c = monotone_root(0.0, log(double(scope.columns)), 0.0, [&](Wide<double> at) GIBBS_INLINE {
    const double scale = beta * exp(beta * at.high);
    const LogSums s = log_sums(scope, source, row, first, [&](LogSums& sums, double d) GIBBS_INLINE {
      const double w = scale * d;
      if (!(w > -1)) return false;
      const double term = exp(log1p(w) * exponent);
      sums.sum += term;
      sums.moment += term * (w / (1 + w));
      return true;
    });
    first = false;
    return newton_step(log(s.sum) - at.high, s.moment / s.sum - 1, at);
  });
  row.scale = beta * exp(beta * c.high);
  row.exponent = exponent;
  const double scale = row.scale;
  const LogSums s = log_sums(scope, source, row, false, [&](LogSums& sums, double d) GIBBS_INLINE {
    const double w = scale * d;
    if (w > -1) sums.sum += exp(log1p(w) * exponent);
    return true;
  });
  row.log_norm = log(s.sum);
}

template <class T>
GIBBS_DEVICE void solve_normmax(const RowScope& scope, const RowSource<T>& source, double alpha, TsallisRow<Real<T>>& row) {
  const double exponent = 1 / (alpha - 1), power = alpha * exponent;
  bool first = true;
  const Wide<double> t = monotone_root(-1.0, 0.0, -1.0, [&](Wide<double> at) GIBBS_INLINE {
    const LogSums s = log_sums(scope, source, row, first, [&](LogSums& sums, double d) GIBBS_INLINE {
      const double g = d - at.high;
      if (!(g > 0)) return false;
      const double term = exp(log(g) * power);
      sums.sum += term;
      sums.moment += term / g;
      return true;
    });
    first = false;
    if (!(s.sum > 0)) return RootStep<double>{-1, 0, at};
    return newton_step(log(s.sum), -power * s.moment / s.sum, at);
  });
  row.scale = t.high;
  row.exponent = exponent;
  const double edge = row.scale;
  const LogSums s = log_sums(scope, source, row, false, [&](LogSums& sums, double d) GIBBS_INLINE {
    const double g = d - edge;
    if (g > 0) sums.sum += exp(log(g) * exponent);
    return true;
  });
  row.log_norm = log(s.sum);
}

// A row's entmax for alpha in (1, 8] but 2; the row is not all -inf. threshold: tau of the formula.
template <class T>
GIBBS_DEVICE TsallisRow<Real<T>> curved_entmax_row(const RowScope& scope, const RowSource<T>& source, double alpha,
                                                   Real<T> maximum, double& threshold) {
  TsallisRow<Real<T>> row{};
  row.maximum = maximum;
  row.marks = scope.all_packs();
  if (alpha == 1.5) {
    row.form = TsallisForm::kSquare;
    row.tau = parabola_root(scope, source, maximum, row.marks);
    threshold = double(maximum) * 0.5 + to_double(row.tau);
  } else {
    const double beta = alpha - 1;
    row.form = TsallisForm::kPower;
    solve_power(scope, source, beta, row);
    threshold = beta * double(maximum) - beta / row.scale;
  }
  return row;
}

// The same for alpha = 2 too.
template <class T>
GIBBS_DEVICE TsallisRow<Real<T>> entmax_row(const RowScope& scope, const RowSource<T>& source, double alpha, Real<T> maximum,
                                            double& threshold) {
  using R = Real<T>;
  if (alpha != 2) return curved_entmax_row(scope, source, alpha, maximum, threshold);
  TsallisRow<R> row{};
  row.form = TsallisForm::kLinear;
  row.maximum = maximum;
  row.marks = scope.all_packs();
  ClippedLine<R> line{};
  line.shift = maximum;
  line.cap = Limits<R>::infinity();
  line.total = 1;
  row.tau = clipped_root(scope, source, line, R(-1), R(0), row.marks);
  threshold = double(maximum) + to_double(row.tau);
  return row;
}

template <class T>
GIBBS_DEVICE TsallisRow<Real<T>> normmax_row(const RowScope& scope, const RowSource<T>& source, double alpha, Real<T> maximum,
                                             double& threshold) {
  TsallisRow<Real<T>> row{};
  row.form = TsallisForm::kNormmax;
  row.maximum = maximum;
  row.marks = scope.all_packs();
  solve_normmax(scope, source, alpha, row);
  threshold = double(maximum) + row.scale;
  return row;
}

}  // namespace gibbs::kernels
