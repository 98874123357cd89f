// The results of maps that multiply whole groups: y_j = norm_g x_j, or dx_j = norm_g v_j + along_g y_j 2^-exponent, with the
// groups' coefficients in the workspace. A warp per segment of any row.
#pragma once

#include "kernels/group_norms.h"
#include "kernels/n_of_m.h"

namespace gibbs::kernels {

// The group that holds entry j: the last that does not begin behind it. Offsets are in order, or the row has no result.
template <class R>
GIBBS_DEVICE int32_t group_of_entry(const GroupParameters<R>& p, int32_t j) {
  if (p.offsets == nullptr) return j / p.group_size;
  int32_t low = 0, high = p.groups;
  while (high - low > 1) {
    const int32_t middle = low + (high - low) / 2;
    if (p.offsets[middle] <= j) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

// group of j, from that of an entry before.
template <class R>
GIBBS_DEVICE int32_t advance_group(const GroupParameters<R>& p, int32_t group, int32_t j) {
  if (p.offsets == nullptr) return j / p.group_size;
  while (group + 1 < p.groups && p.offsets[group + 1] <= j) ++group;
  return group;
}

template <class T>
GIBBS_DEVICE T scaled_entry_of(const GroupMoment& m, T x) {
  if (m.norm == 1) return x;
  return From<T>::real(m.norm == 0 ? Real<T>(0) : Real<T>(double(to_real(x)) * m.norm));
}

template <class T>
GIBBS_DEVICE T combined_entry_of(const GroupMoment& m, T upstream, T result) {
  using R = Real<T>;
  if (m.along == 0 && (m.norm == 0 || m.norm == 1)) return m.norm == 0 ? From<T>::real(R(0)) : upstream;
  const double y = scaled_entry(to_real(result), m.exponent), own = m.norm == 0 ? 0.0 : m.norm * double(to_real(upstream));
  return From<T>::real(R(y == 0 ? own : fma(m.along, y, own)));
}

// The results of rows, f(moment of the group, x_j or v_j, y_j) entry by entry; NaN where a row has none.
template <class T, class F>
GIBBS_DEVICE void map_groups(const GroupParameters<Real<T>>& p, F f) {
  using R = Real<T>;
  constexpr int size = Pack<T>::size;
  const auto& map = p.map;
  for (int64_t item = warp_of_grid(); item < map.rows * p.segments; item += warps_of_grid()) {
    const int64_t row = item / p.segments;
    const int32_t begin = int32_t(item % p.segments) * kSegment<T>;
    const int count = map.columns - begin < kSegment<T> ? map.columns - begin : int(kSegment<T>);
    const bool bad = p.row_status[row] != GIBBS_ROW_OK;
    const T* const x = p.gradient ? static_cast<const T*>(map.upstream) + row * map.upstream_stride + begin
                                  : static_cast<const T*>(map.input) + row * map.input_stride + begin;
    const T* const y = p.gradient ? static_cast<const T*>(map.result) + row * map.result_stride + begin : nullptr;
    T* const out = p.gradient              ? static_cast<T*>(map.gradient) + row * map.gradient_stride + begin
                   : map.output != nullptr ? static_cast<T*>(map.output) + row * map.output_stride + begin
                                           : nullptr;
    Pack<T> packs[kPacks];
    load_segment(packs, x, count, From<T>::real(0));
    int32_t support = 0;
    GIBBS_UNROLL_BY(1)
    for (int k = 0; k < kPacks; ++k) {
      const int index = k * kStep<T> + int(lane_index()) * size;
      if (index >= count) continue;
      Pack<T> pack = pack_at(packs, k);
      const Pack<T> result = y != nullptr ? load_pack(y, count, index, From<T>::real(0)) : pack;
      int32_t group = bad ? 0 : group_of_entry(p, begin + index);
      GIBBS_UNROLL
      for (int e = 0; e < size; ++e) {
        if (index + e >= count) continue;
        T value = From<T>::real(Limits<R>::nan());
        if (!bad) {
          group = advance_group(p, group, begin + index + e);
          const GroupMoment m = p.moments[row * p.groups + group];
          value = f(m, pack.get(e), result.get(e));
        }
        support += to_real(value) != 0;
        pack.set(e, value);
      }
      set_pack(packs, k, pack);
    }
    if (out != nullptr) store_segment(out, count, packs);
    if (p.tallies == nullptr) continue;
    support = lanes_sum(support);
    if (lane_index() == 0) p.tallies[item] = uint32_t(support);
  }
}

template <class T>
GIBBS_DEVICE void group_apply(const GroupParameters<Real<T>>& p) {
  map_groups<T>(p, [&](const GroupMoment& m, T element, T result)
                       GIBBS_INLINE { return p.gradient ? combined_entry_of(m, element, result) : scaled_entry_of(m, element); });
}

}  // namespace gibbs::kernels
