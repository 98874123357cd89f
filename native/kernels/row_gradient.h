// The affine gradient of a row, element by element, from the coefficients that the epilogue made (its header has the table):
//
//   dz_j = [exp(x_j) (a + b x_j) + d t_j + e 1[j = argmax] + g + h x_j - kappa 1[j = y]] (1 - tanh^2(z_j / c))
//
// computed in fp32 (fp64) and rounded once. Flags leave out what a loss does not use; what is left has the same bits with or
// without them.
#pragma once

#include "kernels/row_epilogue.h"

namespace gibbs::kernels {

// 1 - tanh^2(z / c) = 4 e / (1 + e)^2 with e = exp(-2|z / c|): no cancellation where the cap saturates.
template <class R>
GIBBS_DEVICE R softcap_slope(const RowParameters<R>& p, R z) {
  const R e = exp(R(-2) * absolute(z * p.inverse_softcap));
  const R one = R(1) + e;
  return R(4) * e / (one * one);
}

template <unsigned flags, class T>
GIBBS_DEVICE Real<T> gradient_element(const RowParameters<Real<T>>& p, const RowCoefficients<Real<T>>& c, int32_t column,
                                      bool is_target, T logit, T soft_target) {
  using R = Real<T>;
  const R z = to_real(logit);
  const R x = softcapped<flags>(p, z) - c.top;
  const R power = exp2_fast(x * c.exponent);
  R slope = is_target ? c.target_a : c.a, base = c.d;
  if constexpr ((flags & kColumns) != 0) {
    if (p.uses_class_statistics) base = c.d * column_term<T>(p, column, soft_target);
  }
  const bool unmasked = z > -Limits<R>::infinity();
  if constexpr ((flags & kMoment) != 0) slope = unmasked && power > 0 ? fma(c.b, x, slope) : slope;
  if constexpr ((flags & kSums) != 0) base = unmasked ? base + fma(c.h, x, c.g) : base;
  if constexpr ((flags & kIndices) != 0) base = column == c.argmax ? base + c.e : base;
  R result = fma(power, slope, base);
  if (is_target) result = result - c.target_kappa;
  if constexpr ((flags & kSoftcap) != 0) {
    if (p.softcap > 0) result = result * softcap_slope(p, z);
  }
  return result;
}

// Replaces a pack of logits, elements [index, index + size) of the segment that begins at column begin, by their gradient.
template <unsigned flags, class T>
GIBBS_DEVICE void gradient_pack(const RowParameters<Real<T>>& p, const RowCoefficients<Real<T>>& c, const RowView<T>& view,
                                Pack<T>& pack, int32_t begin, int count, int index) {
  using R = Real<T>;
  constexpr int size = Pack<T>::size;
  if (c.fill != kAffine) {
    pack = fill_pack(From<T>::real(c.fill == kZero ? R(0) : Limits<R>::nan()));
    return;
  }
  Pack<T> soft = fill_pack(From<T>::real(0));
  if constexpr ((flags & kColumns) != 0) {
    if (p.uses_class_statistics) soft = load_soft_targets<T>(p, view.row, begin, count, index);
  }
  R values[size];
  GIBBS_UNROLL
  for (int e = 0; e < size; ++e) {
    const bool inside = (flags & kColumns) == 0 || index + e < count;  // class weights end with the row
    values[e] = inside ? gradient_element<flags>(p, c, begin + index + e, false, pack.get(e), soft.get(e)) : R(0);
  }
  const int32_t target = c.target - (begin + index);
  if (target >= 0 && target < size) {  // one pack of the row
    GIBBS_UNROLL
    for (int e = 0; e < size; ++e) {
      if (e == target) values[e] = gradient_element<flags>(p, c, c.target, true, pack.get(e), soft.get(e));
    }
  }
  pack = to_pack<T>(values);
}

template <unsigned flags, class T>
GIBBS_DEVICE void gradient_segment(const RowParameters<Real<T>>& p, const RowCoefficients<Real<T>>& c, const RowView<T>& view,
                                   Pack<T> (&packs)[kPacks], int32_t begin, int count) {
  [[maybe_unused]] constexpr int turns = unrolled<flags>;
  GIBBS_UNROLL_BY(turns)
  for (int k = 0; k < kPacks; ++k) {
    if (k * kStep<T> >= count) continue;  // behind a short row
    Pack<T> pack = pack_at(packs, k);
    gradient_pack<flags>(p, c, view, pack, begin, count, k * kStep<T> + int(lane_index()) * Pack<T>::size);
    set_pack(packs, k, pack);
  }
  store_segment(static_cast<T*>(p.gradient) + view.row * p.gradient_stride + begin, count, packs);
}

}  // namespace gibbs::kernels
