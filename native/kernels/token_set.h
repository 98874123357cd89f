// Restricted entropies and decoding of rows of logits. S is a prefix of the ranking of a row (token_criteria.h), q the softmax
// over S, x_j = (z_j - max z) / T, and
//
//   Z = sum over S of e^x,  X = sum over S of e^x x,  log q_j = x_j - log Z
//   H_S = -sum q log q = log Z - X / Z          gradient, S held:  dz_k = -q_k (log q_k + H_S) / T = -q_k (x_k - X / Z) / T
//   sample = argmax over S of x_j + G_j         (gumbel.h)
//
// A row is read once where the scope keeps rows. Z and X are summed over the row again once S is known, so that they depend on S
// alone; entries at the maximum are counted apart, and a confident row's entropy keeps relative accuracy.
#pragma once

#include "kernels/gumbel.h"
#include "kernels/mask_bytes.h"
#include "kernels/row_epilogue.h"
#include "kernels/token_criteria.h"

namespace gibbs::kernels {

// The set of a row: entries above a rank, and those at it up to an index.
template <class R>
struct TokenCut {
  Rank<R> rank;
  int32_t index;
  GIBBS_DEVICE bool keeps(R z, int32_t j) const {
    const Rank<R> r = ordinal(z);
    return r > rank || (r == rank && j <= index);
  }
};

template <class R>
GIBBS_DEVICE TokenCut<R> no_tokens() {
  return {Rank<R>(~uint64_t(0) >> (65 - 8 * sizeof(R))), -1};  // above every NaN
}

template <class R>
struct SetSums {
  R rest, moment, least;  // entries below the maximum; the smallest logit
  int32_t count, ties;    // all, and those at the maximum
};
template <class R>
GIBBS_DEVICE SetSums<R> merge(const SetSums<R>& a, const SetSums<R>& b) {
  return {a.rest + b.rest, a.moment + b.moment, a.least < b.least ? a.least : b.least, a.count + b.count, a.ties + b.ties};
}

template <class R>
struct TokenDraw {
  R score, logit;
  Rank<R> token;  // as wide as R: no padding
};
template <class R>
GIBBS_DEVICE TokenDraw<R> merge(const TokenDraw<R>& a, const TokenDraw<R>& b) {
  return a.score > b.score || (a.score == b.score && a.token < b.token) ? a : b;
}
constexpr int32_t kNoToken = 0x7fffffff;

template <class T>
GIBBS_DEVICE TokenCut<Real<T>> token_cut(const TokenSetParameters<Real<T>>& p, const RowScope& scope, const RowSource<T>& source,
                                         const RowSoftmax<Real<T>>& softmax) {
  using R = Real<T>;
  const RankedPrefix<R> prefix = token_prefix(p, scope, source, softmax);
  const Rank<R> rank = prefix.rank;
  if (prefix.ties == prefix.equal) return {rank, prefix.ties > 0 ? scope.columns : -1};
  if (prefix.ties == 0) return {rank, -1};
  return {rank, index_of_match(scope, source, prefix.ties, [&](T z) GIBBS_INLINE { return ordinal(to_real(z)) == rank; })};
}

template <class T>
GIBBS_DEVICE SetSums<Real<T>> set_sums(const RowScope& scope, const RowSource<T>& source, const RowSoftmax<Real<T>>& softmax,
                                       const TokenCut<Real<T>>& cut) {
  using R = Real<T>;
  return scope.template reduce<SetSums<R>, T>(
      [&](SetSums<R>& s, PackPlace at) GIBBS_INLINE {
        const Pack<T> pack = source.at(at, scope.columns);
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          const R z = to_real(pack.get(e));
          if (e >= at.count || !cut.keeps(z, at.index + e)) continue;
          s.count += 1;
          s.least = z < s.least ? z : s.least;
          if (z == softmax.maximum) {
            s.ties += 1;
            continue;
          }
          const R x = softmax.offset(z), term = exp(x);
          s.rest += term;
          if (term > 0) s.moment = fma(term, x, s.moment);  // 0 times an overflowed x
        }
      },
      SetSums<R>{R(0), R(0), Limits<R>::infinity(), 0, 0});
}

