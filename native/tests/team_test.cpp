// Teams: a block and grids of any size give the same bits, and reductions may follow each other at once.
#include "kernels/team.h"

#include <vector>

#include "tests/emulation.h"

namespace gibbs::tests {

namespace {

using namespace gibbs::kernels;

// Sums of 1/(i + 1) over counts in turn, by a team of that many blocks; 0: a block that is no grid.
std::vector<double> sums_of(unsigned blocks, const std::vector<int64_t>& counts, uint64_t seed) {
  const int64_t half = team_half_bytes(5000, sizeof(CountedSum));
  std::vector<unsigned char> exchange(size_t(2 * half));
  std::vector<double> sums(counts.size(), -1);
  emulator::Geometry geometry = grid_of(blocks == 0 ? 1 : blocks, unsigned(kTeamThreads), kExchangeBytes, seed);
  geometry.cooperative = blocks != 0;
  uint64_t gate = 0;
  const auto add = [&](auto team) {
    for (size_t round = 0; round < counts.size(); ++round) {
      const CountedSum sum = team.template reduce<CountedSum>(counts[round], [](CountedSum& s, int64_t i) {
        s.sum += 1.0 / double(i + 1);
        ++s.count;
      });
      EXPECT_EQ(sum.count, counts[round]);
      if (team.leader()) sums[round] = sum.sum;
    }
  };
  emulate(geometry, [&] {
    if (blocks == 0) {
      add(Team<false>(nullptr, exchange.data(), half));
    } else {
      add(Team<true>(&gate, exchange.data(), half));
    }
  });
  return sums;
}

}  // namespace

TEST(Team, BlocksAndGridsOfAnySizeGiveTheSameBits) {
  const std::vector<int64_t> counts = {5000, 1, 3000, 0, 1024, 1025, 5000, 7};
  const std::vector<double> block = sums_of(0, counts, 1);
  for (size_t round = 0; round < counts.size(); ++round) {
    double sum = 0;
    for (int64_t i = 0; i < counts[round]; ++i) sum += 1.0 / double(i + 1);
    EXPECT_NEAR(block[round], sum, 1e-12);
  }
  for (unsigned blocks : {1u, 2u, 5u, 8u}) EXPECT_EQ(sums_of(blocks, counts, blocks + 1), block) << blocks << " blocks";
}

TEST(Team, TicketsAreTakenOnce) {
  uint64_t counter = 0;
  std::vector<int> taken(4 * 64);
  emulate(grid_of(4, 64), [&] { ++taken[device::next_ticket(&counter)]; });
  EXPECT_EQ(taken, std::vector<int>(4 * 64, 1));
}

}  // namespace gibbs::tests
