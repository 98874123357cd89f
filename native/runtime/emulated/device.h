// The emulated device: one per process, whose memory is the host's and whose streams run everything at once.
#pragma once

#include <chrono>
#include <vector>

#include "emulator/launch.h"
#include "runtime/runtime.h"

struct gibbs_device {
  int ordinal;
  std::vector<const gibbs::emulator::KernelRegistration*> kernels;  // by runtime::Kernel::index
};

struct gibbs_event {
  gibbs_device* device;
  std::chrono::steady_clock::time_point time;
  bool recorded;
};

namespace gibbs::runtime::emulated {

// Memory by address, so that a pointer's owner is known and a wrong free is an error.
void* allocate(int64_t bytes);
void release(void* pointer, const char* what);
bool owns(const void* pointer);

// Fails for a stream that does not exist; null and the driver's two default handles exist always.
void require_stream(gibbs_stream stream);

}  // namespace gibbs::runtime::emulated