template <class T>
GIBBS_DEVICE TokenDraw<Real<T>> draw_token(const TokenSetParameters<Real<T>>& p, const RowScope& scope,
                                           const RowSource<T>& source, const RowSoftmax<Real<T>>& softmax,
                                           const TokenCut<Real<T>>& cut, int64_t row) {
  using R = Real<T>;
  const uint64_t stream = uint64_t(row) + uint64_t(p.row_offset);
  return scope.template reduce<TokenDraw<R>, T>(
      [&](TokenDraw<R>& best, PackPlace at) GIBBS_INLINE {
        const Pack<T> pack = source.at(at, scope.columns);
        PhiloxWords words = {};
        bool drawn = false;
        GIBBS_UNROLL
        for (int e = 0; e < Pack<T>::size; ++e) {
          const int32_t j = at.index + e;
          if (e % 4 == 0) drawn = false;  // a pack begins at a multiple of its size
          const R z = to_real(pack.get(e));
          if (e >= at.count || !cut.keeps(z, j)) continue;
          if (!drawn) words = token_words(j / 4, stream, p.step, p.seed);
          drawn = true;
          best = merge(best, TokenDraw<R>{gumbel_score(z, softmax.maximum, softmax.inverse_temperature, words.word(j)), z, j});
        }
      },
      TokenDraw<R>{-Limits<R>::infinity(), R(0), kNoToken});
}

// log q_j; fill as in RowCoefficients, kZero for a row whose tokens are all outside.
template <class T>
struct SetLogProbability {
  using R = Real<T>;
  int32_t fill;
  TokenCut<R> cut;
  RowSoftmax<R> softmax;
  R log_sum;

  GIBBS_DEVICE R of(R z, int32_t j) const {
    if (fill == kNan) return Limits<R>::nan();
    if (fill == kZero || !cut.keeps(z, j)) return -Limits<R>::infinity();
    return softmax.offset(z) - log_sum;
  }
  GIBBS_DEVICE T operator()(T element, int32_t j) const { return From<T>::real(of(to_real(element), j)); }
};

template <class T>
struct SetEntropyGradient {
  using R = Real<T>;
  int32_t fill;
  TokenCut<R> cut;
  RowSoftmax<R> softmax;
  R factor, mean, log_sum;  // dz_k = -factor q_k (x_k - mean)

  GIBBS_DEVICE T operator()(T element, int32_t j) const {
    if (fill == kNan) return From<T>::real(Limits<R>::nan());
    const R z = to_real(element);
    if (fill == kZero || !cut.keeps(z, j)) return From<T>::real(R(0));
    const R x = softmax.offset(z), q = exp(x - log_sum);
    return From<T>::real(q > 0 ? -factor * (q * (x - mean)) : R(0));
  }
};

template <class T>
GIBBS_DEVICE void store_set_mask(const RowScope& scope, const RowSource<T>& source, const TokenCut<Real<T>>& cut, uint8_t* mask) {
  scope.each_segment(
      [&](int32_t segment) GIBBS_INLINE {
        scope.template each_pack<T>(segment, [&](PackPlace at) GIBBS_INLINE {
          const Pack<T> pack = source.at(at, scope.columns);
          uint32_t bits = 0;
          GIBBS_UNROLL
          for (int e = 0; e < Pack<T>::size; ++e)
            bits |= uint32_t(e < at.count && cut.keeps(to_real(pack.get(e)), at.index + e)) << e;
          store_mask(mask + at.index, bits, at.count);
        });
      },
      [](int32_t) GIBBS_INLINE {});
}

