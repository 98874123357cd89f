// The projection of z = s / epsilon onto the permutahedron of w, both sorted downwards: y = z - v, v the regression on z - w that
// does not increase. v is constant on blocks; with u the upstream gradient in sorted order, on a block B of n entries
//
//   quadratic   v = mean_B z - mean_B w                    dz_i = u_i - mean_B u                   dw_i = mean_B u
//   entropic    v = logsumexp_B z - logsumexp_B w          dz_i = u_i - softmax_B(z)_i sum_B u     dw_i = softmax_B(w)_i sum_B u
//
// The two terms of v are kept apart, and z as s: y = (s - mean_B s) / epsilon + mean_B w loses nothing to epsilon -> 0, where z -
// w rounds w away, and equal keys are seen to be equal.
#pragma once

#include "kernels/order_row.h"

namespace gibbs::kernels {

template <class R>
struct QuadraticPermutahedron {
  using D = Doubled<R>;
  using Row = OrderRow<R>;
  struct Value {  // means
    D first, second;
  };
  struct Node {  // sums
    D first, second;
  };
  static_assert(sizeof(Value) == quadratic_bytes(sizeof(R)).value && sizeof(Node) == quadratic_bytes(sizeof(R)).node,
                "as the host knows");

  static GIBBS_DEVICE Value leaf_value(const Row& row, int32_t place) {
    return {doubled<D>(row.first(place)), doubled<D>(row.second(place))};
  }
  static GIBBS_DEVICE Node leaf(const Row& row, int32_t place) {
    return {doubled<D>(row.first(place)), doubled<D>(row.second(place))};
  }
  static GIBBS_DEVICE Node merge(const Row&, const Node& a, const Node& b) { return {a.first + b.first, a.second + b.second}; }
  static GIBBS_DEVICE Value value(const Node& node, int32_t count) {
    return {node.first / doubled<D>(count), node.second / doubled<D>(count)};
  }
  static GIBBS_DEVICE bool less(const Row& row, const Value& a, const Value& b) {
    return a.first - b.first < (a.second - b.second) * row.epsilon;
  }
  static GIBBS_DEVICE bool same(const Value& a, const Value& b) { return a.first == b.first && a.second == b.second; }

  // s_i less the block's own s, in units of z: what the derivative of z by epsilon goes by, -centred / epsilon.
  static GIBBS_DEVICE double centred(const Row& row, const Value& v, int32_t place) {
    return to_double(doubled<D>(row.first(place)) - v.first) / row.epsilon;
  }
  static GIBBS_DEVICE double projection(const Row& row, const Value& v, int32_t place) {
    return centred(row, v, place) + to_double(v.second);
  }
  static GIBBS_DEVICE double result(const Row& row, const Value& v, int32_t place) { return projection(row, v, place); }
  // dy of the map's last step by the projection.
  static GIBBS_DEVICE double slope(const Row&, const Value&, int32_t) { return 1; }
  static GIBBS_DEVICE double first_share(const Row&, const Value&, int32_t, int32_t count) { return 1.0 / count; }
  static GIBBS_DEVICE double second_share(const Row&, const Value&, int32_t, int32_t count) { return 1.0 / count; }
};

template <class R>
struct EntropicPermutahedron {
  using Row = OrderRow<R>;
  struct Value {  // logsumexp as its maximum and the logarithm of the rest
    double first, first_log, second, second_log;
  };
  struct Node {
    double first, first_rest, second, second_rest;
  };
  static_assert(sizeof(Value) == entropic_bytes(sizeof(R)).value && sizeof(Node) == entropic_bytes(sizeof(R)).node,
                "as the host knows");

  static GIBBS_DEVICE Value leaf_value(const Row& row, int32_t place) { return {row.first(place), 0, row.second(place), 0}; }
  // epsilon takes part in the sums: the rest is of exp((s - max) / epsilon).
  static GIBBS_DEVICE Node leaf(const Row& row, int32_t place) { return {row.first(place), 1, row.second(place), 1}; }
  static GIBBS_DEVICE Node merge(const Row& row, const Node& a, const Node& b) {
    const double first = a.first > b.first ? a.first : b.first, second = a.second > b.second ? a.second : b.second;
    const double lower = exp(-absolute(a.first - b.first) / row.epsilon), lower2 = exp(-absolute(a.second - b.second));
    return {first, a.first > b.first ? a.first_rest + lower * b.first_rest : lower * a.first_rest + b.first_rest, second,
            a.second > b.second ? a.second_rest + lower2 * b.second_rest : lower2 * a.second_rest + b.second_rest};
  }
  static GIBBS_DEVICE Value value(const Node& node, int32_t) {
    return {node.first, log(node.first_rest), node.second, log(node.second_rest)};
  }
  static GIBBS_DEVICE bool less(const Row& row, const Value& a, const Value& b) {
    return (a.first - b.first) / row.epsilon + (a.first_log - b.first_log) <
           (a.second - b.second) + (a.second_log - b.second_log);
  }
  static GIBBS_DEVICE bool same(const Value& a, const Value& b) {
    return a.first == b.first && a.first_log == b.first_log && a.second == b.second && a.second_log == b.second_log;
  }

  static GIBBS_DEVICE double centred(const Row& row, const Value& v, int32_t place) {
    return (row.first(place) - v.first) / row.epsilon;
  }
  static GIBBS_DEVICE double projection(const Row& row, const Value& v, int32_t place) {
    return (centred(row, v, place) - v.first_log + v.second_log) + v.second;
  }
  static GIBBS_DEVICE double result(const Row& row, const Value& v, int32_t place) {
    const double y = projection(row, v, place);
    return row.p.map == GIBBS_MAP_SOFT_RANK ? exp(y) : y;
  }
  static GIBBS_DEVICE double slope(const Row& row, const Value& v, int32_t place) {
    return row.p.map == GIBBS_MAP_SOFT_RANK ? result(row, v, place) : 1;
  }
  static GIBBS_DEVICE double first_share(const Row& row, const Value& v, int32_t place, int32_t) {
    return exp(centred(row, v, place) - v.first_log);
  }
  static GIBBS_DEVICE double second_share(const Row& row, const Value& v, int32_t place, int32_t) {
    return exp(row.second(place) - v.second - v.second_log);
  }
};

}  // namespace gibbs::kernels
