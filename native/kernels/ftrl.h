// Follow the regularised leader on the simplex, pi = argmin <pi, L> + psi(pi), a rate eta_j per entry, u = eta (L - x):
//
//   Shannon      psi = sum pi log pi / eta          pi = e^(-u-1)                  w = eta pi
//   Tsallis      psi = -sum pi^alpha / (alpha eta)  pi = u^-b, b = 1/(1-alpha)     w = eta b pi / u = -dpi/dL at fixed x
//   log-barrier  psi = -sum log pi / eta            pi = 1/u                       w = eta pi / u
//
// x by sum pi = 1: with y = min L - x and F(y) = sum pi, Newton's method on -log F (Shannon) or F^(-1/b), which are concave, from
// where the largest pi is 1, in a bracket that ends where none is above 1/A. Gradient, v the derivative by pi: -w (v - <w, v> /
// sum w). In fp64: losses of any sign and size, of which differences count. A row is read once; each y costs a reduction over it.
#pragma once

#include "kernels/backup_parameters.h"
#include "kernels/root_bracket.h"
#include "kernels/row_outputs.h"
#include "kernels/row_scan.h"

namespace gibbs::kernels {

struct FtrlScan {
  double least;
  int32_t nans, unbounded, allowed, rateless;
};
GIBBS_DEVICE FtrlScan merge(const FtrlScan& a, const FtrlScan& b) {
  return {a.least < b.least ? a.least : b.least, a.nans + b.nans, a.unbounded + b.unbounded, a.allowed + b.allowed,
          a.rateless + b.rateless};
}
struct FtrlBounds {
  double low, high;
};
GIBBS_DEVICE FtrlBounds merge(const FtrlBounds& a, const FtrlBounds& b) {
  return {max_number(a.low, b.low), max_number(a.high, b.high)};
}
struct FtrlSums {
  double first, second, third;
};
GIBBS_DEVICE FtrlSums merge(const FtrlSums& a, const FtrlSums& b) {
  return {a.first + b.first, a.second + b.second, a.third + b.third};
}

template <class T>
struct FtrlData {
  Pack<T> losses, upstream;
};

template <class R>
struct FtrlRow {
  double base, least, y, power;  // of the rates; of the losses; the root; b
  double mean;                   // <w, v> / sum w
  const R* columns;
  const R* rates;
  int32_t kind, fill;