template <class T>
GIBBS_DEVICE void token_set(const TokenSetParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowParameters<R>& r = p.row;
  const R nan = Limits<R>::nan(), infinity = Limits<R>::infinity();
  const RowScope scope(p.scope, r.columns);
  for (int64_t row = scope.first(); row < r.rows; row += scope.stride()) {
    const RowSource<T> source = {static_cast<const T*>(r.logits) + row * r.logits_stride, scope.template kept<T>(0)};
    const RowView<T> action = view_row<T>(r, row);
    double temperature = p.temperature;
    if (r.row_temperatures != nullptr) temperature = double(r.row_temperatures[row]);
    const RowScan<R> scan = scan_row(scope, source, false);
    const bool valid = valid_temperature(temperature);
    uint8_t status = valid ? masked_status(scan) : uint8_t(GIBBS_ROW_INVALID_TEMPERATURE);

    RowSoftmax<R> softmax = {};
    TokenCut<R> cut = no_tokens<R>();
    SetSums<R> set = {};
    TokenDraw<R> draw = {-infinity, R(0), kNoToken};
    if (status == GIBBS_ROW_OK) {
      softmax = row_softmax(scope, source, scan, finite_inverse<R>(temperature));
      cut = token_cut(p, scope, source, softmax);
      set = set_sums(scope, source, softmax, cut);
      if (set.count == 0) status = GIBBS_ROW_EMPTY_SET;
      if (p.samples != nullptr || p.sample_log_probability != nullptr) draw = draw_token(p, scope, source, softmax, cut, row);
    }
    const bool full = status == GIBBS_ROW_OK, empty = status == GIBBS_ROW_EMPTY_SET || status == GIBBS_ROW_ALL_MASKED;
    const R excess = R(set.ties - 1) + set.rest, log_sum = full ? log1p(excess) : R(0);
    const R mean = full ? set.moment / (R(1) + excess) : R(0);
    const R entropy = full ? log_sum - mean : empty ? R(0) : nan;
    const SetLogProbability<T> log_probability = {full ? kAffine : empty ? kZero : kNan, cut, softmax, log_sum};

    const R weight = r.row_weights != nullptr ? r.row_weights[row] : R(1);
    const bool has_action = action.target >= 0;
    if (scope.leader()) {
      if (r.status != nullptr)
        r.status[row] = r.target_bytes == 0 || has_action ? status : uint8_t(GIBBS_ROW_TARGET_OUT_OF_RANGE);
      if (p.entropies != nullptr) p.entropies[row] = entropy;
      if (r.losses != nullptr) r.losses[row] = is_nan(entropy) ? entropy : product_or_zero(weight, entropy);
      if (p.full_entropies != nullptr)
        p.full_entropies[row] = status == GIBBS_ROW_ALL_MASKED ? R(0) : full || empty ? softmax.entropy() : nan;
      if (p.counts != nullptr) p.counts[row] = set.count;
      if (p.thresholds != nullptr) p.thresholds[row] = full ? set.least : empty ? infinity : nan;
      if (p.action_log_probability != nullptr)
        p.action_log_probability[row] = has_action ? log_probability.of(action.target_logit, action.target) : nan;
      if (p.samples != nullptr) p.samples[row] = draw.token == kNoToken ? -1 : int64_t(draw.token);
      if (p.sample_log_probability != nullptr)
        p.sample_log_probability[row] = full ? softmax.log_probability(draw.logit) : empty ? -infinity : nan;
    }
    if (p.mask != nullptr) store_set_mask(scope, source, cut, p.mask + row * p.mask_stride);

    R normaliser = r.normaliser_value;
    if (r.normaliser != nullptr) normaliser = *r.normaliser;
    SetEntropyGradient<T> g = {log_probability.fill, cut, softmax, R(0), mean, log_sum};
    if (normaliser == 0 || (weight == 0 && full)) {
      g.fill = kZero;
    } else {
      const R factor = weight * softmax.inverse_temperature / normaliser, largest = Limits<R>::largest();
      g.factor = factor > largest ? largest : factor < -largest ? -largest : factor;  // 0 times infinity of a vanished q
    }
    // The kept row is mapped in place: log-probabilities first would leave the gradient nothing to read.
    if (p.log_probabilities != nullptr) {
      const RowSource<T> again = {source.row, r.gradient != nullptr ? nullptr : source.kept};
      map_row(scope, again, static_cast<T*>(p.log_probabilities) + row * p.log_probabilities_stride, log_probability);
    }
    if (r.gradient != nullptr) map_row(scope, source, static_cast<T*>(r.gradient) + row * r.gradient_stride, g);
  }
}

}  // namespace gibbs::kernels
