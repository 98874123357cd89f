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
  static GIBBS_DEVICE R magnitude_key(R x) { return is_nan(x) ? Limits<R>::nan() : absolute(x); }
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

// Whether sum_j w_j |x_j|, rounded, is the radius at most: such a point comes back as it is.
template <class T>
GIBBS_DEVICE bool inside_l1_ball(const RowScope& scope, const RowSource<T>& source, const ClippedLine<Real<T>>& line) {
  using R = Real<T>;
  const auto norm = scope.reduce<LineSums<R>, T>([&](LineSums<R>& s, PackPlace at) GIBBS_INLINE {
    const Pack<T> pack = source.at(at, scope.columns);
    GIBBS_UNROLL_BY(1)
    for (int e = 0; e < at.count; ++e) {
      const ClippedElement<R> x = clipped_element(line, to_real(pack.at(e)), at.index + e);
      s.sum = s.sum + two_product(x.w, x.a);
    }
  });
  // A sum that overflows is infinite in its first word and no number in both.
  return norm.sum.high <= line.total && collapse(norm.sum) <= line.total;
}

// The bracket of a clipped line, or what takes the place of its root.
template <class T>
struct ThresholdBracket {
  using R = Real<T>;
  bool has_root;
  R low, high;
  double offset;  // of the threshold to the root
};

template <class T>
GIBBS_DEVICE ThresholdBracket<T> bracket_row(const RowMapParameters<Real<T>>& p, const RowScope& scope,
                                             const RowSource<T>& source, Real<T> maximum, ThresholdResult<T>& result,
                                             uint8_t& status, double& threshold) {
  using R = Real<T>;
  ClippedLine<R>& line = result.line;
  const bool l1 = p.map == GIBBS_MAP_L1_BALL, capped = p.map == GIBBS_MAP_CAPPED_SIMPLEX;
  const bool box = capped || p.map == GIBBS_MAP_BOX_SECTION;
  if (!box && !(l1 && line.weights != nullptr)) {
    if (l1 && inside_l1_ball(scope, source, line)) {
      result.copies = 1;
      threshold = 0;
      return {};
    }
    line.shift = maximum;
    return {true, -line.total, R(0), double(maximum)};
  }
  if (capped) line.shift = maximum;
  const BoxBounds<R> bounds = box_bounds(scope, source, line);
  if (bounds.invalid > 0) {
    status = GIBBS_ROW_INVALID_PARAMETER;
    fill_row(result, Limits<R>::nan());
    return {};
  }
  if (l1) {
    if (inside_l1_ball(scope, source, line)) {
      result.copies = 1;
      threshold = 0;
      return {};
    }
    if (line.total == 0) {  // the last entry's rounding would stay
      threshold = double(bounds.high);
      fill_row(result, R(0));
      return {};
    }
    return {true, R(0), bounds.high, 0};
  }
  const double least = to_double(bounds.least);
  const double largest = bounds.unbounded > 0 ? Limits<double>::infinity() : to_double(bounds.largest);
  // What the bounds add up to is rounded: 3 caps of 0.1 reach a total of 0.3.
  const double rounding = sizeof(R) == 4 ? 2.4e-7 : 4.4e-16, total = double(line.total), slack = absolute(total) * rounding;
  if (total < least - slack || total > largest + slack) {
    if (status == GIBBS_ROW_OK) status = GIBBS_ROW_INFEASIBLE;
    fill_row(result, Limits<R>::nan());
    return {};
  }
  const double low = bounds.unbounded > 0 ? free_bound(scope, source, line, least) : -double(bounds.low);
  return {true, R(low - (absolute(low) + absolute(total)) * rounding), bounds.high, capped ? double(maximum) : 0};
}

template <class T>
GIBBS_DEVICE void threshold_row(const RowMapParameters<Real<T>>& p, const RowScope& scope, const RowSource<T>& source,
                                int64_t row, ThresholdResult<T>& result, uint8_t& status, double& threshold) {
  using R = Real<T>;
  const bool ball = p.map == GIBBS_MAP_L1_BALL || p.map == GIBBS_MAP_L0_BALL;
  const RowScan<R> scan = scan_row(scope, source, ball);
  const double parameter = row_parameter(p, row);
  result.map = p.map;
  threshold = Limits<double>::nan();
  status = masked_status(scan);
  if (ball && status != GIBBS_ROW_NOT_A_NUMBER) status = scan.infinite > 0 ? GIBBS_ROW_PLUS_INFINITY : GIBBS_ROW_OK;
  if (!valid_parameter(p.map, parameter)) status = GIBBS_ROW_INVALID_PARAMETER;
  const bool refuses_infinity = p.map == GIBBS_MAP_L1_BALL || p.map == GIBBS_MAP_BOX_SECTION;
  if (status == GIBBS_ROW_INVALID_PARAMETER || (status == GIBBS_ROW_PLUS_INFINITY && refuses_infinity) ||
      (status == GIBBS_ROW_NOT_A_NUMBER && p.map != GIBBS_MAP_L0_BALL)) {
    return fill_row(result, Limits<R>::nan());
  }
  if (status == GIBBS_ROW_ALL_MASKED) {
    threshold = -Limits<double>::infinity();
    return fill_row(result, R(0));
  }
  ClippedLine<R>& line = result.line;
  line.magnitudes = ball;
  line.cap = p.map == GIBBS_MAP_CAPPED_SIMPLEX ? R(p.second) : Limits<R>::infinity();
  line.total = R(parameter);
  line.weights = p.weights;
  line.lower = p.lower;
  line.upper = p.upper;
  if (p.count > 0) {
    line.selection =
        select_largest(scope, source, p.count, [&](R x) GIBBS_INLINE { return ball ? ThresholdResult<T>::magnitude_key(x) : x; });
    line.cut = 1;
    threshold = double(from_unsigned_ordinal(line.selection.key));
    if (p.map == GIBBS_MAP_L0_BALL) return;
  }
  if (p.map == GIBBS_MAP_NORMMAX || (p.map == GIBBS_MAP_ENTMAX && parameter != 2)) {
    result.tsallis = p.map == GIBBS_MAP_NORMMAX ? normmax_row(scope, source, parameter, scan.maximum, threshold)
                                                : curved_entmax_row(scope, source, parameter, scan.maximum, threshold);
    result.marks = result.tsallis.marks;
    return;
  }
  if (p.map == GIBBS_MAP_ENTMAX) {  // alpha = 2
    result.map = GIBBS_MAP_SIMPLEX;
    line.total = 1;
  }
  const ThresholdBracket<T> bracket = bracket_row(p, scope, source, scan.maximum, result, status, threshold);
  if (!bracket.has_root) return;
  result.tau = clipped_root(scope, source, line, bracket.low, bracket.high, result.marks);
  threshold = bracket.offset + to_double(result.tau);
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
  }
}

}  // namespace gibbs::kernels
