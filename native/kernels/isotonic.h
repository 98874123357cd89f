// Isotonic regression, argmin 1/2 sum w_j (v_j - x_j)^2 under v_1 <= ... <= v_V: v is constant on blocks, and on a block B
//
//   v = sum_B w x / sum_B w        gradient  dx_i = w_i sum_B u / sum_B w
//
// Sums in twice the precision of real (order_row.h).
#pragma once

#include "kernels/order_row.h"

namespace gibbs::kernels {

template <class R>
struct Isotonic {
  using D = Doubled<R>;
  using Row = OrderRow<R>;
  struct Value {
    D mean;
  };
  struct Node {
    D product, weight;
  };
  static_assert(sizeof(Value) == isotonic_bytes(sizeof(R)).value && sizeof(Node) == isotonic_bytes(sizeof(R)).node,
                "as the host knows");

  static GIBBS_DEVICE Value leaf_value(const Row& row, int32_t place) { return {doubled<D>(row.first(place))}; }
  static GIBBS_DEVICE Node leaf(const Row& row, int32_t place) {
    const double weight = row.second(place);
    return {doubled_product<D>(weight, row.first(place)), doubled<D>(weight)};
  }
  static GIBBS_DEVICE Node merge(const Row&, const Node& a, const Node& b) {
    return {a.product + b.product, a.weight + b.weight};
  }
  static GIBBS_DEVICE Value value(const Node& node, int32_t) { return {node.product / node.weight}; }
  static GIBBS_DEVICE bool less(const Row&, const Value& a, const Value& b) { return a.mean < b.mean; }
  static GIBBS_DEVICE double result(const Row&, const Value& v, int32_t) { return to_double(v.mean); }
};

}  // namespace gibbs::kernels
