// Memory of the emulated device: host blocks of exactly the size asked for, so that AddressSanitizer guards both ends.
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include <sys/mman.h>

#include "runtime/backend.h"
#include "runtime/emulated/device.h"

namespace gibbs::runtime {
namespace {

constexpr int64_t mapped_from = int64_t{1} << 30;   // larger blocks are reserved address space, paid for where touched
constexpr int64_t refused_from = int64_t{1} << 39;  // beyond what AddressSanitizer's allocator survives
constexpr int64_t poisoned_to = int64_t{1} << 20;   // smaller blocks start as NaN in every type

struct Blocks {
  std::mutex mutex;
  std::map<uintptr_t, int64_t> size;  // by first address
};

// Never destroyed: blocks may be freed while the process exits.
Blocks& blocks() {
  static Blocks* const instance = new Blocks;
  return *instance;
}

}  // namespace

namespace emulated {

void* allocate(int64_t bytes) {
  void* memory = nullptr;
  if (bytes >= refused_from) {
    memory = nullptr;
  } else if (bytes >= mapped_from) {
    memory =
        mmap(nullptr, static_cast<size_t>(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) memory = nullptr;
  } else if (posix_memalign(&memory, 256, static_cast<size_t>(bytes)) != 0) {
    memory = nullptr;
  }
  if (memory == nullptr)
    fail(GIBBS_OUT_OF_MEMORY, "bytes: %lld bytes of memory are not to be had on the emulated device",
         static_cast<long long>(bytes));
  if (bytes <= poisoned_to) std::memset(memory, 0xFF, static_cast<size_t>(bytes));
  Blocks& all = blocks();
  std::lock_guard<std::mutex> lock(all.mutex);
  all.size[reinterpret_cast<uintptr_t>(memory)] = bytes;
  return memory;
}

void release(void* pointer, const char* what) {
  int64_t bytes;
  {
    Blocks& all = blocks();
    std::lock_guard<std::mutex> lock(all.mutex);
    const auto found = all.size.find(reinterpret_cast<uintptr_t>(pointer));
    if (found == all.size.end())
      fail(GIBBS_INVALID_ARGUMENT, "pointer: %p was not allocated by %s, or is freed already", pointer, what);
    bytes = found->second;
    all.size.erase(found);
  }
  if (bytes >= mapped_from)
    munmap(pointer, static_cast<size_t>(bytes));
  else
    std::free(pointer);
}

bool owns(const void* pointer) {
  Blocks& all = blocks();
  std::lock_guard<std::mutex> lock(all.mutex);
  auto after = all.size.upper_bound(reinterpret_cast<uintptr_t>(pointer));
  if (after == all.size.begin()) return false;
  --after;
  return reinterpret_cast<uintptr_t>(pointer) - after->first < static_cast<uintptr_t>(after->second);
}

}  // namespace emulated

namespace backend {

int pointer_device(const void* pointer) { return emulated::owns(pointer) ? 0 : -1; }

void* allocate(gibbs_device*, gibbs_stream stream, int64_t bytes) {
  emulated::require_stream(stream);
  return emulated::allocate(bytes);
}

void release(gibbs_device*, gibbs_stream stream, void* pointer) {
  emulated::require_stream(stream);
  emulated::release(pointer, "gibbs_memory_allocate");
}

void copy(gibbs_device*, gibbs_stream stream, void* destination, const void* source, int64_t bytes) {
  emulated::require_stream(stream);
  std::memmove(destination, source, static_cast<size_t>(bytes));
}

void set(gibbs_device*, gibbs_stream stream, void* destination, unsigned char value, int64_t bytes) {
  emulated::require_stream(stream);
  std::memset(destination, value, static_cast<size_t>(bytes));
}

void* allocate_host(gibbs_device*, int64_t bytes) { return emulated::allocate(bytes); }

void release_host(gibbs_device*, void* pointer) { emulated::release(pointer, "gibbs_host_allocate"); }

}  // namespace backend
}  // namespace gibbs::runtime
