// Entropies of rows of any lengths, value = r H + u log p_a. Of logits, with x_j = (z_j - max z) / T, Z = sum e^x, L = log Z,
// U = sum u_j of the terms of deformed_terms.h, q = U / Z above alpha = 1 and -U / Z below:
//
//   Shannon L - U / Z     Renyi L - log1p(q) / (alpha - 1)     Tsallis -expm1(-(alpha - 1) Renyi) / (alpha - 1)     min L
//   dH/dx_k = -(c / (beta Z)) (u_k - (U / Z) e^x_k)            c = beta = 1 of Shannon, alpha Z^(1-alpha) of Tsallis, alpha / (1
//   + q)
//                                                              of Renyi
//   dlog p_a/dx_k = 1[k = a] - e^x_k / Z
//
// Both terms of every H are of one sign: confident rows keep relative accuracy. Of probabilities x = log p, Z = 1: Shannon -U,
// Tsallis -U / beta, Renyi log(sum p +- U) / (1 - alpha), min -log max p. A row is read once and written once where it can be
// kept.
#pragma once

#include "kernels/deformed_terms.h"
#include "kernels/row_entropy_parameters.h"
#include "kernels/row_epilogue.h"
#include "kernels/row_softmax.h"

namespace gibbs::kernels {

// What became of a row, the sums that its gradient is made of, and which sum a value is.
struct EntropyRow {
  double entropy, log_sum_exp, log_probability;
  double excess, log_sum;        // Z - 1 and L; of probabilities unused
  double exponential, deformed;  // of e^x and of u in dH/dx; of probabilities see entropy_slopes
  int32_t argmax;
  uint8_t status;
};

GIBBS_DEVICE EntropyRow irregular_entropy(uint8_t status) {
  const double nan = Limits<double>::nan(), infinity = Limits<double>::infinity();
  EntropyRow e{nan, nan, nan, 0, 0, 0, 0, -1, status};
  if (status == GIBBS_ROW_PLUS_INFINITY) e.log_sum_exp = infinity;
  if (status == GIBBS_ROW_ALL_MASKED) e.entropy = 0;
  if (status == GIBBS_ROW_ALL_MASKED) e.log_sum_exp = e.log_probability = -infinity;
  return e;
}

template <class R>
struct DeformedSums {
  R deformed, power;
};
template <class R>
GIBBS_DEVICE DeformedSums<R> merge(const DeformedSums<R>& a, const DeformedSums<R>& b) {
  return {a.deformed + b.deformed, a.power + b.power};
}

template <class T>
GIBBS_DEVICE DeformedSums<Real<T>> deformed_sums(const RowScope& scope, const RowSource<T>& source,
                                                 const RowSoftmax<Real<T>>& softmax, const DeformedTerms<Real<T>>& terms) {
  using R = Real<T>;
  return scope.template reduce<DeformedSums<R>, T>([&](DeformedSums<R>& sum, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = source.at(at, scope.columns);
    DeformedSums<R> own{};
    GIBBS_UNROLL
    for (int e = 0; e < Pack<T>::size; ++e) {
      if (e >= at.count) continue;
      const R x = softmax.offset(to_real(pack.get(e)));
      const DeformedTerm<R> term = terms(x, exp(x));
      own.deformed += term.u;
      own.power += term.power;
    }
    sum = merge(sum, own);
  });
}

// H and its coefficients from sums over a row of logits.
GIBBS_DEVICE void finish_entropy(EntropyRow& e, int32_t kind, double alpha, double deformed, double power) {
  const double sum = 1 + e.excess, mean = deformed / sum;
  e.entropy = e.log_sum;
  e.exponential = 1 / sum;
  if (kind == GIBBS_ENTROPY_MIN) return;
  if (kind == GIBBS_ENTROPY_SHANNON) {
    e.entropy = e.log_sum - mean;
    e.deformed = -1 / sum;
    e.exponential = mean / sum;
    return;
  }
  // log(sum e^(alpha x) / Z), by the sum itself where it is far below Z.
  const double above = alpha - 1, quotient = above > 0 ? mean : -mean, beta = above > 0 ? above : -above;
  const double log_ratio = quotient > -0.5 ? log1p(quotient) : log(power / sum), renyi = e.log_sum - log_ratio / above;
  e.entropy = kind == GIBBS_ENTROPY_RENYI ? renyi : -expm1(-above * renyi) / above;
  const double c = alpha * exp(kind == GIBBS_ENTROPY_RENYI ? -log_ratio : -above * e.log_sum);
  e.deformed = -c / (beta * sum);
  e.exponential = -e.deformed * mean;
}

template <class R>
struct ProbabilitySums {
  double mass;  // sum p, of which Renyi's entropy near alpha = 1 is a small difference from 1
  R deformed, power;
  int32_t invalid, argmax;
};
template <class R>
GIBBS_DEVICE ProbabilitySums<R> merge(const ProbabilitySums<R>& a, const ProbabilitySums<R>& b) {
  return {a.mass + b.mass, a.deformed + b.deformed, a.power + b.power, a.invalid + b.invalid,
          a.argmax < b.argmax ? a.argmax : b.argmax};
}

template <class T>
GIBBS_DEVICE EntropyRow probability_entropy(const RowScope& scope, const RowSource<T>& source, int32_t kind, double alpha,
                                            const DeformedTerms<Real<T>>& terms) {
  using R = Real<T>;
  const RowScan<R> scan = scan_row(scope, source, false);
  const auto s = scope.template reduce<ProbabilitySums<R>, T>(
      [&](ProbabilitySums<R>& sum, PackPlace at) GIBBS_INLINE {
        const Pack<T> pack = source.at(at, scope.columns);
        ProbabilitySums<R> own{0, R(0), R(0), 0, kNoArgmax};
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          if (e >= at.count) continue;
          const R p = to_real(pack.get(e));
          own.invalid += p < R(0) || p > R(1);
          if (p == scan.maximum && at.index + e < own.argmax) own.argmax = at.index + e;
          if (!(p > R(0))) continue;
          const DeformedTerm<R> term = terms(log(p), p);
          own.mass += double(p);
          own.deformed += term.u;
          own.power += term.power;
        }
        sum = merge(sum, own);
      },
      ProbabilitySums<R>{0, R(0), R(0), 0, kNoArgmax});
  const uint8_t content = masked_status(scan);
  const bool irregular = content == GIBBS_ROW_NOT_A_NUMBER || content == GIBBS_ROW_PLUS_INFINITY;
  EntropyRow e = irregular_entropy(irregular              ? content
                                   : s.invalid > 0        ? uint8_t(GIBBS_ROW_INVALID_PROBABILITY)
                                   : scan.maximum == R(0) ? uint8_t(GIBBS_ROW_ALL_MASKED)
                                                          : uint8_t(GIBBS_ROW_OK));
  if (e.status != GIBBS_ROW_OK) return e;
  const double above = alpha - 1, beta = above > 0 ? above : -above, deformed = double(s.deformed);
  const double distance = (s.mass - 1) + (above > 0 ? deformed : -deformed);
  const double power = distance > -0.5 && distance < 0.5 ? 1 + distance : double(s.power);
  e.argmax = s.argmax;
  e.deformed = 1 / power;
  e.exponential = -1 / double(scan.maximum);
  e.entropy = kind == GIBBS_ENTROPY_SHANNON   ? -deformed
              : kind == GIBBS_ENTROPY_TSALLIS ? -deformed / beta
              : kind == GIBBS_ENTROPY_MIN     ? -log(double(scan.maximum))
                                              : -(distance > -0.5 && distance < 0.5 ? log1p(distance) : log(power)) / above;
  return e;
}