  GIBBS_DEVICE double rate(int32_t j) const {
    double eta = base;
    if (columns != nullptr) eta *= double(columns[j]);
    if (rates != nullptr) eta *= double(rates[j]);
    return eta;
  }
  GIBBS_DEVICE bool squared() const { return power == 2; }
  // The u at which pi is 1 / count.
  GIBBS_DEVICE double bound(double count) const {
    if (kind == GIBBS_FTRL_SHANNON) return log(count) - 1;
    return kind == GIBBS_FTRL_LOG_BARRIER ? count : squared() ? square_root(count) : exp(log(count) / power);
  }
  GIBBS_DEVICE double probability(double u) const {
    if (kind == GIBBS_FTRL_SHANNON) return exp(-1 - u);
    if (kind == GIBBS_FTRL_LOG_BARRIER) return 1 / u;
    if (squared()) return (1 / u) * (1 / u);
    return exp(-power * log(u));
  }
  // -dpi/du.
  GIBBS_DEVICE double decay(double pi, double u) const { return kind == GIBBS_FTRL_SHANNON ? pi : power * pi / u; }
  GIBBS_DEVICE double regulariser(double pi, double u) const {
    if (kind == GIBBS_FTRL_LOG_BARRIER) return log(u);
    if (pi == 0) return 0;
    return kind == GIBBS_FTRL_SHANNON ? pi * (-1 - u) : -pi * u * power / (power - 1);
  }
  // Newton's step of y for F = 1.
  GIBBS_DEVICE double step(double sum, double slope) const {
    const double scaled = sum / slope;
    if (kind == GIBBS_FTRL_SHANNON) return log(sum) * scaled;
    if (kind == GIBBS_FTRL_LOG_BARRIER) return (sum - 1) * scaled;
    return power * (squared() ? square_root(sum) - 1 : expm1(log(sum) / power)) * scaled;
  }
};

// f(loss's gap above the least, rate, e of the pack, index) for the allowed entries of a pack.
template <class T, class F>
GIBBS_DEVICE void each_allowed(const FtrlRow<Real<T>>& a, const Pack<T>& losses, PackPlace at, F f) {
  GIBBS_UNROLL
  for (int e = 0; e < Pack<T>::size; ++e) {
    const Real<T> loss = to_real(losses.get(e));
    if (e < at.count && loss < Limits<Real<T>>::infinity()) f(double(loss) - a.least, a.rate(at.index + e), e);
  }
}

template <class T>
GIBBS_DEVICE FtrlScan scan_ftrl(const RowScope& scope, const RowSource<T>& losses, const FtrlRow<Real<T>>& a) {
  const double infinity = Limits<double>::infinity();
  const auto segment = [&](FtrlScan& s, int32_t i) GIBBS_INLINE {
    losses.first(scope, i, [&](const Pack<T>& pack, PackPlace at) GIBBS_INLINE {
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        if (e >= at.count) continue;
        const double loss = double(to_real(pack.get(e))), eta = a.rate(at.index + e);
        s.nans += is_nan(loss);
        s.unbounded += loss == -infinity;
        s.allowed += loss < infinity;
        s.rateless += !(eta > 0 && eta < infinity && 1 / eta < infinity);
        if (loss < s.least) s.least = loss;
      }
    });
  };
  return scope.reduce_segments(segment, FtrlScan{infinity, 0, 0, 0, 0});
}

template <class T>
GIBBS_DEVICE void solve_ftrl(const RowScope& scope, const RowSource<T>& losses, int32_t allowed, FtrlRow<Real<T>>& a) {
  const double infinity = Limits<double>::infinity(), near_one = 1.0 / (int64_t(1) << 40);
  const double one = a.bound(1), equal = a.bound(double(allowed));
  const FtrlBounds bounds = scope.template reduce<FtrlBounds, T>(
      [&](FtrlBounds& s, PackPlace at) GIBBS_INLINE {
        each_allowed<T>(a, losses.at(at, scope.columns), at, [&](double gap, double eta, int) GIBBS_INLINE {
          s.low = max_number(s.low, one / eta - gap);
          s.high = max_number(s.high, equal / eta - gap);
        });
      },
      FtrlBounds{-infinity, -infinity});
  a.y = bounds.low;
  if (!(bounds.low < bounds.high)) return;
  // A row of equal entries has its root at the upper end.
  RootBracket bracket{bounds.low, bounds.high + absolute(bounds.high) * near_one, 0};
  GIBBS_UNROLL_BY(1)
  for (;;) {
    const FtrlSums sums = scope.template reduce<FtrlSums, T>([&](FtrlSums& s, PackPlace at) GIBBS_INLINE {
      each_allowed<T>(a, losses.at(at, scope.columns), at, [&](double gap, double eta, int) GIBBS_INLINE {
        const double u = eta * (gap + a.y), pi = a.probability(u);
        s.first += pi;
        s.second = fma(eta, a.decay(pi, u), s.second);
      });
    });
    const double next = a.y + a.step(sums.first, sums.second);
    if (absolute(sums.first - 1) <= near_one) {
      a.y = next;
      return;
    }
    if (!bracket.narrow(a.y, sums.first > 1, next)) return;
  }
}

