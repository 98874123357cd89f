// Devices, kernels and launches, as the operations in native/ops see them. Implemented twice: over the CUDA driver API (driver/)
// and over the emulator (emulated/). Everything here throws gibbs::Error on failure; entry.h turns that into a status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gibbs/gibbs.h"
#include "runtime/error.h"

namespace gibbs::runtime {

// A kernel that an operation launches. A namespace-scope object: it registers itself at static initialisation, and
// gibbs_device_open resolves every registered kernel, so that a launch loads nothing.
class Kernel {
 public:
  explicit Kernel(const char* name);  // the kernel's symbol; static lifetime
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  const char* name;
  int index;  // into the device's tables
};

// All kernels registered so far, by index.
const std::vector<const Kernel*>& kernels();

struct Launch {
  unsigned grid;
  unsigned block;
  unsigned shared_bytes;  // dynamic; every function is allowed the device's opt-in maximum
  unsigned cluster = 1;   // blocks per cluster; grid is a multiple of it
  bool cooperative = false;
};

struct Limits {
  int multiprocessors;
  int shared_per_block;  // opt-in maximum, bytes
  int compute_major, compute_minor;
  int64_t l2_bytes;
};

const Limits& limits(gibbs_device* device);

// The most threads per block that the kernel's registers allow on this device.
int max_threads(gibbs_device* device, const Kernel& kernel);

// Launches with one parameter, a trivially copyable struct of parameter_bytes (at most 4096), copied before the call returns.
// A grid of 0 blocks is no launch.
void launch(gibbs_device* device, gibbs_stream stream, const Kernel& kernel, const Launch& launch, const void* parameters,
            size_t parameter_bytes);

// Scratch memory of one call: the caller's if given, otherwise allocated on the stream and freed on it by the destructor.
class Workspace {
 public:
  // given_bytes of the caller's memory must hold needed bytes and be 256-byte aligned; needed = 0 allocates nothing.
  Workspace(gibbs_device* device, gibbs_stream stream, void* given, int64_t given_bytes, int64_t needed);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // The next piece, 256-byte aligned. A query of the size adds round_up(bytes) for every piece.
  void* take(int64_t bytes);
  // The same, set to zero in stream order.
  void* take_zeroed(int64_t bytes);
  static int64_t round_up(int64_t bytes) { return (bytes + 255) / 256 * 256; }

 private:
  gibbs_device* device_;
  gibbs_stream stream_;
  unsigned char* base_;
  int64_t size_, taken_ = 0;
  bool owned_;
};

// Makes the device's primary context the thread's current one for a scope, and restores the caller's. Nothing under emulation.
class ContextScope {
 public:
  explicit ContextScope(gibbs_device* device);
  ~ContextScope();
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;

 private:
  bool pushed_ = false;
};

}  // namespace gibbs::runtime
