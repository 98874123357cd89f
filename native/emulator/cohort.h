// The blocks that run together and the scheduler of their threads: one or two ordinary blocks, a cluster, or a cooperative grid.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulator/launch.h"
#include "emulator/stack.h"

namespace gibbs::emulator {

enum class Wait : uint8_t { none, warp_barrier, warp_shuffle, warp_ballot, block_barrier, cluster_barrier, grid_barrier, exited };

// A stack that can be switched to: a CUDA thread, or the host thread that runs the launch.
struct Fiber {
  boost::context::detail::fcontext_t context = nullptr;
  void* fake_stack = nullptr;
  const void* stack_bottom = nullptr;
  size_t stack_size = 0;
};

struct Cohort;
struct Warp;

struct Thread : Place, Fiber {
  Cohort* cohort;
  Warp* warp;
  unsigned char* stack_top;
  uint32_t value;  // given to the collective it waits at, then the collective's result
  unsigned mask;   // of that collective
  uint8_t lane;
  uint8_t source;  // lane it shuffles from
  Wait wait;
};

// A barrier of a block, a cluster or the grid; counts threads that have not exited.
struct Gate {
  Wait kind;
  unsigned alive, arrived;
  Warp* first;  // its warps are contiguous
  Warp* last;
};

// Lanes of a warp that wait at one collective with one mask.
struct Rendezvous {
  Wait kind;
  unsigned mask, arrived;
};

struct Warp {
  Thread* threads;  // of lane 0
  Gate* gates[3];   // block, cluster, grid
  unsigned existing, exited;
  unsigned ready;       // lanes that can run
  unsigned at_gate[3];  // lanes that wait there
  unsigned open_count;
  bool queued;  // in the list of warps with ready lanes
  Rendezvous open[32];
};

struct Cohort {
  Cohort(const KernelRegistration& kernel, const Geometry& geometry, const void* parameters);
  ~Cohort();

  // Runs the given blocks to their end.
  void run(const unsigned* blocks, unsigned count, unsigned clusters_of);

  // Called on fibers.
  bool run_kernel(Thread& thread);
  Fiber& host() { return host_; }
  void wait_at_gate(Thread& thread, unsigned gate);
  void wait_in_warp(Thread& thread, Wait kind, unsigned mask);
  void maybe_yield(Thread& thread, unsigned one_in);
  [[noreturn]] void reject_mask(Thread& thread, unsigned mask);
  [[noreturn]] void finish(Thread& thread);
  [[noreturn]] void abandon(Thread& thread, std::string message);
  std::string describe_stall() const;
  std::string who(const Thread& thread) const;

  const KernelRegistration& kernel;
  const Geometry& geometry;
  const void* parameters;

 private:
  void prepare(const unsigned* blocks, unsigned count, unsigned cluster);
  void complete(Warp& warp, const Rendezvous& rendezvous);
  void open_gate(Gate& gate, unsigned which);
  void make_ready(Warp& warp, unsigned lanes);
  Fiber& next(bool change_warp);
  void resume_in(Fiber& from, Fiber& to);
  uint32_t random() {
    state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
    return static_cast<uint32_t>(state_ >> 16);
  }

  Fiber host_;
  uint64_t state_;
  std::unique_ptr<StackSet> stacks_;
  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  std::vector<Gate> gates_;
  std::vector<unsigned char*> shared_;
  std::vector<Warp*> queue_;  // warps with ready lanes, without the running one; sized for all, the count beside it
  size_t queued_ = 0;
  Warp* running_ = nullptr;
  unsigned alive_ = 0;
  bool failed_ = false;
  std::string failure_;
};

}  // namespace gibbs::emulator
