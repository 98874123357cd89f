// Assignment of tokens to experts with capacities, for the greatest sum of scores, by an auction; a warp per problem. With p_k
// the price of the cheapest place with expert k, v_k = s_ik - p_k and epsilon = tolerance (max s - min s), token i bids for k* =
// argmax v:
//
//   price of the place <- p_k* + (v_k* - max over k != k* of v_k) + epsilon       who had it bids next; a free place has price 0
//   value >= dual - tokens epsilon,  dual = sum_i max_k v_ik + sum_k c_k p_k
//
// Forbidden pairs score so far below the others that an answer holds one only where every answer does. In fp64 whatever the
// storage; bids are those of the managed code, one by one: lanes look at experts, and at tokens for the cheapest place. Of
// Bertsekas and Castañon, 1989.
#pragma once

#include "device/reduce.h"
#include "kernels/balanced_assignment_parameters.h"
#include "kernels/tiny_values.h"

namespace gibbs::kernels {

// The best expert of a token and the next best value; the lower expert on ties.
struct AuctionChoice {
  double best, next;
  int32_t expert;

  GIBBS_DEVICE void look(double value, int32_t k) {
    if (value > best) {
      next = best;
      best = value;
      expert = k;
    } else if (value > next) {
      next = value;
    }
  }
  GIBBS_DEVICE void merge_lanes() {
    for (unsigned o = 1; o < kWarp; o *= 2) {
      const AuctionChoice other = {shuffle_xor(best, o), shuffle_xor(next, o), shuffle_xor(expert, o)};
      const bool wins = other.best > best || (other.best == best && uint32_t(other.expert) < uint32_t(expert));
      const double lower = wins ? best : other.best, upper_next = wins ? other.next : next, lower_next = wins ? next : other.next;
      best = wins ? other.best : best;
      expert = wins ? other.expert : expert;
      next = lower > upper_next ? lower : upper_next;
      next = lower_next > next ? lower_next : next;
    }
  }
};

// The cheapest place of an expert, that of the earlier token on ties, and the price of the next.
struct AuctionPlace {
  double price, next;
  int64_t token;

  GIBBS_DEVICE void look(double other, int64_t other_token) {
    if (other < price || (other == price && other_token < token)) {
      next = price;
      price = other;
      token = other_token;
    } else if (other < next) {
      next = other;
    }
  }
  GIBBS_DEVICE void merge_lanes() {
    for (unsigned o = 1; o < kWarp; o *= 2) {
      const AuctionPlace other = {shuffle_xor(price, o), shuffle_xor(next, o), shuffle_xor(token, o)};
      look(other.price, other.token);
      next = other.next < next ? other.next : next;
    }
  }
};

template <class T>
class Auction {
 public:
  GIBBS_DEVICE Auction(const AssignmentParameters& parameters, int64_t problem_index)
      : p(parameters), problem(problem_index), lane(int(lane_index())) {
    const int64_t block = block_index();
    paid = p.paid + block * p.tokens;
    owned = p.owned + block * p.tokens;
    levels = p.levels + block * p.experts;
    left = p.left + block * p.experts;
  }

  GIBBS_DEVICE void run() {
    double least, range;
    gibbs_transport_status status = look(least, range);
    int64_t places = 0;
    uint32_t negative = 0;
    for (int64_t k = lane; k < p.experts; k += kWarp) {
      negative |= p.capacities != nullptr && p.capacities[problem * p.capacities_stride + k] < 0;
      left[k] = capacity(k);
      levels[k] = 0;
      places += left[k];
    }
    places = lanes_sum(places);
    if (lanes_or(negative) != 0) status = GIBBS_TRANSPORT_INVALID_INPUT;
    if (status == GIBBS_TRANSPORT_CONVERGED && places < p.tokens) status = GIBBS_TRANSPORT_INFEASIBLE;
    for (int64_t i = lane; i < p.tokens; i += kWarp) owned[i] = -1;
    block_barrier();
    if (status != GIBBS_TRANSPORT_CONVERGED) return nothing(status, 0);

    // Of equal scores any assignment is best: a step that only tells full experts from others.
    const double step = range > 0 ? p.tolerance * range : 1e-300, forbidden = -(double(p.tokens) + 1) * (range + step);
    const int64_t limit = p.max_bids > 0 ? p.max_bids : 10000 * p.tokens;
    int64_t bids = 0;
    for (int64_t i = 0; i < p.tokens; ++i) {
      for (int64_t token = i; token >= 0 && bids < limit; ++bids) token = bid(token, least, forbidden, step);
    }
    finish(least, bids);
  }

 private:
  GIBBS_DEVICE double score(int64_t token, int64_t k) const {
    return double(to_real(static_cast<const T*>(p.scores)[(problem * p.tokens + token) * p.scores_stride + k]));
  }
  GIBBS_DEVICE int64_t capacity(int64_t k) const {
    if (p.capacities == nullptr) return (p.tokens - 1) / p.experts + 1;
    const int64_t given = p.capacities[problem * p.capacities_stride + k];
    return given < 0 ? 0 : given > p.tokens ? p.tokens : given;
  }

  // The least score and how far the greatest lies above it, forbidden pairs aside.
  GIBBS_DEVICE gibbs_transport_status look(double& least, double& range) const {
    const double infinity = Limits<double>::infinity();
    double lowest = infinity, highest = -infinity;
    uint32_t seen = 0;
    for (int64_t i = lane; i < p.tokens; i += kWarp) {
      bool some = false;
      for (int64_t k = 0; k < p.experts; ++k) {
        const double s = score(i, k);
        if (!(s < infinity)) seen |= 1;
        if (is_nan(s) || is_infinite(s)) continue;
        some = true;
        if (s < lowest) lowest = s;
        if (s > highest) highest = s;
      }
      if (!some) seen |= 2;
    }
    seen = lanes_or(seen);
    least = -lanes_max(-lowest);
    range = lanes_max(highest) - least;
    return (seen & 1) != 0 ? GIBBS_TRANSPORT_NON_FINITE : seen != 0 ? GIBBS_TRANSPORT_INFEASIBLE : GIBBS_TRANSPORT_CONVERGED;
  }

