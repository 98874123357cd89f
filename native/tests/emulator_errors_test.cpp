// What the emulator says about programs that are wrong.
#include <stdexcept>

#include "tests/emulation.h"

namespace gibbs::tests {
namespace {

using namespace gibbs::emulator;

void expect_text(const std::string& message, std::initializer_list<const char*> parts) {
  for (const char* part : parts) EXPECT_NE(message.find(part), std::string::npos) << '"' << part << "\" is not in: " << message;
}

TEST(EmulatorErrors, DifferentCollectivesOfAWarpAreDivergence) {
  const std::string message = emulation_error(grid_of(1, 64), [] {
    if (thread_index() < 16)
      block_barrier();
    else
      warp_shuffle(~0u, 1, 0);
  });
  expect_text(message, {"kernel lambda", "divergence", "block 0", "threads 16-31 wait at a warp shuffle (mask 0xffffffff)",
                        "threads 0-15 wait at the block barrier", "threads 32-63 have exited"});
}

TEST(EmulatorErrors, ShuffleAgainstBallot) {
  expect_text(emulation_error(grid_of(1, 32), [] { thread_index() % 2 != 0 ? warp_ballot(~0u, true) : warp_shuffle(~0u, 1, 0); }),
              {"divergence", "warp shuffle", "warp ballot", "threads 0, 2, 4"});
}

TEST(EmulatorErrors, DifferentMasks) {
  expect_text(emulation_error(grid_of(1, 32), [] { warp_barrier(thread_index() < 8 ? 0x0000FFFFu : ~0u); }),
              {"divergence", "threads 0-7 wait at a warp barrier (mask 0x0000ffff)",
               "threads 8-31 wait at a warp barrier (mask 0xffffffff)"});
}

TEST(EmulatorErrors, ALaneThatExits) {
  for (uint64_t seed = 1; seed <= 10; ++seed)
    expect_text(emulation_error(grid_of(1, 32, 0, seed),
                                [] {
                                  if (thread_index() != 5) warp_ballot(~0u, true);
                                }),
                {"divergence", "exited"});
}

TEST(EmulatorErrors, OwnLaneOutsideTheMask) {
  expect_text(emulation_error(grid_of(1, 32), [] { warp_barrier(0x1u); }), {"divergence", "its own lane"});
}

TEST(EmulatorErrors, SourceLaneOutsideTheMask) {
  expect_text(emulation_error(grid_of(1, 40), [] { warp_shuffle(~0u, 1, 20); }), {"block 0, thread 3", "lane 20", "0x000000ff"});
  expect_text(emulation_error(grid_of(1, 32), [] { warp_shuffle(~0u, 1, 32); }), {"lane 32"});
}

TEST(EmulatorErrors, ABarrierNotReachedByTheWholeBlockIsDeadlock) {
  // Threads of the first warp wait for the second at the block barrier, those of the second for the first at the cluster barrier.
  const std::string message = emulation_error(grid_of(1, 64), [] { thread_index() < 32 ? block_barrier() : cluster_barrier(); });
  expect_text(message, {"deadlock", "threads 0-31 wait at the block barrier", "threads 32-63 wait at the cluster barrier"});
}

TEST(EmulatorErrors, GridBarrierNeedsACooperativeLaunch) {
  expect_text(emulation_error(grid_of(2, 32), [] { grid_barrier(); }), {"not cooperative"});
}

TEST(EmulatorErrors, ExceptionsNameTheThread) {
  expect_text(emulation_error(grid_of(3, 32),
                              [] {
                                if (block_index() == 1 && thread_index() == 7) throw std::runtime_error("seven");
                              }),
              {"block 1, thread 7", "seven"});
  expect_text(emulation_error(grid_of(1, 1), [] { throw 1; }), {"unknown type"});
  expect_text(emulation_error(grid_of(1, 1), [] { kernel_failure("it says so"); }), {"it says so"});
}

TEST(EmulatorErrors, GeometryThatNoDeviceAccepts) {
  expect_text(emulation_error(grid_of(1, 2048), [] {}), {"2048 threads", "1024"});
  expect_text(emulation_error(grid_of(1, 0), [] {}), {"0 threads"});
  expect_text(emulation_error(grid_of(1, 32, 300 * 1024), [] {}), {"shared memory"});
  Geometry geometry = grid_of(3, 32);
  geometry.cluster = 2;
  expect_text(emulation_error(geometry, [] {}), {"clusters"});
  geometry = grid_of(100, 1024);
  geometry.cooperative = true;
  expect_text(emulation_error(geometry, [] {}), {"does not fit"});
}

TEST(EmulatorErrors, AFailedLaunchLeavesNothingBehind) {
  for (int round = 0; round < 20; ++round) {
    emulation_error(grid_of(1, 256), [] {
      volatile int local[64] = {};
      local[thread_index() % 64] = 1;
      if (thread_index() == 100 && local[36] == 1) throw std::runtime_error("stop");
      block_barrier();
    });
    int count = 0;
    emulate(grid_of(1, 256), [&] {
      block_barrier();
      ++count;
    });
    EXPECT_EQ(count, 256);
  }
}

TEST(EmulatorErrors, AnEmptyGridIsNoLaunch) {
  emulate(grid_of(0, 32), [] { FAIL(); });
}

}  // namespace
}  // namespace gibbs::tests
