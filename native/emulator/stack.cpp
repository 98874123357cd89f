#include "emulator/stack.h"

#include <mutex>
#include <new>

#include <sys/mman.h>

#include "emulator/sanitizer.h"

namespace gibbs::emulator {
namespace {

constexpr size_t page = 4096;
// Instrumented frames are several times larger. Only pages that are touched cost memory. An odd number of pages with the guard,
// so that equal offsets of different stacks fall into different cache sets.
constexpr size_t stack_bytes = GIBBS_ADDRESS_SANITIZER ? 256 * 1024 : 128 * 1024;
constexpr size_t guard_bytes = page;

struct Pool {
  std::mutex mutex;
  std::vector<std::unique_ptr<StackSet>> free;
};

// Never destroyed: a launch may still run on another thread while the process exits.
Pool& pool() {
  static Pool* const instance = new Pool;
  return *instance;
}

}  // namespace

StackSet::~StackSet() {
  for (const Stack& stack : stacks_) munmap(stack.bottom - guard_bytes, guard_bytes + stack.size);
}

void StackSet::reserve(size_t count) {
  stacks_.reserve(count);
  while (stacks_.size() < count) {
    void* memory =
        mmap(nullptr, guard_bytes + stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    unsigned char* bottom = static_cast<unsigned char*>(memory) + guard_bytes;
    if (mprotect(memory, guard_bytes, PROT_NONE) != 0) {
      munmap(memory, guard_bytes + stack_bytes);
      throw std::bad_alloc();
    }
    const size_t stagger = stacks_.size() % 16 * 192;
    stacks_.push_back({bottom, stack_bytes, bottom + stack_bytes - stagger});
  }
}

void StackSet::forget_frames() {
  for (const Stack& stack : stacks_) unpoison(stack.bottom, stack.size);
}

std::unique_ptr<StackSet> StackSet::acquire() {
  Pool& shared = pool();
  std::lock_guard<std::mutex> lock(shared.mutex);
  if (shared.free.empty()) return std::make_unique<StackSet>();
  std::unique_ptr<StackSet> set = std::move(shared.free.back());
  shared.free.pop_back();
  return set;
}

void StackSet::release(std::unique_ptr<StackSet> set) {
  Pool& shared = pool();
  std::lock_guard<std::mutex> lock(shared.mutex);
  shared.free.push_back(std::move(set));
}

}  // namespace gibbs::emulator
