// Rows of several arrays over the same tokens, read and written pack by pack in a row scope.
#pragma once

#include "kernels/policy_parameters.h"
#include "kernels/row_scope.h"

namespace gibbs::kernels {

// Packs of one row; of an absent array they are 0.
template <class R>
struct TokenRow {
  const R* row;

  GIBBS_DEVICE TokenRow(const TokenRows<const R>& rows, int64_t index)
      : row(rows.start == nullptr ? nullptr : rows.start + index * rows.stride) {}
  GIBBS_DEVICE bool given() const { return row != nullptr; }
  GIBBS_DEVICE Pack<R> at(PackPlace place, int32_t columns) const {
    if (row == nullptr) return fill_pack(R(0));
    return RowSource<R>{row, nullptr}.at(place, columns);
  }
};

// The element e of a pack is set for an e that is not a constant: an indexed array would live in local memory.
template <class R>
GIBBS_DEVICE void set_at(Pack<R>& pack, int e, R value) {
  GIBBS_UNROLL
  for (int j = 0; j < Pack<R>::size; ++j) {
    if (j == e) pack.set(j, value);
  }
}

template <class R>
GIBBS_DEVICE void store_tokens(const TokenRows<R>& rows, int64_t index, PackPlace place, int32_t columns, const Pack<R>& pack) {
  if (rows.start == nullptr) return;
  const int32_t begin = place.index / kSegment<R> * kSegment<R>, left = columns - begin;
  store_pack(rows.start + index * rows.stride + begin, left < kSegment<R> ? int(left) : int(kSegment<R>), place.index - begin,
             pack);
}

GIBBS_DEVICE bool is_token(const TokenRows<const uint8_t>& mask, int64_t row, int32_t column) {
  return mask.start == nullptr || mask.start[row * mask.stride + column] != 0;
}

}  // namespace gibbs::kernels
