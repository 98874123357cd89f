// Which prefix of a row's ranking the criteria of a token set keep. p = softmax(z / T), H its entropy; a criterion is on p
// itself:
//
//   top-k             at most k tokens
//   top-p             as few as have sum p >= mass; without the crossing token, those before it
//   min-p             p_j >= m max p, so x_j >= log m: all above a value
//   least probability p_j >= kappa, so x_j >= log kappa + log sum, and the first always
//   top-h             the longest with  H(softmax over the prefix) <= alpha H                              paper
//                                       sum -p log p <= alpha (the same over the cap first)                released
//                                       the same, with p renormalised over the cap first                   transformers
//
// Top-H: Potraghloo et al., "Top-H decoding", 2025. Every prefix has a token, but for top-p without the crossing one.
#pragma once

#include "kernels/ranked_prefix.h"
#include "kernels/token_set_parameters.h"

namespace gibbs::kernels {

// The largest m in [0, most] with f(m), f falling; f(0) is not asked.
template <class F>
GIBBS_DEVICE int32_t most_admitted(int32_t most, const F& f) {
  int32_t low = 0, high = most;
  if (f(most)) return most;
  GIBBS_UNROLL_BY(1)
  while (high - low > 1) {
    const int32_t mid = low + (high - low) / 2;
    if (f(mid)) {
      low = mid;
    } else {
      high = mid;
    }
  }
  return low;
}

template <class R>
struct PrefixRule {
  int32_t most;
  bool excludes_crossing, renormalises;
  R mass;                  // sum e^x below it
  R bound;                 // entropy up to it:
  R log_sum, inverse_sum;  // sum of -p log p for p = e^x inverse_sum, where it does not renormalise over the prefix itself

  GIBBS_DEVICE R partial_entropy(const PrefixSums<R>& s) const { return (s.sum() * log_sum - s.moment) * inverse_sum; }
  GIBBS_DEVICE bool within(const PrefixSums<R>& s) const {
    if (s.count > most) return false;
    return bound == Limits<R>::infinity() || (renormalises ? s.entropy() : partial_entropy(s)) <= bound;
  }
  // The crossing token comes after what is admitted here.
  GIBBS_DEVICE bool operator()(const PrefixSums<R>& s) const { return s.sum() < mass && within(s); }

  GIBBS_DEVICE int32_t ties(const PrefixSums<R>& s, R x, int32_t equal) const {
    int32_t kept = most_admitted(equal, [&](int32_t m) GIBBS_INLINE { return within(s.with(m, x)); });
    if (s.count == 0 && kept == 0) kept = 1;
    const int32_t before = most_admitted(equal, [&](int32_t m) GIBBS_INLINE { return s.with(m, x).sum() < mass; });
    const int32_t by_mass = excludes_crossing || before == equal ? before : before + 1;
    return kept < by_mass ? kept : by_mass;
  }
};

template <class T>
GIBBS_DEVICE RankedPrefix<Real<T>> token_prefix(const TokenSetParameters<Real<T>>& p, const RowScope& scope,
                                                const RowSource<T>& source, const RowSoftmax<Real<T>>& softmax) {
  using R = Real<T>;
  const R infinity = Limits<R>::infinity(), alpha = p.top_h;
  const bool capped = p.top_h_variant != GIBBS_TOP_H_PAPER;
  PrefixRule<R> rule = {p.top_h_cap, p.excludes_crossing != 0, !capped, infinity, infinity, R(0), R(1)};
  RankedPrefix<R> prefix = {};
  // The released forms of top-h first look at the prefix of cap tokens.
  GIBBS_UNROLL_BY(1)
  for (int step = capped ? 0 : 1; step < 2; ++step) {
    R limit = -infinity;
    bool bounded = false;
    if (step == 1) {
      const PrefixSums<R> cap = prefix.sums;
      const bool own = p.top_h_variant == GIBBS_TOP_H_TRANSFORMERS;
      rule.log_sum = own ? log1p(cap.excess) : softmax.log_sum;
      rule.inverse_sum = R(1) / (own ? cap.sum() : softmax.sum);
      if (alpha < 1) rule.bound = alpha * (capped ? rule.partial_entropy(cap) : softmax.entropy());
      if (p.mass < 1) rule.mass = p.mass * softmax.sum;
      rule.most = capped && p.top_h_cap < p.most ? p.top_h_cap : p.most;
      const R by_share = p.least_log_share + softmax.log_sum, by_offset = p.least_offset;
      limit = by_share > by_offset ? by_share : by_offset;
      if (by_share > 0) rule.most = 1;  // not even the first reaches it: ties of the first are out
      bounded = alpha < 1 || p.mass < 1;
    }
    // An exponential below the normal range stands for 0 and adds to no sum: a bound on one does not keep its entry.
    const R smallest = bounded ? power_of_two<R>(1 - Exponential<R>::bias) : R(0);
    const Rank<R> floor = least_rank(softmax, [&](R x) GIBBS_INLINE { return x == 0 || (x >= limit && exp(x) >= smallest); });
    prefix = ranked_prefix(scope, source, softmax, floor, rule);
  }
  return prefix;
}

}  // namespace gibbs::kernels
