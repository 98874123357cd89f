// What a program on the emulator may rely on.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <numeric>
#include <set>
#include <thread>
#include <vector>

#include "tests/emulation.h"
#include "tests/test_kernels.h"

namespace gibbs::tests {
namespace {

using namespace gibbs::emulator;

TEST(Emulator, EveryThreadRunsOnceAndKnowsItsPlace) {
  for (unsigned block : {1u, 31u, 32u, 33u, 256u, 1000u}) {
    std::vector<int> visits(7 * block);
    emulate(grid_of(7, block), [&] {
      EXPECT_EQ(block_size(), block);
      EXPECT_EQ(grid_size(), 7u);
      ++visits[block_index() * block_size() + thread_index()];
    });
    EXPECT_EQ(std::count(visits.begin(), visits.end(), 1), static_cast<long>(visits.size())) << block;
  }
}

TEST(Emulator, OrderIsRandomButRepeatable) {
  const auto order = [](uint64_t seed) {
    std::vector<unsigned> visits;
    emulate(grid_of(3, 64, 0, seed), [&] { visits.push_back(block_index() * 64 + thread_index()); });
    return visits;
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
  std::vector<unsigned> sorted(3 * 64);
  std::iota(sorted.begin(), sorted.end(), 0u);
  EXPECT_NE(order(1), sorted);
}

TEST(Emulator, ShuffleGivesTheSourceLanesValue) {
  std::vector<uint32_t> got(256);
  emulate(grid_of(1, 256), [&] {
    for (unsigned round = 0; round < 50; ++round) {
      const unsigned source = (thread_index() * 5 + round) % 32;
      const uint32_t value = warp_shuffle(~0u, thread_index() * 1000 + round, source);
      EXPECT_EQ(value, (thread_index() / 32 * 32 + source) * 1000 + round);
      got[thread_index()] = value;
    }
  });
}

TEST(Emulator, FullMaskMeansTheLanesThatExist) {
  std::vector<unsigned> ballots(40);
  emulate(grid_of(1, 40), [&] {
    ballots[thread_index()] = warp_ballot(~0u, true);
    EXPECT_EQ(warp_shuffle(~0u, thread_index(), 3), thread_index() / 32 * 32 + 3);
  });
  EXPECT_EQ(ballots[0], 0xFFFFFFFFu);
  EXPECT_EQ(ballots[39], 0xFFu);
}

TEST(Emulator, DisjointMasksMeetApart) {
  emulate(grid_of(1, 32), [&] {
    const bool odd = thread_index() % 2 != 0;
    const unsigned mask = odd ? 0xAAAAAAAAu : 0x55555555u;
    for (unsigned round = 0; round < (odd ? 20u : 10u); ++round) EXPECT_EQ(warp_ballot(mask, thread_index() < 8), mask & 0xFFu);
    warp_barrier(~0u);
  });
}

TEST(Emulator, BallotHasOneBitPerLane) {
  emulate(grid_of(2, 64), [&] {
    const unsigned expected = 0x88888888u;
    EXPECT_EQ(warp_ballot(~0u, thread_index() % 4 == 3), expected);
  });
}

TEST(Emulator, BarrierSeparatesPhases) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    emulate(grid_of(2, 96, 96 * sizeof(unsigned), seed), [&] {
      unsigned* shared = reinterpret_cast<unsigned*>(shared_memory());
      for (unsigned round = 0; round < 5; ++round) {
        shared[thread_index()] = thread_index() + round;
        block_barrier();
        const unsigned other = (thread_index() * 7 + 13) % 96;
        EXPECT_EQ(shared[other], other + round);
        block_barrier();
      }
    });
  }
}

TEST(Emulator, ExitedThreadsDoNotHoldABarrier) {
  std::atomic<int> passed{0};
  emulate(grid_of(1, 128), [&] {
    if (thread_index() % 3 == 0) return;
    block_barrier();
    ++passed;
  });
  EXPECT_EQ(passed, 85);
}

// The block's sum is right under every order with the barrier, and wrong or NaN under some without it.
TEST(Emulator, AMissingBarrierShows) {
  const KernelRegistration* kernel = find_kernel("gibbs_test_block_sum");
  ASSERT_NE(kernel, nullptr);
  const std::vector<float> input(3 * 256, 1.0f);
  int wrong = 0;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    for (int32_t barriers : {0, 1}) {
      std::vector<float> output(3, -1.0f);
      const BlockSum parameters = {input.data(), output.data(), barriers};
      launch(*kernel, grid_of(3, 256, 8 * sizeof(float), seed), &parameters, sizeof parameters);
      for (float sum : output) {
        if (barriers == 0)
          wrong += sum != 256.0f ? 1 : 0;
        else
          EXPECT_EQ(sum, 256.0f) << "seed " << seed;
      }
    }
  }
  EXPECT_GT(wrong, 30);
}