// A row's gradient by its elements: a e^x + b u of logits, a + b (log p, expm1 or power) of probabilities, and two entries of
// their own. fill as in RowCoefficients.
template <class T>
struct EntropyGradient {
  using R = Real<T>;
  int32_t fill, first, second;  // -1: none
  bool probabilities, powers, inverts;
  R a, b, first_entry, second_entry;
  RowSoftmax<R> softmax;
  DeformedTerms<R> terms;

  GIBBS_DEVICE T operator()(T element, int32_t j) const {
    if (fill != kAffine) return From<T>::real(fill == kZero ? R(0) : Limits<R>::nan());
    if (j == second) return From<T>::real(second_entry);
    if (j == first) return From<T>::real(first_entry);
    return From<T>::real(entry(to_real(element)));
  }
  GIBBS_DEVICE R entry(R z) const {
    if (!probabilities) {
      const R x = softmax.offset(z), e = exp(x);
      return fma(terms(x, e).u, b, e * a);
    }
    if (b == 0) return a;  // 0 times the infinite slope of p = 0
    const DeformedTerm<R> term = terms(log(z), z);
    const R numerator = powers ? (inverts ? R(1) : term.factor) : term.deviation;
    return fma(inverts ? numerator / term.factor : numerator, b, a);
  }
};

