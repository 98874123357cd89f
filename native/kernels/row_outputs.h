// Several results of one row at once. Where the row waits in shared memory each result is a pass of whole segments; where it is
// read again, the packs of a place are read once and all results are stored from registers, so that one of them may lie where the
// row was.
#pragma once

#include "kernels/row_scope.h"

namespace gibbs::kernels {

// value(data, e, j): the element of index j, e of its pack. A null destination is no result.
template <class T, class F>
struct RowOutput {
  T* destination;
  F value;
};
template <class T, class F>
GIBBS_DEVICE RowOutput<T, F> row_output(T* destination, F value) {
  return {destination, value};
}

// A row of a matrix, null where there is none.
template <class T>
GIBBS_DEVICE T* matrix_row(void* matrix, int64_t stride, int64_t row) {
  return matrix == nullptr ? nullptr : static_cast<T*>(matrix) + row * stride;
}
template <class T>
GIBBS_DEVICE const T* matrix_row(const void* matrix, int64_t stride, int64_t row) {
  return matrix == nullptr ? nullptr : static_cast<const T*>(matrix) + row * stride;
}

// A row's own number, or the one of all.
template <class R>
GIBBS_DEVICE double row_number(const void* numbers, int64_t row, double otherwise) {
  double number = otherwise;  // a conditional of two doubles in memory would put the parameters into local memory
  if (numbers != nullptr) number = double(static_cast<const R*>(numbers)[row]);
  return number;
}
template <class R>
GIBBS_DEVICE void set_number(void* numbers, int64_t row, double value) {
  if (numbers != nullptr) static_cast<R*>(numbers)[row] = R(value);
}

template <class T, class Data, class F>
GIBBS_DEVICE Pack<T> output_pack(const Data& data, PackPlace at, F value) {
  Pack<T> pack = {};
  GIBBS_UNROLL
  for (int e = 0; e < Pack<T>::size; ++e) {
    if (e < at.count) pack.set(e, From<T>::real(Real<T>(value(data, e, at.index + e))));
  }
  return pack;
}

template <class T>
GIBBS_DEVICE int segment_count(const RowScope& scope, int32_t segment) {
  const int32_t left = scope.columns - segment * kSegment<T>;
  return left < kSegment<T> ? int(left) : int(kSegment<T>);
}

template <class T, class Read, class F>
GIBBS_DEVICE void write_kept(const RowScope& scope, Read read, const RowOutput<T, F>& output) {
  if (output.destination == nullptr) return;
  scope.each_segment(
      [&](int32_t segment) GIBBS_INLINE {
        Pack<T> packs[kPacks] = {};
        GIBBS_UNROLL_BY(1)
        for (int k = 0; k < kPacks; ++k) {
          const PackPlace at = scope.place<T>(segment, k);
          if (at.count > 0) set_pack(packs, k, output_pack<T>(read(at), at, output.value));
        }
        store_segment(output.destination + segment * kSegment<T>, segment_count<T>(scope, segment), packs);
      },
      [](int32_t) GIBBS_INLINE {});
}

template <class T, class Data, class F>
GIBBS_DEVICE void write_pack(const RowScope& scope, int32_t segment, const Data& data, PackPlace at,
                             const RowOutput<T, F>& output) {
  if (output.destination == nullptr) return;
  const int32_t begin = segment * kSegment<T>;
  store_pack(output.destination + begin, segment_count<T>(scope, segment), at.index - begin,
             output_pack<T>(data, at, output.value));
}

// read(place): the packs of the inputs there; kept: from shared memory.
template <class T, class Read, class... Outputs>
GIBBS_DEVICE void write_outputs(const RowScope& scope, bool kept, Read read, const Outputs&... outputs) {
  if (kept) {
    (write_kept<T>(scope, read, outputs), ...);
    return;
  }
  scope.each_segment(
      [&](int32_t segment) GIBBS_INLINE {
        scope.each_pack<T>(segment, [&](PackPlace at) GIBBS_INLINE {
          const auto data = read(at);
          (write_pack<T>(scope, segment, data, at, outputs), ...);
        });
      },
      [](int32_t) GIBBS_INLINE {});
}

}  // namespace gibbs::kernels
