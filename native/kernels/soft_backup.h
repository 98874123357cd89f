// Soft backups over rows of action values q with a prior mu, c = lambda + tau:
//
//   y_j = lambda log mu_j + q_j,   x_j = (y_j - max y) / c,   pi_j = exp(x_j - log_sum),   log_sum = log sum exp(x)
//   V   = max y + c log_sum,   H = log_sum - sum pi x,   KL = sum pi (x - log mu) - log_sum
//   dV/dq = pi,  dV/dlog mu = lambda pi,  dV/dtau = H,  dV/dlambda = -KL
//
// in fp64: y is a difference of large numbers, and log_sum is multiplied by c. c = 0: pi is 1 at the first largest. Without a
// prior mu is uniform. The soft minimum is that of -q with its sign turned. A row is read once, and what is asked for is written
// once.
#pragma once

#include "kernels/backup_parameters.h"
#include "kernels/row_outputs.h"
#include "kernels/row_scan.h"

namespace gibbs::kernels {

struct SoftBackupScan {
  double maximum;
  int32_t argmax, nans, infinite, reserved;
};
GIBBS_DEVICE SoftBackupScan merge(const SoftBackupScan& a, const SoftBackupScan& b) {
  const bool first = a.maximum > b.maximum || (a.maximum == b.maximum && a.argmax < b.argmax);
  return {first ? a.maximum : b.maximum, first ? a.argmax : b.argmax, a.nans + b.nans, a.infinite + b.infinite, 0};
}

struct SoftBackupSums {
  double rest, moment, cross;  // of exp(x) below the maximum, of exp(x) x, of exp(x) log mu
  int32_t ties, disjoint;      // entries at the maximum; those with mass where the prior has none
};
GIBBS_DEVICE SoftBackupSums merge(const SoftBackupSums& a, const SoftBackupSums& b) {
  return {a.rest + b.rest, a.moment + b.moment, a.cross + b.cross, a.ties + b.ties, a.disjoint + b.disjoint};
}

template <class T>
struct SoftBackupData {
  Pack<T> q, log_prior;
};

struct SoftBackupRow {
  double sign, lambda, maximum, inverse, log_sum, scale;
  int32_t argmax, greedy, has_prior, fill;

  template <class R>
  GIBBS_DEVICE double exponent(R q, R log_mu) const {
    const double y = sign * double(q);
    return has_prior && lambda > 0 ? fma(lambda, double(log_mu), y) : y;
  }
  GIBBS_DEVICE double offset(double y, int32_t j) const {
    if (greedy) return j == argmax ? 0 : -Limits<double>::infinity();
    return y == -Limits<double>::infinity() ? y : (y - maximum) * inverse;
  }
  // factor pi_j, and log pi_j, of the pack's element e.
  template <class T>
  GIBBS_DEVICE double probability(const SoftBackupData<T>& data, int e, int32_t j, double factor) const {
    if (fill != kAffine) return fill == kZero ? 0 : Limits<double>::nan();
    return factor * scale * exp(offset(exponent(to_real(data.q.get(e)), to_real(data.log_prior.get(e))), j));
  }
  template <class T>
  GIBBS_DEVICE double log_probability(const SoftBackupData<T>& data, int e, int32_t j) const {
    if (fill != kAffine) return fill == kZero ? -Limits<double>::infinity() : Limits<double>::nan();
    return offset(exponent(to_real(data.q.get(e)), to_real(data.log_prior.get(e))), j) - log_sum;
  }
};

template <class T>
GIBBS_DEVICE SoftBackupScan scan_backup(const RowScope& scope, const RowSource<T>& q, const RowSource<T>& prior,
                                        const SoftBackupRow& s) {
  if (s.has_prior) prior.keep(scope);
  const auto segment = [&](SoftBackupScan& scan, int32_t i) GIBBS_INLINE {
    q.first(scope, i, [&](const Pack<T>& pack, PackPlace at) GIBBS_INLINE {
      const Pack<T> mu = s.has_prior ? prior.at(at, scope.columns) : Pack<T>{};
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        if (e >= at.count) continue;
        const double value = s.sign * double(to_real(pack.get(e))), log_mu = double(to_real(mu.get(e)));
        const double y = s.exponent(to_real(pack.get(e)), to_real(mu.get(e)));
        scan.nans += is_nan(value) || is_nan(log_mu);
        scan.infinite += value == Limits<double>::infinity() || log_mu == Limits<double>::infinity();
        if (y > scan.maximum) {
          scan.maximum = y;
          scan.argmax = at.index + e;
        }
      }
    });
  };
  return scope.reduce_segments(segment, SoftBackupScan{-Limits<double>::infinity(), 0x7fffffff, 0, 0, 0});
}

template <class T>
GIBBS_DEVICE SoftBackupSums sum_backup(const RowScope& scope, const RowSource<T>& q, const RowSource<T>& prior,
                                       const SoftBackupRow& s) {
  return scope.template reduce<SoftBackupSums, T>([&](SoftBackupSums& sum, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = q.at(at, scope.columns), mu = s.has_prior ? prior.at(at, scope.columns) : Pack<T>{};
    GIBBS_UNROLL
    for (int e = 0; e < Pack<T>::size; ++e) {
      if (e >= at.count) continue;
      const double x = s.offset(s.exponent(to_real(pack.get(e)), to_real(mu.get(e))), at.index + e), term = exp(x);
      if (!(term > 0)) continue;
      if (x == 0) {
        sum.ties += 1;
      } else {
        sum.rest += term;
        sum.moment = fma(term, x, sum.moment);
      }
      const double log_mu = double(to_real(mu.get(e)));
      if (log_mu == -Limits<double>::infinity()) {
        sum.disjoint += 1;
      } else {
        sum.cross = fma(term, log_mu, sum.cross);
      }
    }
  });
}

