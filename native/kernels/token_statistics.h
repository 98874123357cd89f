// Means, quantiles and the k smallest or largest of numbers over the tokens of a scope, a sequence or the batch, a block per
// scope (token_statistics). The selection over a batch is that of masks over tensors (global_mask.h), between token_scores and
// token_marks. The tree of a mean is keyed by the token's index in its scope.
#pragma once

#include "kernels/order_statistic.h"
#include "kernels/policy_scores.h"
#include "kernels/token_statistics_parameters.h"

namespace gibbs::kernels {

struct TokenSums {
  double sum;
  int64_t tokens, nans;
};
GIBBS_DEVICE TokenSums merge(const TokenSums& a, const TokenSums& b) {
  return {a.sum + b.sum, a.tokens + b.tokens, a.nans + b.nans};
}

// Entries of a scope, by the token's index in it.
template <class R>
struct ScopeEntries {
  const TokenStatisticsParameters<R>& p;
  int64_t first;  // row

  GIBBS_DEVICE bool operator()(int64_t i, R& value) const {
    const int64_t row = i < p.inner ? 0 : i / p.inner, column = i - row * p.inner;
    value = p.values.start[(first + row) * p.values.stride + column];
    return p.mask.start == nullptr || p.mask.start[(first + row) * p.mask.stride + column] != 0;
  }
};

// As they compete to be among the smallest: of the largest with the other sign; a NaN does not.
template <class R>
struct CompetingEntries {
  const ScopeEntries<R>& entries;
  bool largest;

  GIBBS_DEVICE bool operator()(int64_t i, R& value) const {
    const bool token = entries(i, value);
    if (largest) value = -value;
    return token && !is_nan(value);
  }
};

struct Ties {
  int64_t below, sharing;
};
GIBBS_DEVICE Ties merge(const Ties& a, const Ties& b) { return {a.below + b.below, a.sharing + b.sharing}; }

// The index up to which the tokens equal to value are selected.
template <class R, class E>
GIBBS_DEVICE int64_t last_tie(int64_t n, R value, int64_t wanted, E entry) {
  int64_t low = 0, high = n - 1;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const auto ties =
        reduce_entries<Ties, R>(middle + 1, entry, [&](Ties& t, R other) GIBBS_INLINE { t.sharing += other == value; });
    if (ties.sharing >= wanted) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

// Within one block: scopes that are sequences.
template <class R>
GIBBS_DEVICE void select_tokens(const TokenStatisticsParameters<R>& p, int64_t row, int64_t count,
                                const CompetingEntries<R>& entry) {
  R cut = R(0);
  int64_t last = -1;
  if (count > 0) {
    cut = order_statistic<R>(p.tokens, count - 1, entry);
    const auto ties = reduce_entries<Ties, R>(p.tokens, entry, [&](Ties& t, R value) GIBBS_INLINE {
      t.below += value < cut;
      t.sharing += value == cut;
    });
    const int64_t wanted = count - ties.below;
    last = wanted == ties.sharing ? p.tokens - 1 : last_tie(p.tokens, cut, wanted, entry);
  }
  for (int64_t i = thread_index(); i < p.tokens; i += block_size()) {
    R value;
    const bool competes = entry(i, value);
    p.selected.start[row * p.selected.stride + i] = competes && count > 0 && (value < cut || (value == cut && i <= last));
  }
}

template <class R>
GIBBS_DEVICE void token_statistics(const TokenStatisticsParameters<R>& p) {
  for (int64_t scope = block_index(); scope < p.scopes; scope += grid_size()) {
    const ScopeEntries<R> entry = {p, scope};
    const auto sums = reduce_entries<TokenSums, R>(p.tokens, entry, [&](TokenSums& s, R value) GIBBS_INLINE {
      s.sum += double(value);
      s.tokens += 1;
      s.nans += is_nan(value);
    });
    const bool leader = thread_index() == 0;
    if (leader && p.counts != nullptr) p.counts[scope] = sums.tokens;
    if (leader && p.means != nullptr) p.means[scope] = R(sums.tokens == 0 ? 0.0 : sums.sum / double(sums.tokens));
    if (p.quantiles != nullptr) {
      double q = Limits<double>::nan();
      if (sums.tokens > 0 && sums.nans == 0) q = quantile<R>(p.tokens, sums.tokens, p.quantile, entry);
      if (leader) p.quantiles[scope] = R(q);
    }
    const int64_t eligible = sums.tokens - sums.nans;
    const int64_t count = p.given_count < 0          ? selected_of_share(p.share, sums.tokens, eligible)
                          : p.given_count < eligible ? p.given_count
                                                     : eligible;
    if (p.count != nullptr) {
      if (leader) *p.count = count;
    } else if (p.selected.start != nullptr) {
      select_tokens(p, scope, count, CompetingEntries<R>{entry, p.largest != 0});
    }
  }
}

// A thread per token.
template <class R>
GIBBS_DEVICE void token_scores(const TokenStatisticsParameters<R>& p) {
  const ScopeEntries<R> entry = {p, 0};
  for (int64_t i = int64_t(block_index()) * block_size() + thread_index(); i < p.tokens;
       i += int64_t(grid_size()) * block_size()) {
    R value;
    const bool token = entry(i, value);
    p.scores[i] = !token ? Limits<double>::nan() : p.largest ? double(value) : -double(value);
  }
}

template <class R>
GIBBS_DEVICE void token_marks(const TokenStatisticsParameters<R>& p) {
  for (int64_t i = int64_t(block_index()) * block_size() + thread_index(); i < p.tokens;
       i += int64_t(grid_size()) * block_size()) {
    const int64_t row = i / p.columns;
    p.selected.start[row * p.selected.stride + (i - row * p.columns)] = p.marks[i];
  }
}

}  // namespace gibbs::kernels
