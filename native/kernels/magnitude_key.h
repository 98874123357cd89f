// |x| as an unsigned integer that orders as magnitudes do: -0 and +0 are equal, every NaN is one key, above infinity.
#pragma once

#include "device/types.h"

namespace gibbs::kernels {

using namespace gibbs::device;

template <class T>
struct MagnitudeKey;
template <>
struct MagnitudeKey<float> {
  using Bits = uint32_t;
  using Key = uint32_t;
  static constexpr Key infinity = 0x7f800000u;
};
template <>
struct MagnitudeKey<double> {
  using Bits = uint64_t;
  using Key = uint64_t;
  static constexpr Key infinity = uint64_t(0x7ff) << 52;
};
template <>
struct MagnitudeKey<float16> {
  using Bits = uint16_t;
  using Key = uint32_t;
  static constexpr Key infinity = 0x7c00u;
};
template <>
struct MagnitudeKey<bfloat16> {
  using Bits = uint16_t;
  using Key = uint32_t;
  static constexpr Key infinity = 0x7f80u;
};

template <class T>
GIBBS_DEVICE typename MagnitudeKey<T>::Key magnitude_key(T x) {
  using M = MagnitudeKey<T>;
  using Key = typename M::Key;
  constexpr Key sign = Key(1) << (sizeof(T) * 8 - 1);
  const Key key = Key(bit_cast<typename M::Bits>(x)) & Key(sign - 1);
  return key > M::infinity ? Key(sign) : key;
}

}  // namespace gibbs::kernels
