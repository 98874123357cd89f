// The hot part of the scheduler, in line: a collective that has to wait goes from its own frame straight to the next lane, so
// that the processor mispredicts one return per switch and not one per level of calls.
#pragma once

#include "emulator/cohort.h"
#include "emulator/sanitizer.h"

#define GIBBS_HOT inline __attribute__((always_inline))

namespace gibbs::emulator {

// Switches, and returns when somebody switches back to from; books where the fiber that did so stopped.
GIBBS_HOT void Cohort::resume_in(Fiber& from, Fiber& to) {
  start_switch(&from.fake_stack, to.stack_bottom, to.stack_size);
  const boost::context::detail::transfer_t transfer = boost::context::detail::jump_fcontext(to.context, &from);
  finish_switch(from.fake_stack, nullptr, nullptr);
  static_cast<Fiber*>(transfer.data)->context = transfer.fctx;
}

// The fiber to run now: a random ready lane, of the warp that runs as long as it has any, so that warps drift apart as far as the
// program lets them; the host when nothing can run. Sets place.
GIBBS_HOT Fiber& Cohort::next(bool change_warp) {
  const uint32_t draw = random();
  Warp* warp = running_;
  if (warp == nullptr || warp->ready == 0 || (change_warp && queued_ != 0)) {
    if (queued_ == 0 && (warp == nullptr || warp->ready == 0)) {
      running_ = nullptr;
      return host_;
    }
    if (warp != nullptr && warp->ready != 0) warp->queued = true, queue_[queued_++] = warp;
    const size_t pick = (draw >> 8) % queued_;
    warp = queue_[pick];
    queue_[pick] = queue_[--queued_];
    warp->queued = false;
    running_ = warp;
  }
  const unsigned turn = draw & 31;
  const unsigned rotated = (warp->ready >> turn) | (warp->ready << ((32 - turn) & 31));
  const unsigned lane = (static_cast<unsigned>(__builtin_ctz(rotated)) + turn) & 31;
  warp->ready &= ~(1u << lane);
  Thread& thread = warp->threads[lane];
  place = &thread;
  return thread;
}

GIBBS_HOT void Cohort::make_ready(Warp& warp, unsigned lanes) {
  warp.ready |= lanes;
  if (&warp != running_ && !warp.queued && warp.ready != 0) warp.queued = true, queue_[queued_++] = &warp;
}

GIBBS_HOT void Cohort::wait_at_gate(Thread& thread, unsigned which) {
  Warp& warp = *thread.warp;
  Gate& gate = *warp.gates[which];
  thread.wait = gate.kind;
  warp.at_gate[which] |= 1u << thread.lane;
  if (++gate.arrived == gate.alive) open_gate(gate, which);
  Fiber& other = next((random() & 15) == 0);
  if (&other != &thread) resume_in(thread, other);
  thread.wait = Wait::none;
}

GIBBS_HOT void Cohort::wait_in_warp(Thread& thread, Wait kind, unsigned mask) {
  Warp& warp = *thread.warp;
  const unsigned self = 1u << thread.lane;
  mask &= warp.existing;
  if (__builtin_expect((mask & self) == 0 || (mask & warp.exited) != 0, 0)) reject_mask(thread, mask);
  unsigned index = 0;
  while (index < warp.open_count && (warp.open[index].mask != mask || warp.open[index].kind != kind)) ++index;
  if (index == warp.open_count) warp.open[warp.open_count++] = {kind, mask, 0};
  Rendezvous& rendezvous = warp.open[index];
  rendezvous.arrived |= self;
  if (rendezvous.arrived == mask) {
    const Rendezvous completed = rendezvous;
    rendezvous = warp.open[--warp.open_count];
    complete(warp, completed);
    // The last lane usually runs on; at times everybody else comes first.
    const uint32_t draw = random();
    make_ready(warp, mask & ~self);
    if ((draw & 7) != 0) return;
    make_ready(warp, self);
    Fiber& other = next((draw & 15) == 0);
    if (&other != &thread) resume_in(thread, other);
    return;
  }
  thread.wait = kind;
  thread.mask = mask;
  resume_in(thread, next(false));
  thread.wait = Wait::none;
}

}  // namespace gibbs::emulator
