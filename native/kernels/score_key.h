// Scores of entries as unsigned integers in the same order: a negative number's bits are inverted, others get the upper bit; -0
// equals +0; every NaN is 0, the least key.
#pragma once

#include "device/math.h"
#include "gibbs/gibbs.h"

namespace gibbs::kernels {

using namespace gibbs::device;

template <class R>
struct ScoreKey;
template <>
struct ScoreKey<float> {
  using type = uint32_t;
};
template <>
struct ScoreKey<double> {
  using type = uint64_t;
};
template <class T>
using KeyOf = typename ScoreKey<Real<T>>::type;

template <class R>
GIBBS_DEVICE typename ScoreKey<R>::type score_key(R score) {
  using Key = typename ScoreKey<R>::type;
  constexpr Key sign = Key(1) << (sizeof(Key) * 8 - 1);
  if (is_nan(score)) return 0;
  const Key bits = score == 0 ? Key(0) : bit_cast<Key>(score);
  return (bits & sign) != 0 ? Key(~bits) : Key(bits | sign);
}

// The score of a key of which the digits below shift are not known: those a storage type leaves zero.
template <class R>
GIBBS_DEVICE R score_of_key(uint64_t prefix, int shift) {
  using Key = typename ScoreKey<R>::type;
  constexpr Key sign = Key(1) << (sizeof(Key) * 8 - 1);
  const Key key = Key(prefix);
  if (key == 0) return Limits<R>::nan();
  if ((key & sign) != 0) return bit_cast<R>(Key(key & ~sign));
  return bit_cast<R>(Key(~(key | ((Key(1) << shift) - 1))));
}

// a: the weight, or the caller's score; b: the other number where the score has two.
template <class R>
GIBBS_DEVICE R score_of(int kind, R a, R b) {
  if (kind == GIBBS_SCORE_GIVEN) return a;
  return absolute(kind == GIBBS_SCORE_SIGNAL_TO_NOISE ? a / b : kind == GIBBS_SCORE_SENSITIVITY ? a * b : a);
}

}  // namespace gibbs::kernels
