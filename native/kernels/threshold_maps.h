// The threshold maps of rows: simplex, sparse simplex, capped simplex, box section, l1 ball, entmax, normmax and the l0 ball. A
// row is read once, its root found where it is kept (clipped_rows.h, entmax_rows.h), and the result written once; or its entries
// that are not 0, in compressed sparse form (sparse_rows.h).
#pragma once

#include "kernels/entmax_rows.h"
#include "kernels/sparse_rows.h"

namespace gibbs::kernels {

// y_j of a row: everything an element needs.
template <class T>
struct ThresholdResult {
  using R = Real<T>;
  int32_t map;
  int32_t constant;  // every entry is the value below
  R value;
  int32_t copies;  // the input, bit for bit
  ClippedLine<R> line;
  Wide<R> tau;
  TsallisRow<R> tsallis;
  PackMarks marks;  // packs that may hold y_j != 0

  GIBBS_DEVICE T operator()(T element, int32_t j) const {
    const R x = to_real(element);
    if (constant) return From<T>::real(value);
    if (copies) return element;
    if (map == GIBBS_MAP_ENTMAX || map == GIBBS_MAP_NORMMAX) return From<T>::real(tsallis(x));
    if (map == GIBBS_MAP_L0_BALL) return selected(line.selection, magnitude_key(x), j) ? element : From<T>::real(R(0));
    const R y = clipped_value(clipped_element(line, x, j), tau);
    return From<T>::real(line.magnitudes && x < 0 && y > 0 ? -y : y);
  }

  // The key of the l0 ball: |x|, a NaN as the largest.
  static GIBBS_DEVICE R magnitude_key(R x) { return is_nan(x) ? Limits<R>::infinity() : absolute(x); }
};

template <class T>
GIBBS_DEVICE void fill_row(ThresholdResult<T>& result, Real<T> value) {
  result.constant = 1;
  result.value = value;
}

GIBBS_DEVICE bool valid_parameter(int32_t map, double parameter) {
  if (!is_finite(parameter)) return false;
  if (map == GIBBS_MAP_ENTMAX || map == GIBBS_MAP_NORMMAX) return parameter > 1 && parameter <= 8;
  return map == GIBBS_MAP_BOX_SECTION || map == GIBBS_MAP_L0_BALL || parameter >= 0;
}

template <class T>
GIBBS_DEVICE void solve_l1_ball(const RowScope& scope, const RowSource<T>& source, const RowScan<Real<T>>& scan,
                                ThresholdResult<T>& result, uint8_t& status, double& threshold) {
  using R = Real<T>;
  ClippedLine<R>& line = result.line;
  line.magnitudes = 1;
  BoxBounds<R> bounds{};
  if (line.weights != nullptr) bounds = box_bounds(scope, source, line);
  if (bounds.invalid > 0) {
    status = GIBBS_ROW_INVALID_PARAMETER;
    return fill_row(result, Limits<R>::nan());
  }
  const auto norm = scope.reduce<LineSums<R>, T>([&](LineSums<R>& s, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = source.at(at, scope.columns);
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) {
      const ClippedElement<R> x = clipped_element(line, to_real(pack.at(e)), at.index + e);
      s.sum = s.sum + two_product(x.w, x.a);
    }
  });
  threshold = 0;
  if (norm.sum.high <= line.total && collapse(norm.sum) <= line.total) {
    result.copies = 1;
  } else if (line.total == 0) {
    threshold = double(line.weights != nullptr ? bounds.high : scan.maximum);
    fill_row(result, R(0));
  } else if (line.weights != nullptr) {
    result.tau = clipped_root(scope, source, line, R(0), bounds.high, result.marks);
    threshold = to_double(result.tau);
  } else {
    line.shift = scan.maximum;
    result.tau = clipped_root(scope, source, line, -line.total, R(0), result.marks);
    threshold = double(scan.maximum) + to_double(result.tau);
  }
}

template <class T>
GIBBS_DEVICE void solve_box(const RowScope& scope, const RowSource<T>& source, const RowScan<Real<T>>& scan, bool capped,
                            ThresholdResult<T>& result, uint8_t& status, double& threshold) {
  using R = Real<T>;
  ClippedLine<R>& line = result.line;
  if (capped) line.shift = scan.maximum;
  const BoxBounds<R> bounds = box_bounds(scope, source, line);
  const double least = to_double(bounds.least),
               largest = bounds.unbounded > 0 ? Limits<double>::infinity() : to_double(bounds.largest);
  // What the bounds add up to is rounded: 3 caps of 0.1 reach a total of 0.3.
  const double slack = double(absolute(line.total)) * (sizeof(R) == 4 ? 2.4e-7 : 4.4e-16);
  if (bounds.invalid > 0)
    status = GIBBS_ROW_INVALID_PARAMETER;
  else if (status == GIBBS_ROW_PLUS_INFINITY && !capped)
    status = GIBBS_ROW_PLUS_INFINITY;
  else if (double(line.total) < least - slack || double(line.total) > largest + slack)
    status = GIBBS_ROW_INFEASIBLE;
  else {
    double low = bounds.unbounded > 0 ? free_bound(scope, source, line, least) : -double(bounds.low);
    low -= (absolute(low) + double(absolute(line.total))) * (sizeof(R) == 4 ? 2.4e-7 : 4.4e-16);
    result.tau = clipped_root(scope, source, line, R(low), bounds.high, result.marks);
    threshold = to_double(result.tau) + (capped ? double(scan.maximum) : 0);
    return;
  }
  fill_row(result, Limits<R>::nan());
}

