// Standard Gumbel noise of a random word, and the Gumbel-max draw of a token from a set S of a row:
//
//   G(w) = -log(-log u),  u = (w + 1/2) 2^-32                                       float, whatever the storage
//   token = argmax over j in S of fma(z_j - max z, 1/T, G_j)                        lower index on ties; real arithmetic
//   G_j = G(word j mod 4 of philox(counter = (j / 4, row low, row high, step), key = seed))
//
// The managed side (Gumbel.cs) does the same IEEE operations in the same order, so that a seed means the same tokens on every
// path and device: nothing here may be reordered, contracted, or left to a library. Every operation is an exact integer one or +,
// * and fma in fp32. Absolute error of G below 3e-7 max(1, |G|).
#pragma once

#include "device/math.h"
#include "device/philox.h"

namespace gibbs::kernels {

using namespace gibbs::device;

// n + 1/2, rounded once: both halves, the factor and the sum of the low half are exact.
GIBBS_DEVICE float word_and_half(uint32_t n) {
  return fma(float(int32_t(n >> 16)), 65536.0f, float(int32_t(n & 0xffffu)) + 0.5f);
}

// 2^exponent (1 + fraction), fraction in [sqrt(1/2) - 1, sqrt(2) - 1).
struct BinaryParts {
  float fraction, exponent;
};
GIBBS_DEVICE BinaryParts binary_parts(float positive) {
  const int32_t bits = bit_cast<int32_t>(positive), exponent = (bits - 0x3f3504f3) >> 23;
  // Unsigned: what a negative number shifted left leaves is defined.
  return {bit_cast<float>(int32_t(uint32_t(bits) - (uint32_t(exponent) << 23))) - 1.0f, float(exponent)};
}

// log(2^exponent (1 + fraction)) = exponent ln 2 + f - f^2 / 2 + f^3 P(f), P the minimax polynomial of Cephes' logf.
GIBBS_DEVICE float log_of_parts(BinaryParts parts) {
  const float f = parts.fraction, square = f * f;
  float p = 7.0376836292e-2f;
  p = fma(p, f, -1.1514610310e-1f);
  p = fma(p, f, 1.1676998740e-1f);
  p = fma(p, f, -1.2420140846e-1f);
  p = fma(p, f, 1.4249322787e-1f);
  p = fma(p, f, -1.6668057665e-1f);
  p = fma(p, f, 2.0000714765e-1f);
  p = fma(p, f, -2.4999993993e-1f);
  p = fma(p, f, 3.3333331174e-1f);
  float r = fma(f * square, p, parts.exponent * -2.12194440e-4f);
  r = fma(-0.5f, square, r);
  r = f + r;
  return fma(parts.exponent, 0.693359375f, r);
}

GIBBS_DEVICE float gumbel(uint32_t w) {
  // Near 1, u is one minus what the complement of w says exactly: 1 - u = (~w + 1/2) 2^-32.
  const bool near_one = w >= 0xB504F000u;
  const float t = word_and_half(near_one ? ~w : w);
  BinaryParts u = binary_parts(t);
  u.fraction = near_one ? t * -0x1p-32f : u.fraction;
  u.exponent = near_one ? 0.0f : u.exponent + -32.0f;
  const float exponential = -log_of_parts(u);  // -log u in [2^-33, 23]: normal and positive
  return -log_of_parts(binary_parts(exponential));
}

// The words of tokens 4 block ... 4 block + 3 of a row in a step.
GIBBS_DEVICE PhiloxWords token_words(int32_t block, uint64_t row, uint32_t step, uint64_t seed) {
  return philox({uint32_t(block), uint32_t(row), uint32_t(row >> 32), step}, seed);
}

// What the draw maximises. Of z less the row's maximum, so that a constant added to a row, or a small temperature, drowns no
// noise.
template <class R>
GIBBS_DEVICE R gumbel_score(R z, R maximum, R inverse_temperature, uint32_t word) {
  return fma(z - maximum, inverse_temperature, R(gumbel(word)));
}

}  // namespace gibbs::kernels