template <class R>
GIBBS_DEVICE R finite_real(double x) {
  const double largest = double(Limits<R>::largest());
  return R(x > largest ? largest : x < -largest ? -largest : x);
}

// Coefficients of a row that is Ok, for weights that hold the normaliser; of logits also 1 / T.
template <class T>
GIBBS_DEVICE void set_coefficients(EntropyGradient<T>& g, const EntropyRow& e, int32_t kind, double alpha, double weight,
                                   double action_weight, int32_t action, Real<T> chosen) {
  using R = Real<T>;
  const bool chooses = action >= 0 && action_weight != 0;
  const int32_t largest = kind == GIBBS_ENTROPY_MIN ? e.argmax : -1;
  g.first = largest;
  g.second = chooses ? action : -1;
  if (g.probabilities) {
    const double beta = alpha > 1 ? alpha - 1 : 1 - alpha;
    g.powers = kind == GIBBS_ENTROPY_RENYI;
    g.inverts = g.terms.form == kBelowTerms;
    g.a = finite_real<R>(kind == GIBBS_ENTROPY_MIN || kind == GIBBS_ENTROPY_RENYI ? 0 : -weight);
    g.b = finite_real<R>(kind == GIBBS_ENTROPY_MIN       ? 0
                         : kind == GIBBS_ENTROPY_SHANNON ? -weight
                         : kind == GIBBS_ENTROPY_TSALLIS ? -weight * alpha / beta
                                                         : -weight * alpha / (alpha - 1) * e.deformed);
    g.first_entry = R(weight * e.exponential);
    g.second_entry =
        chooses ? R(double(largest == action ? g.first_entry : g.entry(chosen)) + action_weight / double(chosen)) : R(0);
    return;
  }
  const double sum = 1 + e.excess;
  g.a = finite_real<R>(weight * e.exponential - action_weight / sum);
  g.b = finite_real<R>(weight * e.deformed);
  g.first_entry = R(-weight * (e.excess / sum) - action_weight / sum);
  if (!chooses) return;
  // 1 - p_a from the others or by expm1, never p_a - 1; a masked action has no gradient.
  const double x = double(g.softmax.offset(chosen));
  const double others = x == 0 ? e.excess / sum : -expm1(x - e.log_sum);
  const DeformedTerm<R> term = g.terms(R(x), exp(R(x)));
  const double entropy = largest == action ? -others : e.exponential * exp(x) + e.deformed * double(term.u);
  g.second_entry = x == -Limits<double>::infinity() ? R(0) : R(weight * entropy + action_weight * others);
}

