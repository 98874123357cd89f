// Philox against the known answers that its authors publish (Random123, kat_vectors), and the Gumbel noise of a word against the
// C library in extended precision.
#include "kernels/gumbel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace gibbs::tests {
namespace {

namespace dv = gibbs::device;

void expect_words(const dv::PhiloxWords& got, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  EXPECT_EQ(got.a, a);
  EXPECT_EQ(got.b, b);
  EXPECT_EQ(got.c, c);
  EXPECT_EQ(got.d, d);
  EXPECT_EQ(got.word(0), a);
  EXPECT_EQ(got.word(5), b);
  EXPECT_EQ(got.word(2), c);
  EXPECT_EQ(got.word(7), d);
}

TEST(Philox, KnownAnswers) {
  expect_words(dv::philox({0, 0, 0, 0}, 0), 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
  expect_words(dv::philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffff), 0x408f276d, 0x41c83b0e,
               0xa20bc7c6, 0x6d5451fd);
  expect_words(dv::philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822), 0xd16cfe09, 0x94fdcceb,
               0x5001e420, 0x24126ea1);
}

long double exact_gumbel(uint32_t w) {
  const long double rest = (static_cast<long double>(0xffffffffu - w) + 0.5L) * 0x1p-32L;
  return -std::log(-std::log1p(-rest));
}

TEST(Gumbel, IsAccurateOverAllWords) {
  std::vector<uint32_t> words;
  for (uint32_t i = 0; i < 5000; ++i) {
    // Both ends, where the complement takes over, and u = 1 / e, where the noise is 0.
    for (uint32_t at : {0u, 0x80000000u, 0xB504F000u, 0x5E2D58D8u}) words.push_back(at + i), words.push_back(at - 1 - i);
    for (int bit = 0; bit < 32; ++bit) words.push_back((1u << bit) + i), words.push_back(~((1u << bit) + i));
  }
  std::mt19937 random(99);
  for (int i = 0; i < 2000000; ++i) words.push_back(random());
  double worst = 0;
  uint32_t at = 0;
  for (const uint32_t w : words) {
    const long double exact = exact_gumbel(w);
    const double error =
        double(std::fabs(static_cast<long double>(kernels::gumbel(w)) - exact) / std::fmax(1.0L, std::fabs(exact)));
    if (!(error <= worst)) worst = error, at = w;
  }
  EXPECT_LE(worst, 3e-7) << "at word " << at;
  ::testing::Test::RecordProperty("worst", std::to_string(worst));
}

// The managed mirror is tested against the same numbers.
TEST(Gumbel, HasTheseBits) {
  const struct {
    uint32_t word, bits;
  } known[] = {{0, 0xc04851d5},          {1, 0xc0452b66},          {0x5E2D58D8, 0x80000000}, {0x80000000, 0x3ebba795},
               {0xB504EFFF, 0x3f87a2eb}, {0xB504F000, 0x3f87a2eb}, {0xfffffffe, 0x41ae33b3}, {0xffffffff, 0x41b6fda9}};
  for (const auto& k : known) EXPECT_EQ(dv::bit_cast<uint32_t>(kernels::gumbel(k.word)), k.bits) << k.word;
  uint32_t hash = 2166136261u;  // FNV-1a of words
  for (uint32_t i = 0; i < 1000000; ++i) hash = (hash ^ dv::bit_cast<uint32_t>(kernels::gumbel(i * 2654435761u))) * 16777619u;
  EXPECT_EQ(hash, 0x8ddfefb9u);
}

}  // namespace
}  // namespace gibbs::tests
