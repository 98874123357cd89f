#include "emulator/schedule.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include "emulator/sanitizer.h"
#include "runtime/error.h"

namespace gibbs::emulator {

#if defined(__ELF__)
__thread const Place* place = nullptr;
#else
thread_local const Place* place = nullptr;
#endif

using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

namespace {

// Leaves for another fiber for ever.
[[noreturn]] void leave(Fiber& from, Fiber& to) {
  start_switch(nullptr, to.stack_bottom, to.stack_size);
  boost::context::detail::jump_fcontext(to.context, &from);
  std::abort();
}

void run_thread(transfer_t transfer) {
  Fiber* previous = static_cast<Fiber*>(transfer.data);
  const void* bottom = nullptr;
  size_t size = 0;
  finish_switch(nullptr, &bottom, &size);
  previous->context = transfer.fctx;
  if (previous->stack_bottom == nullptr) previous->stack_bottom = bottom, previous->stack_size = size;  // the host's own stack

  // This frame is left for ever: nothing in it owns memory.
  Thread& thread = *static_cast<Thread*>(const_cast<Place*>(place));
  if (thread.cohort->run_kernel(thread)) thread.cohort->finish(thread);
  leave(thread, thread.cohort->host());
}

}  // namespace

Cohort::Cohort(const KernelRegistration& kernel, const Geometry& geometry, const void* parameters)
    : kernel(kernel), geometry(geometry), parameters(parameters), stacks_(StackSet::acquire()) {
  // splitmix64 of the seed: xorshift must not start at 0, and near seeds must differ at once.
  uint64_t mixed = (geometry.seed != 0 ? geometry.seed : default_seed()) + 0x9E3779B97F4A7C15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  state_ = (mixed ^ (mixed >> 31)) | 1;
}

// False, with the message noted, where the kernel throws.
bool Cohort::run_kernel(Thread& thread) {
  std::string what;
  try {
    kernel.run(parameters);
    return true;
  } catch (const Error& error) {
    what = error.message;
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "an exception of an unknown type";
  }
  failed_ = true;
  failure_ = who(thread) + ": " + what;
  return false;
}

Cohort::~Cohort() {
  for (unsigned char* memory : shared_) std::free(memory);
  if (failed_) stacks_->forget_frames();
  StackSet::release(std::move(stacks_));
}

void Cohort::run(const unsigned* blocks, unsigned count, unsigned cluster) {
  prepare(blocks, count, cluster);
  resume_in(host_, next(false));
  place = nullptr;
  if (failed_) fail(GIBBS_EMULATOR_ERROR, "%s", failure_.c_str());
  if (alive_ != 0) {
    failed_ = true;
    fail(GIBBS_EMULATOR_ERROR, "%s", describe_stall().c_str());
  }
}

void Cohort::maybe_yield(Thread& thread, unsigned one_in) {
  if (random() % one_in != 0) return;
  make_ready(*thread.warp, 1u << thread.lane);
  Fiber& other = next(true);
  if (&other != &thread) resume_in(thread, other);
}

void Cohort::open_gate(Gate& gate, unsigned which) {
  gate.arrived = 0;
  for (Warp* warp = gate.first; warp != gate.last; ++warp) {
    const unsigned lanes = warp->at_gate[which];
    warp->at_gate[which] = 0;
    make_ready(*warp, lanes);
  }
}

void Cohort::reject_mask(Thread& thread, unsigned mask) {
  if ((mask & (1u << thread.lane)) == 0)
    abandon(thread, who(thread) + ": divergence: calls a warp collective with a mask that leaves out its own lane");
  char text[160];
  std::snprintf(text, sizeof text, ": divergence: calls a warp collective with mask 0x%08x, of which lanes 0x%08x have exited",
                mask, mask & thread.warp->exited);
  abandon(thread, who(thread) + text);
}

// Replaces the values that the lanes gave by what the collective gives them: from here on they may run in any order.
void Cohort::complete(Warp& warp, const Rendezvous& rendezvous) {
  if (rendezvous.kind == Wait::warp_shuffle) {
    uint32_t values[32];
    for (unsigned rest = rendezvous.mask; rest != 0; rest &= rest - 1) {
      const int lane = __builtin_ctz(rest);
      values[lane] = warp.threads[lane].value;
    }
    for (unsigned rest = rendezvous.mask; rest != 0; rest &= rest - 1) {
      Thread& thread = warp.threads[__builtin_ctz(rest)];
      thread.value = values[thread.source];
    }
  } else if (rendezvous.kind == Wait::warp_ballot) {
    unsigned ballot = 0;
    for (unsigned rest = rendezvous.mask; rest != 0; rest &= rest - 1) {
      const int lane = __builtin_ctz(rest);
      ballot |= (warp.threads[lane].value & 1u) << lane;
    }
    for (unsigned rest = rendezvous.mask; rest != 0; rest &= rest - 1) warp.threads[__builtin_ctz(rest)].value = ballot;
  }
}

void Cohort::finish(Thread& thread) {
  Warp& warp = *thread.warp;
  thread.wait = Wait::exited;
  warp.exited |= 1u << thread.lane;
  --alive_;
  for (unsigned which = 0; which < 3; ++which) {
    Gate& gate = *warp.gates[which];
    if (--gate.alive == gate.arrived && gate.arrived != 0) open_gate(gate, which);
  }
  // This frame never returns: nobody else would clear what AddressSanitizer marked in it.
  unsigned char* here = static_cast<unsigned char*>(__builtin_frame_address(0));
  unpoison(here, static_cast<size_t>(thread.stack_top - here));
  leave(thread, next(false));
}

void Cohort::abandon(Thread& thread, std::string message) {
  failed_ = true;
  failure_ = std::move(message);
  leave(thread, host_);
}

void Cohort::prepare(const unsigned* blocks, unsigned count, unsigned cluster) {
  const unsigned size = geometry.block, warps_per_block = (size + 31) / 32;
  stacks_->reserve(size_t{count} * size);
  threads_.resize(size_t{count} * size);
  warps_.resize(size_t{count} * warps_per_block);
  gates_.resize(count + count / cluster + 1);
  queue_.resize(warps_.size());
  queued_ = 0;
  running_ = nullptr;
  alive_ = count * size;
  while (shared_.size() < count) {
    void* memory = nullptr;
    if (posix_memalign(&memory, 128, geometry.shared_bytes) != 0) throw std::bad_alloc();
    shared_.push_back(static_cast<unsigned char*>(memory));
  }
  Warp* const warps = warps_.data();
  Gate* const grid_gate = &gates_.back();
  *grid_gate = {Wait::grid_barrier, count * size, 0, warps, warps + warps_.size()};
  for (unsigned b = 0; b < count; ++b) {
    std::memset(shared_[b], 0xFF, geometry.shared_bytes);
    Warp* const first = warps + size_t{b} * warps_per_block;
    gates_[b] = {Wait::block_barrier, size, 0, first, first + warps_per_block};
    const unsigned c = b / cluster;
    if (b % cluster == 0)
      gates_[count + c] = {Wait::cluster_barrier, cluster * size, 0, first, first + cluster * warps_per_block};
    for (unsigned w = 0; w < warps_per_block; ++w) {
      Warp& warp = first[w];
      const unsigned lanes = size - w * 32 < 32 ? size - w * 32 : 32;
      warp.threads = &threads_[size_t{b} * size + w * 32];
      warp.gates[0] = &gates_[b], warp.gates[1] = &gates_[count + c], warp.gates[2] = grid_gate;
      warp.existing = lanes == 32 ? 0xFFFFFFFFu : (1u << lanes) - 1;
      warp.exited = warp.ready = warp.open_count = 0;
      warp.at_gate[0] = warp.at_gate[1] = warp.at_gate[2] = 0;
      warp.queued = false;
      make_ready(warp, warp.existing);
      for (unsigned lane = 0; lane < lanes; ++lane) {
        Thread& thread = warp.threads[lane];
        const Stack& stack = (*stacks_)[static_cast<size_t>(&thread - threads_.data())];
        thread.stack_bottom = stack.bottom, thread.stack_size = stack.size, thread.stack_top = stack.top;
        thread.context = make_fcontext(stack.top, static_cast<size_t>(stack.top - stack.bottom), run_thread);
        thread.fake_stack = nullptr;
        static_cast<Place&>(thread) = {w * 32 + lane, blocks[b], size, geometry.grid, b % cluster, cluster, shared_[b]};
        thread.cohort = this, thread.warp = &warp;
        thread.lane = static_cast<uint8_t>(lane);
        thread.wait = Wait::none;
      }
    }
  }
}

}  // namespace gibbs::emulator