TEST(Emulator, SharedMemoryIsPoisonedInEveryBlock) {
  emulate(grid_of(5, 32, 64), [&] {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(shared_memory()) % 128, 0u);
    float value;
    std::memcpy(&value, shared_memory() + 4 * (thread_index() % 16), sizeof value);
    EXPECT_NE(value, value);
    block_barrier();
    shared_memory()[thread_index()] = 0;
  });
}

TEST(Emulator, AtomicsAndFences) {
  std::vector<uint32_t> counters(2);
  std::set<uint32_t> tickets;
  emulate(grid_of(10, 64), [&] {
    const uint32_t ticket = atomic_add(&counters[0], 1);
    EXPECT_TRUE(tickets.insert(ticket).second);
    fence();
    atomic_add(&counters[1], 2);
  });
  EXPECT_EQ(counters[0], 640u);
  EXPECT_EQ(counters[1], 1280u);
  EXPECT_EQ(*tickets.rbegin(), 639u);
}

TEST(Emulator, ClusterBarrierAndSharedMemoryOfOtherBlocks) {
  Geometry geometry = grid_of(12, 64, 64 * sizeof(unsigned));
  geometry.cluster = 4;
  for (geometry.seed = 1; geometry.seed <= 10; ++geometry.seed) {
    emulate(geometry, [&] {
      EXPECT_EQ(cluster_rank(), block_index() % 4);
      EXPECT_EQ(cluster_size(), 4u);
      reinterpret_cast<unsigned*>(shared_memory())[thread_index()] = block_index() * 100 + thread_index();
      cluster_barrier();
      const unsigned other = (cluster_rank() + 1) % 4;
      const unsigned value = reinterpret_cast<const unsigned*>(shared_memory_of(other))[63 - thread_index()];
      EXPECT_EQ(value, (block_index() / 4 * 4 + other) * 100 + 63 - thread_index());
      cluster_barrier();
    });
  }
}

TEST(Emulator, GridBarrier) {
  Geometry geometry = grid_of(6, 96);
  geometry.cooperative = true;
  for (geometry.seed = 1; geometry.seed <= 10; ++geometry.seed) {
    std::vector<unsigned> values(6 * 96);
    emulate(geometry, [&] {
      const unsigned at = block_index() * 96 + thread_index();
      values[at] = at;
      grid_barrier();
      EXPECT_EQ(values[(at + 100) % values.size()], (at + 100) % values.size());
    });
  }
}

TEST(Emulator, ConcurrentLaunches) {
  std::vector<std::thread> hosts;
  std::atomic<int> wrong{0};
  for (unsigned host = 0; host < 4; ++host)
    hosts.emplace_back([host, &wrong] {
      for (unsigned round = 0; round < 10; ++round) {
        std::vector<uint32_t> thread(4 * 100), block(4 * 100), rotated(4 * 100);
        const WarpFacts parameters = {thread.data(), block.data(), rotated.data()};
        launch(*find_kernel("gibbs_test_warp_facts"), grid_of(4, 100, 0, host + 1), &parameters, sizeof parameters);
        for (unsigned i = 0; i < 400; ++i) {
          const unsigned t = i % 100, first = t / 32 * 32, lanes = first == 96 ? 4 : 32;
          if (thread[i] != t || block[i] != i / 100 || rotated[i] != i - t + first + (t - first + 1) % lanes) ++wrong;
        }
      }
    });
  for (std::thread& host : hosts) host.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Emulator, LocalObjectsOfThreadsLive) {
  std::atomic<int> total{0};
  emulate(grid_of(4, 64), [&] {
    std::vector<unsigned> own(thread_index() + 1, thread_index());
    block_barrier();
    for (unsigned round = 0; round < 3; ++round) warp_barrier(~0u);
    for (unsigned value : own) total += value == thread_index() ? 1 : 0;
  });
  EXPECT_EQ(total, 4 * 64 * 65 / 2);
}

}  // namespace
}  // namespace gibbs::tests
