// The first look at a row: its largest and least entry, what is not finite, and from that its status; then x shifted by the
// maximum, as the maps onto the simplex take it:
//
//   d_j = x_j - max      -inf outside the support; where +inf entries share the mass, d = 0 on them and -inf elsewhere
#pragma once

#include "gibbs/gibbs.h"
#include "kernels/row_map_parameters.h"
#include "kernels/row_scope.h"

namespace gibbs::kernels {

template <class R>
struct RowScan {
  R maximum, minimum;  // minimum: over entries above -inf; of |x| where magnitudes are scanned
  int32_t nans, infinite, finite;
  int32_t padding;
};
template <class R>
GIBBS_DEVICE RowScan<R> no_scan() {
  return {-Limits<R>::infinity(), Limits<R>::infinity(), 0, 0, 0, 0};
}
// Sums start from the zero pattern: an empty scan is known by its counts.
template <class R>
GIBBS_DEVICE RowScan<R> merge(RowScan<R> a, RowScan<R> b) {
  const bool no_a = a.nans + a.infinite + a.finite == 0, no_b = b.nans + b.infinite + b.finite == 0;
  if (no_a) return no_b ? RowScan<R>{} : b;
  if (no_b) return a;
  return {max_number(a.maximum, b.maximum),
          -max_number(-a.minimum, -b.minimum),
          a.nans + b.nans,
          a.infinite + b.infinite,
          a.finite + b.finite,
          0};
}

template <class R>
GIBBS_DEVICE void scan_element(RowScan<R>& s, R x) {
  if (s.nans + s.infinite + s.finite == 0) s = no_scan<R>();
  s.maximum = max_number(s.maximum, x);
  if (x > -Limits<R>::infinity()) s.minimum = -max_number(-s.minimum, -x);
  if (is_nan(x)) {
    s.nans += 1;
  } else if (is_infinite(x)) {
    s.infinite += 1;
  } else {
    s.finite += 1;
  }
}

// Reads the row, and keeps it where the scope keeps rows. magnitudes: of |x|.
template <class T>
GIBBS_DEVICE RowScan<Real<T>> scan_row(const RowScope& scope, const RowSource<T>& source, bool magnitudes) {
  using R = Real<T>;
  return scope.reduce_segments<RowScan<R>>([&](RowScan<R>& s, int32_t segment) GIBBS_INLINE {
    source.first(scope, segment, [&](const Pack<T>& pack, PackPlace at) GIBBS_INLINE {
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        const R x = to_real(pack.get(e));
        if (e < at.count) scan_element(s, magnitudes ? absolute(x) : x);
      }
    });
  });
}

// Of maps onto the simplex, the row's own parameter apart.
template <class R>
GIBBS_DEVICE uint8_t masked_status(const RowScan<R>& s) {
  if (s.nans > 0) return GIBBS_ROW_NOT_A_NUMBER;
  if (s.maximum == Limits<R>::infinity()) return GIBBS_ROW_PLUS_INFINITY;
  return s.finite == 0 ? GIBBS_ROW_ALL_MASKED : GIBBS_ROW_OK;
}

template <class R>
GIBBS_DEVICE R shifted(R x, R maximum) {
  if (maximum == Limits<R>::infinity()) return x == maximum ? R(0) : -Limits<R>::infinity();
  return x - maximum;
}

// The row's own parameter, or the scalar of all.
template <class R>
GIBBS_DEVICE double row_parameter(const RowMapParameters<R>& p, int64_t row) {
  return p.row_parameters != nullptr ? double(p.row_parameters[row]) : p.parameter;
}
GIBBS_DEVICE bool is_finite(double x) { return x - x == 0; }

}  // namespace gibbs::kernels
