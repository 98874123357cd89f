// The first look at a row: its largest entry, what is not finite, and from that its status; then x shifted by the
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
  R maximum;  // a NaN loses
  int32_t nans, infinite;
};
template <class R>
GIBBS_DEVICE RowScan<R> merge(RowScan<R> a, RowScan<R> b) {
  return {max_number(a.maximum, b.maximum), a.nans + b.nans, a.infinite + b.infinite};
}

// Reads the row, and keeps it where the scope keeps rows. magnitudes: of |x|.
template <class T>
GIBBS_DEVICE RowScan<Real<T>> scan_row(const RowScope& scope, const RowSource<T>& source, bool magnitudes) {
  using R = Real<T>;
  const auto segment = [&](RowScan<R>& s, int32_t i) GIBBS_INLINE {
    source.first(scope, i, [&](const Pack<T>& pack, PackPlace at) GIBBS_INLINE {
      GIBBS_UNROLL
      for (int e = 0; e < Pack<T>::size; ++e) {
        if (e >= at.count) continue;
        const R x = to_real(pack.get(e));
        s.maximum = max_number(s.maximum, magnitudes ? absolute(x) : x);
        s.nans += is_nan(x);
        s.infinite += is_infinite(x);
      }
    });
  };
  return scope.reduce_segments(segment, RowScan<R>{-Limits<R>::infinity(), 0, 0});
}

// Of maps onto the simplex, the row's own parameter apart.
template <class R>
GIBBS_DEVICE uint8_t masked_status(const RowScan<R>& s) {
  if (s.nans > 0) return GIBBS_ROW_NOT_A_NUMBER;
  if (s.maximum == Limits<R>::infinity()) return GIBBS_ROW_PLUS_INFINITY;
  return s.maximum == -Limits<R>::infinity() ? GIBBS_ROW_ALL_MASKED : GIBBS_ROW_OK;
}

template <class R>
GIBBS_DEVICE R shifted(R x, R maximum) {
  if (maximum == Limits<R>::infinity()) return x == maximum ? R(0) : -Limits<R>::infinity();
  return x - maximum;
}

// The row's own parameter, or the scalar of all.
template <class R>
GIBBS_DEVICE double row_parameter(const RowMapParameters<R>& p, int64_t row) {
  double value = p.parameter;  // a conditional of two doubles in memory would put the parameters into local memory
  if (p.row_parameters != nullptr) value = double(p.row_parameters[row]);
  return value;
}
GIBBS_DEVICE bool is_finite(double x) { return x - x == 0; }

}  // namespace gibbs::kernels
