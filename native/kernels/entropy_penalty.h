// Penalties on the entropies H of tokens [B, T], with A the anchor of a sequence, c, b, beta constants:
//
//   bonus          v = -H                                             dv/dH = -1
//   published EPO  v = beta c 1[not l A < H < u A] - b H              dv/dH = -b
//   hinge          v = beta d - b H,  d = max(l A - H, H - u A, 0)    dv/dH = -+beta outside - b
//   quadratic      v = beta d^2 - b H                                 dv/dH = -+2 beta d - b
//   attention      v = d^2 [|d| > margin log T],  d = H - theta log T dv/dH = 2 d beyond the margin, dv/dtheta = -2 d log T
//   Siren          weight (E - A)^2, E = mean over sequences of the mean H of tokens with H > quantile of their sequence
//
// Sums of a sequence by one block, then the value from those of all sequences, then the gradient. In fp64 whatever the storage;
// sums are in order of thread, keyed by the token's index. Xu et al. 2025; Jiang et al. 2025; Jha and Reagen 2025.
#pragma once

#include "gibbs/gibbs.h"
#include "kernels/entropy_penalty_parameters.h"
#include "kernels/order_statistic.h"

namespace gibbs::kernels {

GIBBS_DEVICE bool is_band(int32_t kind) { return kind >= GIBBS_PENALTY_EPO_PUBLISHED && kind <= GIBBS_PENALTY_EPO_QUADRATIC; }
GIBBS_DEVICE bool is_bad(int32_t status) {
  return status == GIBBS_ROW_INVALID_PARAMETER || status == GIBBS_ROW_NOT_A_NUMBER || status == GIBBS_ROW_PLUS_INFINITY;
}

struct PenaltyTerm {
  double value, slope;  // of bands without the bonus
  bool selected;
};

template <class R>
GIBBS_DEVICE PenaltyTerm token_term(const EntropyPenaltyParameters<R>& p, double entropy, double reference) {
  if (p.kind == GIBBS_PENALTY_ATTENTION) {
    const double d = entropy - reference;
    const bool selected = absolute(d) > p.margin * p.log_context;
    return {selected ? d * d : 0, selected ? 2 * d : 0, selected};
  }
  const double below = p.lower * reference - entropy, above = entropy - p.upper * reference;
  const double outside = below > above ? below : above, distance = outside > 0 ? outside : 0;
  const double sign = below > 0 ? -p.smoothing : p.smoothing;
  if (p.kind == GIBBS_PENALTY_EPO_PUBLISHED) {
    const bool selected = !(below < 0 && above < 0);
    return {selected ? p.smoothing * p.constant : 0, 0, selected};
  }
  const bool selected = distance > 0;
  if (p.kind == GIBBS_PENALTY_EPO_HINGE) return {p.smoothing * distance, selected ? sign : 0, selected};
  return {p.smoothing * distance * distance, 2 * sign * distance, selected};
}

// The anchor of a row, theta log T of its head, or 0; NaN where there is none.
template <class R>
GIBBS_DEVICE double penalty_reference(const EntropyPenaltyParameters<R>& p, int64_t row) {
  if (p.kind == GIBBS_PENALTY_ATTENTION) return double(p.head_thresholds[row % p.heads]) * p.log_context;
  if (!is_band(p.kind)) return 0;
  double anchor = p.anchor;
  if (p.anchors != nullptr) {
    const int64_t index = p.anchor_indices != nullptr ? int64_t(p.anchor_indices[row]) : row;
    anchor = index >= 0 && index < p.anchor_count ? double(p.anchors[index]) : Limits<double>::nan();
  }
  return anchor;
}

struct PenaltyContent {
  double sum;
  int64_t tokens, nans, infinite;
};
GIBBS_DEVICE PenaltyContent merge(const PenaltyContent& a, const PenaltyContent& b) {
  return {a.sum + b.sum, a.tokens + b.tokens, a.nans + b.nans, a.infinite + b.infinite};
}
struct PenaltyTokenSums {
  double penalty, selected_entropy, threshold_gradient;
  int64_t selected;
};
GIBBS_DEVICE PenaltyTokenSums merge(const PenaltyTokenSums& a, const PenaltyTokenSums& b) {
  return {a.penalty + b.penalty, a.selected_entropy + b.selected_entropy, a.threshold_gradient + b.threshold_gradient,
          a.selected + b.selected};
}

// Writes penalties and selections of the block's tokens.
template <class R>
GIBBS_DEVICE PenaltyTokenSums token_sums(const EntropyPenaltyParameters<R>& p, int64_t row, double reference, double mean,
                                         bool bad) {
  const R* entropies = p.entropies + row * p.entropies_stride;
  const uint8_t* mask = p.mask != nullptr ? p.mask + row * p.mask_stride : nullptr;
  const bool siren = p.kind == GIBBS_PENALTY_SIREN, whole = p.per_sequence != 0 && is_band(p.kind);
  const PenaltyTerm shared = whole ? token_term(p, mean, reference) : PenaltyTerm{0, 0, false};
  PenaltyTokenSums own{};
  GIBBS_UNROLL_BY(1)
  for (int64_t t = thread_index(); t < p.columns; t += block_size()) {
    double penalty = 0;
    bool selected = false;
    if (mask == nullptr || mask[t] != 0) {
      const double entropy = double(entropies[t]);
      PenaltyTerm term = shared;
      if (siren) {
        term.selected = entropy > reference;
      } else if (p.kind != GIBBS_PENALTY_BONUS && !whole) {
        term = token_term(p, entropy, reference);
      }
      selected = term.selected && !bad;
      penalty = bad ? Limits<double>::nan() : p.bonus == 0 ? term.value : term.value - p.bonus * entropy;
      own.penalty += penalty;
      if (p.kind == GIBBS_PENALTY_ATTENTION) own.threshold_gradient -= term.slope * p.log_context;
      own.selected += selected;
      if (selected) own.selected_entropy += entropy;
    }
    if (p.penalties != nullptr) p.penalties[row * p.penalties_stride + t] = R(penalty);
    if (p.selected != nullptr) p.selected[row * p.selected_stride + t] = selected;
  }
  return block_reduce(own);
}

template <class R>
GIBBS_DEVICE void entropy_penalty_rows(const EntropyPenaltyParameters<R>& p) {
  for (int64_t row = block_index(); row < p.rows; row += grid_size()) {
    const R* entropies = p.entropies + row * p.entropies_stride;
    const uint8_t* mask = p.mask != nullptr ? p.mask + row * p.mask_stride : nullptr;
    const auto entry = [&](int64_t t, R& value) GIBBS_INLINE {
      value = entropies[t];
      return mask == nullptr || mask[t] != 0;
    };
    const auto content = reduce_entries<PenaltyContent, R>(p.columns, entry, [](PenaltyContent& c, R value) GIBBS_INLINE {
      c.sum += double(value);
      c.tokens += 1;
      c.nans += is_nan(value);
      c.infinite += is_infinite(value);
    });
    double reference = penalty_reference(p, row);
    int32_t status = !is_finite(reference)  ? GIBBS_ROW_INVALID_PARAMETER
                     : content.nans > 0     ? GIBBS_ROW_NOT_A_NUMBER
                     : content.infinite > 0 ? GIBBS_ROW_PLUS_INFINITY
                     : content.tokens == 0  ? GIBBS_ROW_ALL_MASKED
                                            : GIBBS_ROW_OK;
    const double mean = content.tokens == 0 ? 0 : content.sum / double(content.tokens);
    double cut = Limits<double>::nan();
    if (p.kind == GIBBS_PENALTY_SIREN && status == GIBBS_ROW_OK)
      reference = cut = quantile<R>(p.columns, content.tokens, p.quantile, entry);
    const PenaltyTokenSums sums = token_sums(p, row, reference, mean, is_bad(status));
    if (p.kind == GIBBS_PENALTY_SIREN && status == GIBBS_ROW_OK && sums.selected == 0) status = GIBBS_ROW_EMPTY_SET;
    if (thread_index() != 0) continue;
    p.sums[row] = {sums.penalty,
                   content.sum,
                   sums.selected_entropy,
                   sums.threshold_gradient,
                   reference,
                   content.tokens,
                   sums.selected,
                   status,
                   0};
    if (p.sequence_means != nullptr) p.sequence_means[row] = R(mean);
    if (p.quantiles != nullptr) p.quantiles[row] = R(cut);
    if (p.status != nullptr) p.status[row] = uint8_t(status);
  }
}

struct PenaltyTotal {
  double penalty, entropy;
  int64_t tokens, selected, sequences;
};
GIBBS_DEVICE PenaltyTotal merge(const PenaltyTotal& a, const PenaltyTotal& b) {
  return {a.penalty + b.penalty, a.entropy + b.entropy, a.tokens + b.tokens, a.selected + b.selected, a.sequences + b.sequences};
}

// One block.
template <class R>
GIBBS_DEVICE void entropy_penalty_total(const EntropyPenaltyParameters<R>& p) {
  const double nan = Limits<double>::nan();
  const bool siren = p.kind == GIBBS_PENALTY_SIREN, by_sequence = p.divides_by_sequence != 0;
  PenaltyTotal own{};
  for (int64_t row = thread_index(); row < p.rows; row += block_size()) {
    const PenaltySums s = p.sums[row];
    const bool bad = is_bad(s.status);
    own.tokens += s.tokens;
    own.selected += s.selected;
    if (bad) own.penalty = nan;
    const int64_t counted = siren && !bad ? s.selected : s.tokens;
    if (counted == 0) continue;
    const double divisor = by_sequence ? double(counted) : 1;
    own.penalty += s.penalty / divisor;
    own.entropy += (!siren ? s.entropy : bad ? nan : s.selected_entropy) / divisor;
    own.sequences += 1;
  }
  const PenaltyTotal total = block_reduce(own);
  const double sequences = double(total.sequences), tokens = double(total.tokens);
  const double mean =
      by_sequence ? (total.sequences == 0 ? 0 : total.entropy / sequences) : (total.tokens == 0 ? 0 : total.entropy / tokens);
  double value = 0, scale = 0;
  if (siren) {
    double anchor = p.anchor;
    if (p.anchors != nullptr) anchor = double(*p.anchors);
    const double difference = is_finite(anchor) ? mean - anchor : nan;
    if (total.sequences != 0) {
      value = p.weight * difference * difference;
      scale = 2 * p.weight * difference / sequences;
    }
  } else {
    const double count = p.kind == GIBBS_PENALTY_ATTENTION               ? double(p.heads)
                         : p.aggregation == GIBBS_AGGREGATION_TOKEN_MEAN ? tokens
                         : by_sequence                                   ? sequences
                                                                         : 1;
    if (count != 0) {
      value = p.weight * (total.penalty / count);
      scale = p.weight / count;
    }
  }
  if (thread_index() == 0) {
    p.scale->scale = scale;
    if (p.value != nullptr) *p.value = R(value);
    if (p.mean_entropy != nullptr) *p.mean_entropy = R(mean);
    if (p.tokens != nullptr) *p.tokens = total.tokens;
    if (p.selected_count != nullptr) *p.selected_count = total.selected;
  }
  if (p.head_threshold_gradient == nullptr) return;
  for (int64_t head = thread_index(); head < p.heads; head += block_size()) {
    double sum = 0;
    for (int64_t row = head; row < p.rows; row += p.heads)
      sum += is_bad(p.sums[row].status) ? nan : p.sums[row].threshold_gradient;
    p.head_threshold_gradient[head] = R(p.kind == GIBBS_PENALTY_ATTENTION ? p.weight * (sum / double(p.heads)) : 0);
  }
}

template <class R>
GIBBS_DEVICE void entropy_penalty_gradient(const EntropyPenaltyParameters<R>& p) {
  const bool siren = p.kind == GIBBS_PENALTY_SIREN, whole = p.per_sequence != 0 && is_band(p.kind);
  const bool by_token = p.kind == GIBBS_PENALTY_ATTENTION || (is_band(p.kind) && !whole);
  for (int64_t row = block_index(); row < p.rows; row += grid_size()) {
    const PenaltySums s = p.sums[row];
    const bool bad = is_bad(s.status);
    const int64_t divisor = p.divides_by_sequence == 0 ? 1 : siren ? s.selected : s.tokens;
    const double scale = bad ? Limits<double>::nan() : divisor == 0 ? 0 : p.scale->scale / double(divisor);
    const double mean = s.tokens == 0 ? 0 : s.entropy / double(s.tokens);
    const double shared = whole && !bad ? token_term(p, mean, s.reference).slope : 0;
    const R* entropies = p.entropies + row * p.entropies_stride;
    const uint8_t* mask = p.mask != nullptr ? p.mask + row * p.mask_stride : nullptr;
    R* gradient = p.gradient + row * p.gradient_stride;
    for (int64_t t = thread_index(); t < p.columns; t += block_size()) {
      double value = 0;
      if (mask == nullptr || mask[t] != 0) {
        const double entropy = double(entropies[t]);
        const double slope = by_token ? token_term(p, entropy, s.reference).slope : shared;
        value = siren ? (bad || entropy > s.reference ? scale : 0) : scale * (slope - p.bonus);
      }
      gradient[t] = R(value);
    }
  }
}

}  // namespace gibbs::kernels