template <class T>
GIBBS_DEVICE void soft_backup(const SoftBackupParameters& p) {
  using R = Real<T>;
  const double infinity = Limits<double>::infinity(), nan = Limits<double>::nan();
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const RowSource<T> q = {matrix_row<T>(p.q, p.q_stride, row), scope.template kept<T>(0)};
    const RowSource<T> prior = {matrix_row<T>(p.log_prior, p.log_prior_stride, row), scope.template kept<T>(1)};
    const double lambda = row_number<R>(p.kl_weights, row, p.kl_weight), tau = row_number<R>(p.temperatures, row, p.temperature);
    const double c = lambda + tau, upstream = row_number<R>(p.upstream, row, 1);
    SoftBackupRow s{p.minimise ? -1.0 : 1.0, lambda, 0, 0, 0, 0, 0, c == 0, p.log_prior != nullptr, kNan};
    uint8_t status = !(lambda >= 0 && lambda < infinity) ? GIBBS_ROW_INVALID_PARAMETER
                     : !(tau >= 0 && c < infinity)       ? GIBBS_ROW_INVALID_TEMPERATURE
                                                         : GIBBS_ROW_OK;
    double value = nan, entropy = nan, divergence = nan;
    const SoftBackupScan scan = scan_backup(scope, q, prior, s);  // keeps the row, of which results are written whatever it says
    if (status == GIBBS_ROW_OK) {
      status = scan.nans > 0                                   ? GIBBS_ROW_NOT_A_NUMBER
               : scan.infinite > 0 || scan.maximum == infinity ? GIBBS_ROW_PLUS_INFINITY
               : scan.maximum == -infinity                     ? GIBBS_ROW_ALL_MASKED
                                                               : GIBBS_ROW_OK;
      s.maximum = scan.maximum + 0.0;
      s.argmax = scan.argmax;
    }
    if (status == GIBBS_ROW_OK) {
      const double inverse = 1 / c;
      s.inverse = inverse < Limits<double>::largest() ? inverse : Limits<double>::largest();
      const SoftBackupSums sums = sum_backup(scope, q, prior, s);
      const double excess = double(sums.ties - 1) + sums.rest, sum = 1 + excess, log_count = log(double(p.columns));
      s.log_sum = log1p(excess);
      s.scale = 1 / sum;
      s.fill = kAffine;
      entropy = s.log_sum - sums.moment / sum;
      divergence = log_count - entropy;
      if (divergence < 0) divergence = 0;
      if (s.has_prior) divergence = sums.disjoint > 0 ? infinity : (sums.moment - sums.cross) / sum - s.log_sum;
      value = s.maximum + c * s.log_sum;
      if (!s.has_prior) value -= lambda * log_count;
    } else if (status == GIBBS_ROW_ALL_MASKED) {
      s.fill = kZero;
      value = -infinity;
      entropy = divergence = 0;
    }
    if (scope.leader()) {
      set_number<R>(p.values, row, s.sign * value);
      set_number<R>(p.entropies, row, entropy);
      set_number<R>(p.kl, row, divergence);
      set_number<R>(p.temperature_gradient, row, upstream * s.sign * entropy);
      set_number<R>(p.kl_weight_gradient, row, upstream == 0 && divergence == divergence ? 0 : -upstream * s.sign * divergence);
      if (p.status != nullptr) p.status[row] = divergence == infinity ? uint8_t(GIBBS_ROW_DISJOINT_SUPPORT) : status;
    }

    const double by_prior = s.has_prior ? s.sign * upstream * lambda : 0;
    const auto read = [&](PackPlace at) GIBBS_INLINE {
      return SoftBackupData<T>{q.at(at, scope.columns), s.has_prior ? prior.at(at, scope.columns) : Pack<T>{}};
    };
    const auto policy = [&](const SoftBackupData<T>& d, int e, int32_t j) GIBBS_INLINE { return s.probability(d, e, j, 1); };
    const auto log_policy = [&](const SoftBackupData<T>& d, int e, int32_t j) GIBBS_INLINE { return s.log_probability(d, e, j); };
    const auto prior_gradient = [&](const SoftBackupData<T>& d, int e, int32_t j)
                                    GIBBS_INLINE { return s.probability(d, e, j, by_prior); };
    const auto q_gradient = [&](const SoftBackupData<T>& d, int e, int32_t j)
                                GIBBS_INLINE { return s.probability(d, e, j, upstream); };
    write_outputs<T>(scope, q.kept != nullptr, read, row_output(matrix_row<T>(p.policy, p.policy_stride, row), policy),
                     row_output(matrix_row<T>(p.log_policy, p.log_policy_stride, row), log_policy),
                     row_output(matrix_row<T>(p.log_prior_gradient, p.log_prior_gradient_stride, row), prior_gradient),
                     row_output(matrix_row<T>(p.q_gradient, p.q_gradient_stride, row), q_gradient));
  }
}

}  // namespace gibbs::kernels
