// Says in words why the threads of a cohort cannot go on.
#include <cstdio>
#include <map>
#include <tuple>

#include "emulator/cohort.h"

namespace gibbs::emulator {
namespace {

std::string waits_at(Wait kind, unsigned mask) {
  char text[64];
  switch (kind) {
    case Wait::warp_barrier:
      std::snprintf(text, sizeof text, "wait at a warp barrier (mask 0x%08x)", mask);
      break;
    case Wait::warp_shuffle:
      std::snprintf(text, sizeof text, "wait at a warp shuffle (mask 0x%08x)", mask);
      break;
    case Wait::warp_ballot:
      std::snprintf(text, sizeof text, "wait at a warp ballot (mask 0x%08x)", mask);
      break;
    case Wait::block_barrier:
      return "wait at the block barrier";
    case Wait::cluster_barrier:
      return "wait at the cluster barrier";
    case Wait::grid_barrier:
      return "wait at the grid barrier";
    case Wait::exited:
      return "have exited";
    case Wait::none:
      return "can run";
  }
  return text;
}

bool in_warp(Wait kind) { return kind == Wait::warp_barrier || kind == Wait::warp_shuffle || kind == Wait::warp_ballot; }

// Lanes of one warp that wait for each other at different collectives.
bool diverged(const Warp& warp) {
  for (unsigned i = 0; i < warp.open_count; ++i) {
    const unsigned missing = warp.open[i].mask & ~warp.open[i].arrived;
    for (unsigned rest = missing; rest != 0; rest &= rest - 1)
      if (warp.threads[__builtin_ctz(rest)].wait != Wait::none) return true;
  }
  return false;
}

std::string ranges(const std::vector<unsigned>& sorted) {
  std::string text;
  unsigned printed = 0;
  for (size_t i = 0; i < sorted.size();) {
    size_t end = i;
    while (end + 1 < sorted.size() && sorted[end + 1] == sorted[end] + 1) ++end;
    if (++printed > 8) return text + ", …";
    if (!text.empty()) text += ", ";
    text += std::to_string(sorted[i]);
    if (end > i) text += "-" + std::to_string(sorted[end]);
    i = end + 1;
  }
  return text;
}

}  // namespace

std::string Cohort::who(const Thread& thread) const {
  return std::string("kernel ") + kernel.name + ", block " + std::to_string(thread.block) + ", thread " +
         std::to_string(thread.thread);
}

std::string Cohort::describe_stall() const {
  bool divergence = false;
  for (const Warp& warp : warps_) divergence |= diverged(warp);
  std::map<std::tuple<unsigned, Wait, unsigned>, std::vector<unsigned>> groups;
  for (const Thread& thread : threads_)
    groups[{thread.block, thread.wait, in_warp(thread.wait) ? thread.mask : 0}].push_back(thread.thread);

  std::string text = std::string("kernel ") + kernel.name + ": " + (divergence ? "divergence" : "deadlock");
  unsigned block = ~0u, lines = 0;
  for (const auto& [key, members] : groups) {
    const auto& [of_block, kind, mask] = key;
    if (++lines > 12) return text + "; and more";
    text += of_block != block ? (block == ~0u ? ", block " : "; block ") + std::to_string(of_block) + ": " : "; ";
    block = of_block;
    text += (members.size() == 1 ? "thread " : "threads ") + ranges(members) + " " + waits_at(kind, mask);
  }
  return text;
}

}  // namespace gibbs::emulator
