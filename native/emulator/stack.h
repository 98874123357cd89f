// Stacks of fibers: mapped lazily with a guard page below each, pooled over blocks, launches and host threads.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace gibbs::emulator {

struct Stack {
  unsigned char* bottom;  // lowest usable address
  size_t size;
  unsigned char* top;  // where a fiber starts: near the end, staggered so that the stacks of a block do not share cache sets
};

class StackSet {
 public:
  StackSet() = default;
  ~StackSet();
  StackSet(const StackSet&) = delete;
  StackSet& operator=(const StackSet&) = delete;

  void reserve(size_t count);  // throws std::bad_alloc
  const Stack& operator[](size_t index) const { return stacks_[index]; }
  // After fibers were abandoned in mid-call: clears what AddressSanitizer remembers of their frames.
  void forget_frames();

  // A set from the process-wide pool, and back into it.
  static std::unique_ptr<StackSet> acquire();
  static void release(std::unique_ptr<StackSet> set);

 private:
  std::vector<Stack> stacks_;
};

}  // namespace gibbs::emulator