  // Returns who had the place, -1 where it was free.
  GIBBS_DEVICE int64_t bid(int64_t token, double least, double forbidden, double step) {
    const double infinity = Limits<double>::infinity();
    AuctionChoice choice{-infinity, -infinity, -1};
    for (int64_t k = lane; k < p.experts; k += kWarp) {
      if (capacity(k) == 0) continue;
      const double s = score(token, k);
      choice.look((s == -infinity ? forbidden : s - least) - levels[k], int32_t(k));
    }
    choice.merge_lanes();
    const int32_t expert = choice.expert;
    const double price = levels[expert] + (choice.next == -infinity ? 0 : choice.best - choice.next) + step;
    const int64_t free = left[expert];
    AuctionPlace place{infinity, infinity, -1};
    if (free <= 1) {
      for (int64_t i = lane; i < p.tokens; i += kWarp)
        if (owned[i] == expert) place.look(paid[i], i);
      place.merge_lanes();
    }
    block_barrier();
    if (lane == 0) {
      if (free > 0) {
        left[expert] = free - 1;
        if (free == 1) levels[expert] = place.price < price ? place.price : price;
      } else {
        owned[place.token] = -1;
        levels[expert] = place.next < price ? place.next : price;
      }
      owned[token] = expert;
      paid[token] = price;
    }
    block_barrier();
    return free > 0 ? -1 : place.token;
  }

  // Tokens without a place take what is left; then value, and how far the dual is above it.
  GIBBS_DEVICE void finish(double least, int64_t bids) {
    const double infinity = Limits<double>::infinity();
    uint32_t homeless = 0, wrong = 0;
    for (int64_t i = lane; i < p.tokens; i += kWarp) {
      homeless |= owned[i] < 0;
      wrong |= owned[i] >= 0 && score(i, owned[i]) == -infinity;
    }
    homeless = lanes_or(homeless);
    wrong = lanes_or(wrong);
    if (wrong != 0 && homeless == 0) return nothing(GIBBS_TRANSPORT_INFEASIBLE, bids);
    block_barrier();
    if (homeless != 0 && lane == 0) settle();
    block_barrier();
    double value = 0, gap = 0;
    for (int64_t i = lane; i < p.tokens; i += kWarp) {
      const int32_t expert = owned[i];
      double best = -infinity;
      for (int64_t k = 0; k < p.experts; ++k)
        if (capacity(k) > 0) best = max_number(best, score(i, k) - least - levels[k]);
      value += expert < 0 ? 0 : score(i, expert);
      gap += expert < 0 ? best + least : best - (score(i, expert) - least - levels[expert]);
      if (p.assigned != nullptr) p.assigned[problem * p.tokens + i] = expert;
    }
    for (int64_t k = lane; k < p.experts; k += kWarp) {
      gap += double(left[k]) * levels[k];
      if (p.prices != nullptr) p.prices[problem * p.experts + k] = levels[k];
    }
    value = lanes_sum(value);
    gap = lanes_sum(gap);
    store(value, gap > 0 ? gap : 0, bids, homeless != 0 ? GIBBS_TRANSPORT_MAX_ITERATIONS : GIBBS_TRANSPORT_CONVERGED);
  }

  // Where the bids ended early, by one lane: forbidden pairs part, then tokens in order take the best place that is left.
  GIBBS_DEVICE void settle() {
    const double infinity = Limits<double>::infinity();
    for (int64_t i = 0; i < p.tokens; ++i) {
      if (owned[i] < 0 || score(i, owned[i]) != -infinity) continue;
      left[owned[i]] += 1;
      owned[i] = -1;
    }
    for (int64_t i = 0; i < p.tokens; ++i) {
      if (owned[i] >= 0) continue;
      int32_t expert = -1;
      for (int64_t k = 0; k < p.experts; ++k) {
        const double s = score(i, k);
        if (left[k] > 0 && s != -infinity && (expert < 0 || s > score(i, expert))) expert = int32_t(k);
      }
      if (expert < 0) continue;
      left[expert] -= 1;
      owned[i] = expert;
    }
  }

  GIBBS_DEVICE void nothing(gibbs_transport_status status, int64_t bids) {
    const double nan = Limits<double>::nan();
    for (int64_t i = lane; i < p.tokens && p.assigned != nullptr; i += kWarp) p.assigned[problem * p.tokens + i] = -1;
    for (int64_t k = lane; k < p.experts && p.prices != nullptr; k += kWarp) p.prices[problem * p.experts + k] = nan;
    store(nan, nan, bids, uint8_t(status));
  }

  GIBBS_DEVICE void store(double value, double gap, int64_t bids, uint8_t status) const {
    if (p.results == nullptr || lane != 0) return;
    gibbs_assignment_result result{};
    result.value = value;
    result.gap = gap;
    result.bids = bids;
    result.status = status;
    p.results[problem] = result;
  }

  const AssignmentParameters& p;
  int64_t problem;
  int lane;
  double *paid, *levels;
  int64_t* left;
  int32_t* owned;
};

template <class T>
GIBBS_DEVICE void balanced_assignment(const AssignmentParameters& p) {
  for (int64_t problem = block_index(); problem < p.problems; problem += grid_size()) {
    Auction<T>(p, problem).run();
    block_barrier();
  }
}

}  // namespace gibbs::kernels
