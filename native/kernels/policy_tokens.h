// Losses, gradients and flags of tokens (policy_tokens), and what they add up to (policy_finish):
//
//   loss = sum weight (policy + kl_weight kl - entropy_weight H),  d/dl = weight d(policy + kl_weight kl)/dl,  d/dH = -weight
//   entropy_weight
//
// A sequence's sums follow a tree keyed by the token's place in it, the batch's one keyed by the sequence, all in fp64.
#pragma once

#include "kernels/policy_sequences.h"
#include "kernels/token_loss.h"

namespace gibbs::kernels {

GIBBS_DEVICE SequenceSums merge(const SequenceSums& a, const SequenceSums& b) {
  return {a.policy + b.policy,     a.kl + b.kl,
          a.entropy + b.entropy,   a.ratio + b.ratio,
          a.old_kl + b.old_kl,     a.log_probability + b.log_probability,
          a.clipped + b.clipped,   a.dual_clipped + b.dual_clipped,
          a.selected + b.selected, a.not_finite + b.not_finite};
}

// A weight of 0, that of a normaliser 0, gives 0 whatever the token holds; and there is no -0.
GIBBS_DEVICE double weighted(double weight, double value) { return weight == 0 || value == 0 ? 0.0 : weight * value; }

GIBBS_DEVICE bool uses_ratio(const PolicyTerms& p) {
  return p.kind != GIBBS_POLICY_REINFORCE && p.kind != GIBBS_POLICY_EXPONENTIAL_SMOOTHING;
}

// The token's own loss, with KL and entropy where they are given; what it adds to the sums goes there.
GIBBS_DEVICE TokenValue whole_token(const PolicyTerms& p, Token& t, bool has_reference, double reference, bool has_entropy,
                                    double entropy, SequenceSums& sums) {
  set_ratio(t);
  TokenValue v = token_loss(p, t);
  if (t.limited && uses_ratio(p)) v.flags |= GIBBS_TOKEN_RATIO_LIMITED;
  sums.policy += v.loss;
  sums.ratio += t.ratio;
  sums.old_kl -= log_difference(t.log_probability, t.old);
  sums.log_probability += t.log_probability;
  if (has_reference) {
    const TokenValue kl = kl_term(p.kl_estimator, t.log_probability, reference);
    sums.kl += kl.loss;
    v.flags |= kl.flags;
    if (p.kl_weight != 0) {
      v.loss += p.kl_weight * kl.loss;
      v.slope += p.kl_weight * kl.slope;
    }
  }
  if (has_entropy) {
    sums.entropy += entropy;
    if (p.entropy_weight != 0) v.loss -= p.entropy_weight * entropy;
  }
  if (is_nan(v.loss) || is_infinite(v.loss)) v.flags |= GIBBS_TOKEN_NOT_FINITE;
  sums.clipped += (v.flags & GIBBS_TOKEN_CLIPPED) != 0;
  sums.dual_clipped += (v.flags & GIBBS_TOKEN_DUAL_CLIPPED) != 0;
  sums.selected += (v.flags & (GIBBS_TOKEN_PENALISED | GIBBS_TOKEN_DETACHED)) != 0;
  sums.not_finite += (v.flags & GIBBS_TOKEN_NOT_FINITE) != 0;
  return v;
}

template <class R>
GIBBS_DEVICE void policy_tokens(const PolicyParameters<R>& p) {
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const TokenRow<R> log_probabilities(p.log_probabilities, row), old(p.old, row), reference(p.reference, row),
        proxy(p.proxy, row), advantages(p.advantages, row), entropies(p.entropies, row);
    const double advantage = p.sequence_advantages == nullptr ? 0.0 : double(p.sequence_advantages[row]);
    const double weight = token_weight(p, row);
    const auto sums = scope.template reduce<SequenceSums, R>([&](SequenceSums& s, PackPlace at) GIBBS_INLINE {
      const Pack<R> l = log_probabilities.at(at, p.columns), o = old.at(at, p.columns), r = reference.at(at, p.columns),
                    q = proxy.at(at, p.columns), a = advantages.at(at, p.columns), h = entropies.at(at, p.columns);
      Pack<R> losses = fill_pack(R(0)), gradient = losses, bonus = losses;
      GIBBS_UNROLL_BY(1)
      for (int e = 0; e < at.count; ++e) {
        uint32_t flags = 0;
        if (is_token(p.mask, row, at.index + e)) {
          Token t{};
          t.log_probability = double(l.at(e));
          t.old = old.given() ? double(o.at(e)) : t.log_probability;
          t.proxy = double(q.at(e));
          t.advantage = advantages.given() ? double(a.at(e)) : advantage;
          t.selected = p.selected != nullptr && p.selected[row * p.columns + at.index + e] != 0;
          const TokenValue v = whole_token(p.terms, t, reference.given(), double(r.at(e)), entropies.given(), double(h.at(e)), s);
          set_at(losses, e, R(v.loss));
          set_at(gradient, e, R(weighted(weight, v.slope)));
          set_at(bonus, e, R(weighted(-weight, p.terms.entropy_weight)));
          flags = v.flags;
        }
        if (p.flags.start != nullptr) p.flags.start[row * p.flags.stride + at.index + e] = uint8_t(flags);
      }
      store_tokens(p.token_losses, row, at, p.columns, losses);
      store_tokens(p.gradient, row, at, p.columns, gradient);
      store_tokens(p.entropy_gradient, row, at, p.columns, bonus);
    });
    if (scope.leader()) p.sums[row] = sums;
  }
}

struct PolicyTotals {
  double policy, kl, entropy, ratio, old_kl, log_probability;
  int64_t clipped, dual_clipped, selected, not_finite;
};
GIBBS_DEVICE PolicyTotals merge(const PolicyTotals& a, const PolicyTotals& b) {
  return {a.policy + b.policy,     a.kl + b.kl,
          a.entropy + b.entropy,   a.ratio + b.ratio,
          a.old_kl + b.old_kl,     a.log_probability + b.log_probability,
          a.clipped + b.clipped,   a.dual_clipped + b.dual_clipped,
          a.selected + b.selected, a.not_finite + b.not_finite};
}

// One block.
template <class R>
GIBBS_DEVICE void policy_finish(const PolicyParameters<R>& p) {
  PolicyTotals own{};
  for (int64_t row = thread_index(); row < p.rows; row += block_size()) {
    const SequenceSums s = p.sums[row];
    const double weight = token_weight(p, row);
    own = merge(own, PolicyTotals{weighted(weight, s.policy), weighted(weight, s.kl), weighted(weight, s.entropy), s.ratio,
                                  s.old_kl, s.log_probability, s.clipped, s.dual_clipped, s.selected, s.not_finite});
  }
  const PolicyTotals t = block_reduce(own);
  if (thread_index() != 0) return;
  double loss = t.policy;
  if (p.terms.kl_weight != 0) loss += p.terms.kl_weight * t.kl;
  if (p.terms.entropy_weight != 0) loss -= p.terms.entropy_weight * t.entropy;
  if (p.loss != nullptr) *p.loss = R(loss);
  if (p.metrics == nullptr) return;
  const PolicyState state = *p.state;
  const double per_token = state.tokens == 0 ? 0.0 : 1.0 / double(state.tokens);
  *p.metrics = {loss,
                t.policy,
                t.kl,
                t.entropy,
                state.normaliser,
                t.ratio * per_token,
                t.old_kl * per_token,
                t.log_probability * per_token,
                state.tokens,
                state.sequences,
                state.groups,
                t.clipped,
                t.dual_clipped,
                t.selected,
                t.not_finite};
}

}  // namespace gibbs::kernels
