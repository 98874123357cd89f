// A row of isotonic regression or of a projection onto the permutahedron as a problem over places 0 ... V - 1 along which the
// solution does not decrease:
//
//   isotonic        minimise sum second (v - first)^2          first = x, second = the weights
//   permutahedron   v from z = first / epsilon and second      soft sort: (rho, x sorted), soft rank: (x sorted, rho), rho = (V,
//   ..., 1)
//
// A sorted row lies the largest first, where v does not increase: places run backwards.
#pragma once

#include "device/wide.h"
#include "gibbs/gibbs.h"
#include "kernels/order_parameters.h"

namespace gibbs::kernels {

using namespace gibbs::device;

GIBBS_DEVICE bool is_isotonic(const OrderParameters& p) { return p.map == GIBBS_MAP_ISOTONIC; }
GIBBS_DEVICE bool is_descending(const OrderParameters& p) { return (p.flags & GIBBS_MAP_DESCENDING) != 0; }
// Soft rank downwards ranks -x.
GIBBS_DEVICE bool is_negated(const OrderParameters& p) { return p.map == GIBBS_MAP_SOFT_RANK && is_descending(p); }
// Sorted position, or column of an isotonic row, from a place and back.
GIBBS_DEVICE int32_t mirrored(const OrderParameters& p, int32_t place) {
  return !is_isotonic(p) || is_descending(p) ? p.columns - 1 - place : place;
}

template <class R>
GIBBS_DEVICE double row_epsilon(const OrderParameters& p, int64_t row) {
  return p.epsilon + (p.epsilons != nullptr ? double(static_cast<const R*>(p.epsilons)[row]) : 0);
}
GIBBS_DEVICE bool valid_epsilon(double epsilon) { return epsilon > 0 && epsilon < Limits<double>::infinity(); }

template <class R>
struct OrderRow {
  GIBBS_DEVICE OrderRow(const OrderParameters& parameters, int64_t row)
      : p(parameters), row(row), keys(static_cast<const R*>(parameters.keys) + row * parameters.columns) {
    const double given = p.map == GIBBS_MAP_SOFT_SORT || p.map == GIBBS_MAP_SOFT_RANK ? row_epsilon<R>(p, row) : 1;
    epsilon = valid_epsilon(given) ? given : 1;
  }

  GIBBS_DEVICE double first(int32_t place) const {
    return p.map == GIBBS_MAP_SOFT_SORT ? double(place) + 1 : double(keys[mirrored(p, place)]);
  }
  GIBBS_DEVICE double second(int32_t place) const {
    switch (p.map) {
      case GIBBS_MAP_ISOTONIC:
        return p.weights == nullptr ? 1 : double(static_cast<const R*>(p.weights)[mirrored(p, place)]);
      case GIBBS_MAP_SOFT_SORT:
        return double(keys[mirrored(p, place)]);
      case GIBBS_MAP_SOFT_RANK: {
        const double rank = double(place) + 1;
        return (p.flags & GIBBS_MAP_ENTROPIC) != 0 ? log(rank) : rank;
      }
      default:
        return double(static_cast<const R*>(p.sorted_weights)[mirrored(p, place)]);
    }
  }

  // The column of y at a place, and the column of x whose key is there.
  GIBBS_DEVICE int32_t input_column(int32_t place) const {
    const int32_t position = mirrored(p, place);
    return is_isotonic(p) ? position : p.indices[row * p.columns + position];
  }
  GIBBS_DEVICE int32_t output_column(int32_t place) const {
    return p.map != GIBBS_MAP_SOFT_SORT ? input_column(place) : is_descending(p) ? mirrored(p, place) : place;
  }

  const OrderParameters& p;
  const int64_t row;
  const R* const keys;
  double epsilon;
};

// Twice the precision of real: sums of many entries, and differences of nearly equal means, lose nothing that shows.
template <class R>
struct DoubledOf;
template <>
struct DoubledOf<float> {
  using type = double;
};
template <>
struct DoubledOf<double> {
  using type = Wide<double>;
};
template <class R>
using Doubled = typename DoubledOf<R>::type;

template <class D>
GIBBS_DEVICE D doubled(double x);
template <>
GIBBS_DEVICE double doubled<double>(double x) {
  return x;
}
template <>
GIBBS_DEVICE Wide<double> doubled<Wide<double>>(double x) {
  return wide(x);
}
template <class D>
GIBBS_DEVICE D doubled_product(double a, double b);
template <>
GIBBS_DEVICE double doubled_product<double>(double a, double b) {
  return a * b;
}
template <>
GIBBS_DEVICE Wide<double> doubled_product<Wide<double>>(double a, double b) {
  return two_product(a, b);
}
GIBBS_DEVICE double to_double(double x) { return x; }

}  // namespace gibbs::kernels