template <class T>
GIBBS_DEVICE void row_entropy(const RowEntropyParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowParameters<R>& r = p.row;
  const RowScope scopes(p.scope, r.columns);
  const DeformedTerms<R> terms = deformed_terms<R>(p.alpha);
  for (int64_t row = scopes.first(); row < r.rows; row += scopes.stride()) {
    int64_t begin = row * r.logits_stride, written = row * r.gradient_stride, length = r.columns;
    ScopeGeometry geometry = p.scope;
    bool lies = true;
    if (p.offsets != nullptr) {
      begin = written = p.offsets[row];
      length = p.offsets[row + 1] - begin;
      lies = begin >= 0 && length >= 0 && length <= 0x7fffffff - 4095 && begin + length <= p.total;
      if (!lies) length = 0;
      geometry.segments = int32_t((length * int64_t(sizeof(T)) + kSegmentBytes - 1) / kSegmentBytes);
      geometry.keeps = p.scope.keeps && geometry.segments <= p.scope.segments;
    }
    const RowScope scope(geometry, int32_t(length));
    const RowSource<T> source = {static_cast<const T*>(r.logits) + begin, scope.template kept<T>(0)};

    double temperature = p.temperature;
    if (r.row_temperatures != nullptr) temperature = double(r.row_temperatures[row]);
    int64_t action = -1;
    if (r.target_bytes != 0) action = given_target(r, row);
    const bool outside = r.target_bytes != 0 && length > 0 && (action < 0 || action >= length);
    // Before any thread writes a gradient in place: reductions lie between.
    const bool acts = r.target_bytes != 0 && length > 0 && !outside;
    const R chosen = acts ? to_real(source.row[action]) : R(0);
    EntropyGradient<T> g{};
    g.probabilities = p.probabilities != 0;
    g.terms = terms;
    EntropyRow e;
    if (!lies) {
      e = irregular_entropy(GIBBS_ROW_INVALID_PARAMETER);
    } else if (!valid_temperature(temperature)) {
      e = irregular_entropy(GIBBS_ROW_INVALID_TEMPERATURE);
    } else if (length == 0) {
      e = irregular_entropy(GIBBS_ROW_ALL_MASKED);
    } else if (p.probabilities) {
      e = probability_entropy(scope, source, p.kind, p.alpha, terms);
    } else {
      const R inverse = finite_inverse<R>(temperature);
      g.softmax = row_softmax(scope, source, inverse);
      e = irregular_entropy(g.softmax.status);
      if (e.status == GIBBS_ROW_OK) {
        DeformedSums<R> sums = {g.softmax.moment, R(0)};
        if (terms.form != kShannonTerms) sums = deformed_sums(scope, source, g.softmax, terms);
        e.log_sum = double(g.softmax.log_sum);
        e.excess = expm1(e.log_sum);
        e.argmax = g.softmax.argmax;
        e.log_sum_exp = double(g.softmax.maximum) / temperature + e.log_sum;
        finish_entropy(e, p.kind, p.alpha, double(sums.deformed), double(sums.power));
      }
    }

    const uint8_t status = outside && lies ? uint8_t(GIBBS_ROW_TARGET_OUT_OF_RANGE) : e.status;
    if (acts && status == GIBBS_ROW_OK)
      e.log_probability = p.probabilities ? log(double(chosen)) : double(g.softmax.log_probability(chosen));
    if (outside) e.log_probability = Limits<double>::nan();
    const double weight = r.row_weights != nullptr ? double(r.row_weights[row]) : 1;
    const double action_weight = p.action_weights != nullptr ? double(p.action_weights[row]) : 0;
    if (scope.leader()) {
      const bool has_value = status == GIBBS_ROW_OK || status == GIBBS_ROW_ALL_MASKED;
      const double value = (weight == 0 ? 0 : weight * e.entropy) + (action_weight == 0 ? 0 : action_weight * e.log_probability);
      if (r.losses != nullptr) r.losses[row] = has_value ? R(value) : Limits<R>::nan();
      if (p.entropies != nullptr) p.entropies[row] = R(e.entropy);
      if (p.log_sum_exp != nullptr) p.log_sum_exp[row] = R(e.log_sum_exp);
      if (p.log_probability != nullptr) p.log_probability[row] = R(e.log_probability);
      if (r.status != nullptr) r.status[row] = status;
    }
    if (r.gradient == nullptr || length == 0) continue;

    double normaliser = double(r.normaliser_value);
    if (r.normaliser != nullptr) normaliser = double(*r.normaliser);
    const bool none = normaliser == 0 || status == GIBBS_ROW_TARGET_OUT_OF_RANGE || status == GIBBS_ROW_ALL_MASKED ||
                      (status == GIBBS_ROW_OK && weight == 0 && action_weight == 0);
    g.fill = none ? kZero : status != GIBBS_ROW_OK ? kNan : kAffine;
    if (g.fill == kAffine) {
      const double factor = (p.probabilities ? 1 : double(g.softmax.inverse_temperature)) / normaliser;
      set_coefficients(g, e, p.kind, p.alpha, weight * factor, action_weight * factor, acts ? int32_t(action) : -1, chosen);
    }
    map_row(scope, source, static_cast<T*>(r.gradient) + written, g);
  }
}

}  // namespace gibbs::kernels