template <class T>
GIBBS_DEVICE void ftrl(const FtrlParameters& p) {
  using R = Real<T>;
  const double infinity = Limits<double>::infinity(), nan = Limits<double>::nan();
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const RowSource<T> losses = {matrix_row<T>(p.losses, p.losses_stride, row), scope.template kept<T>(0)};
    const RowSource<T> upstream = {matrix_row<T>(p.upstream, p.upstream_stride, row), nullptr};
    const double base = p.rate * row_number<R>(p.row_rates, row, 1), power = p.kind == GIBBS_FTRL_TSALLIS ? 1 / (1 - p.alpha) : 1;
    FtrlRow<R> a{base,   0,   0, power, 0, static_cast<const R*>(p.column_rates), matrix_row<R>(p.rates, p.rates_stride, row),
                 p.kind, kNan};
    const FtrlScan scan = scan_ftrl(scope, losses, a);
    const uint8_t status = scan.rateless > 0    ? GIBBS_ROW_INVALID_PARAMETER
                           : scan.nans > 0      ? GIBBS_ROW_NOT_A_NUMBER
                           : scan.unbounded > 0 ? GIBBS_ROW_PLUS_INFINITY
                           : scan.allowed == 0  ? GIBBS_ROW_ALL_MASKED
                                                : GIBBS_ROW_OK;
    double multiplier = nan, regulariser = nan;
    if (status == GIBBS_ROW_OK) {
      a.fill = kAffine;
      a.least = scan.least + 0.0;
      solve_ftrl(scope, losses, scan.allowed, a);
      const FtrlSums sums = scope.template reduce<FtrlSums, T>([&](FtrlSums& s, PackPlace at) GIBBS_INLINE {
        const Pack<T> v = p.gradient != nullptr ? upstream.at(at, scope.columns) : Pack<T>{};
        each_allowed<T>(a, losses.at(at, scope.columns), at, [&](double gap, double eta, int e) GIBBS_INLINE {
          const double u = eta * (gap + a.y), pi = a.probability(u), w = eta * a.decay(pi, u);
          s.first += a.regulariser(pi, u) / eta;
          s.second += w;
          s.third = fma(w, double(to_real(v.get(e))), s.third);
        });
      });
      multiplier = a.least - a.y;
      regulariser = sums.first;
      a.mean = sums.third / sums.second;
    } else if (status == GIBBS_ROW_ALL_MASKED) {
      a.fill = kZero;
      multiplier = infinity;
      regulariser = 0;
    }
    if (scope.leader()) {
      set_number<R>(p.multipliers, row, multiplier);
      set_number<R>(p.regularisers, row, regulariser);
      if (p.status != nullptr) p.status[row] = status;
    }

    const bool alone = scan.allowed == 1;
    const auto read = [&](PackPlace at) GIBBS_INLINE {
      return FtrlData<T>{losses.at(at, scope.columns), p.gradient != nullptr ? upstream.at(at, scope.columns) : Pack<T>{}};
    };
    const auto policy = [&](const FtrlData<T>& d, int e, int32_t j) GIBBS_INLINE {
      const R loss = to_real(d.losses.get(e));
      if (a.fill == kNan) return nan;
      if (a.fill == kZero || loss == Limits<R>::infinity()) return 0.0;
      return a.probability(a.rate(j) * ((double(loss) - a.least) + a.y));
    };
    const auto gradient = [&](const FtrlData<T>& d, int e, int32_t j) GIBBS_INLINE {
      const R loss = to_real(d.losses.get(e));
      if (a.fill == kNan) return nan;
      if (a.fill == kZero || alone || loss == Limits<R>::infinity()) return 0.0;
      const double eta = a.rate(j), u = eta * ((double(loss) - a.least) + a.y), w = eta * a.decay(a.probability(u), u);
      return w == 0 ? 0.0 : w * (a.mean - double(to_real(d.upstream.get(e))));
    };
    write_outputs<T>(scope, losses.kept != nullptr, read, row_output(matrix_row<T>(p.policy, p.policy_stride, row), policy),
                     row_output(matrix_row<T>(p.gradient, p.gradient_stride, row), gradient));
  }
}

}  // namespace gibbs::kernels