template <class T>
GIBBS_DEVICE void threshold_row(const RowMapParameters<Real<T>>& p, const RowScope& scope, const RowSource<T>& source,
                                int64_t row, ThresholdResult<T>& result, uint8_t& status, double& threshold) {
  using R = Real<T>;
  const int32_t map = p.map;
  const bool ball = map == GIBBS_MAP_L1_BALL || map == GIBBS_MAP_L0_BALL;
  const RowScan<R> scan = scan_row(scope, source, ball);
  const double parameter = row_parameter(p, row);
  result.map = map;
  threshold = Limits<double>::nan();
  status = masked_status(scan);
  if (ball && status != GIBBS_ROW_NOT_A_NUMBER) status = scan.infinite > 0 ? GIBBS_ROW_PLUS_INFINITY : GIBBS_ROW_OK;
  ClippedLine<R>& line = result.line;
  line.cap = map == GIBBS_MAP_CAPPED_SIMPLEX ? R(p.second) : Limits<R>::infinity();
  line.total = R(parameter);
  line.weights = p.weights;
  line.lower = p.lower;
  line.upper = p.upper;
  if (!valid_parameter(map, parameter)) {
    status = GIBBS_ROW_INVALID_PARAMETER;
    return fill_row(result, Limits<R>::nan());
  }
  if (map == GIBBS_MAP_L0_BALL) {
    line.selection = select_largest(scope, source, p.count, ThresholdResult<T>::magnitude_key);
    threshold = double(line.selection.key);
    return;
  }
  if (status == GIBBS_ROW_NOT_A_NUMBER || (map == GIBBS_MAP_L1_BALL && status != GIBBS_ROW_OK)) {
    return fill_row(result, Limits<R>::nan());
  }
  if (status == GIBBS_ROW_ALL_MASKED) {
    threshold = -Limits<double>::infinity();
    return fill_row(result, R(0));
  }
  switch (map) {
    case GIBBS_MAP_ENTMAX:
      result.tsallis = entmax_row(scope, source, parameter, scan.maximum, threshold);
      result.marks = result.tsallis.marks;
      return;
    case GIBBS_MAP_NORMMAX:
      result.tsallis = normmax_row(scope, source, parameter, scan.maximum, threshold);
      result.marks = result.tsallis.marks;
      return;
    case GIBBS_MAP_L1_BALL:
      return solve_l1_ball(scope, source, scan, result, status, threshold);
    case GIBBS_MAP_CAPPED_SIMPLEX:
    case GIBBS_MAP_BOX_SECTION:
      return solve_box(scope, source, scan, map == GIBBS_MAP_CAPPED_SIMPLEX, result, status, threshold);
    default:
      line.shift = scan.maximum;
      if (map == GIBBS_MAP_SPARSE_SIMPLEX) {
        line.selection = select_largest(scope, source, p.count, [](R x) GIBBS_INLINE { return x; });
        line.cut = 1;
      }
      result.tau = clipped_root(scope, source, line, -line.total, R(0), result.marks);
      threshold = double(scan.maximum) + to_double(result.tau);
  }
}

// 1 where an entry is kept.
template <class T>
GIBBS_DEVICE void mask_row(const RowScope& scope, const RowSource<T>& source, uint8_t* mask, const Selection<Real<T>>& cut) {
  scope.each_segment(
      [&](int32_t segment) GIBBS_INLINE {
        scope.each_pack<T>(segment, [&](PackPlace at) GIBBS_INLINE {
          const Pack<T> pack = source.at(at, scope.columns);
          GIBBS_UNROLL_BY(1)
          for (int e = 0; e < at.count; ++e)
            mask[at.index + e] = selected(cut, ThresholdResult<T>::magnitude_key(to_real(pack.at(e))), at.index + e);
        });
      },
      [](int32_t) GIBBS_INLINE {});
}

template <class T>
GIBBS_DEVICE void threshold_maps(const RowMapParameters<Real<T>>& p) {
  using R = Real<T>;
  const RowScope scope(p.scope, p.columns);
  for (int64_t row = scope.first(); row < p.rows; row += scope.stride()) {
    const RowSource<T> source = {static_cast<const T*>(p.input) + row * p.input_stride, scope.template kept<T>(0)};
    ThresholdResult<T> result{};
    result.marks = scope.all_packs();
    uint8_t status;
    double threshold;
    threshold_row(p, scope, source, row, result, status, threshold);
    if (scope.leader()) {
      if (p.status != nullptr) p.status[row] = status;
      if (p.thresholds != nullptr) p.thresholds[row] = R(threshold);
    }
    if (p.row_offsets != nullptr && p.indices != nullptr) {
      write_sparse_row(p, scope, source, row, result);
      continue;
    }
    if (p.support_size != nullptr || p.row_offsets != nullptr) {
      const int32_t support = support_of_row(scope, source, result.marks, result);
      if (scope.leader()) {
        if (p.support_size != nullptr) p.support_size[row] = support;
        if (p.row_offsets != nullptr) p.row_offsets[row + 1] = support;
      }
    }
    if (p.mask != nullptr) mask_row(scope, source, p.mask + row * p.mask_stride, result.line.selection);
    if (p.output != nullptr) map_row(scope, source, static_cast<T*>(p.output) + row * p.output_stride, result);
    scope.barrier();  // the next row's packs go where slow warps may still be reading this row's
  }
}

}  // namespace gibbs::kernels
