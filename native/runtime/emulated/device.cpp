// Devices, streams, events and launches over the emulator.
#include "runtime/emulated/device.h"

#include <cstdio>
#include <memory>
#include <mutex>
#include <set>

#include <unistd.h>

#include "runtime/backend.h"

namespace gibbs::runtime {
namespace {

// Few multiprocessors: results must not depend on their number, and small grids should take part in every regime.
constexpr Limits emulated_limits = {4, 227 * 1024, 9, 0, int64_t{32} << 20};

struct Streams {
  std::mutex mutex;
  std::set<gibbs_stream> live;
};

// Never destroyed: streams may be destroyed while the process exits.
Streams& streams() {
  static Streams* const instance = new Streams;
  return *instance;
}

}  // namespace

const Limits& limits(gibbs_device*) { return emulated_limits; }

int max_threads(gibbs_device* device, const Kernel& kernel) {
  return device->kernels[static_cast<size_t>(kernel.index)]->max_threads;
}

void launch(gibbs_device* device, gibbs_stream stream, const Kernel& kernel, const Launch& launch, const void* parameters,
            size_t parameter_bytes) {
  emulated::require_stream(stream);
  emulator::Geometry geometry;
  geometry.grid = launch.grid;
  geometry.block = launch.block;
  geometry.shared_bytes = launch.shared_bytes;
  geometry.cluster = launch.cluster;
  geometry.cooperative = launch.cooperative;
  emulator::launch(*device->kernels[static_cast<size_t>(kernel.index)], geometry, parameters, parameter_bytes);
}

ContextScope::ContextScope(gibbs_device*) {}
ContextScope::~ContextScope() {}

void emulated::require_stream(gibbs_stream stream) {
  // Null, legacy (1) and per-thread (2) default streams.
  if (reinterpret_cast<uintptr_t>(stream) <= 2) return;
  Streams& all = streams();
  std::lock_guard<std::mutex> lock(all.mutex);
  if (all.live.count(stream) == 0) fail(GIBBS_INVALID_ARGUMENT, "stream: %p is not a stream of this device", stream);
}

namespace backend {

gibbs_runtime kind() { return GIBBS_RUNTIME_EMULATED; }

const char* images() { return "emulated"; }

int device_count(const char** reason) {
  *reason = "";
  return 1;
}

gibbs_device* open_device(int ordinal) {
  std::unique_ptr<gibbs_device> device(new gibbs_device{ordinal, {}});
  for (const Kernel* kernel : kernels()) {
    const emulator::KernelRegistration* registration = emulator::find_kernel(kernel->name);
    if (registration == nullptr) fail(GIBBS_NO_DEVICE, "kernel %s is not in this library", kernel->name);
    device->kernels.push_back(registration);
  }
  return device.release();
}

void close_device(gibbs_device* device) noexcept { delete device; }

void device_info(gibbs_device* device, gibbs_device_info& info) {
  info.ordinal = device->ordinal;
  std::snprintf(info.name, sizeof info.name, "emulated");
  info.compute_major = emulated_limits.compute_major;
  info.compute_minor = emulated_limits.compute_minor;
  info.multiprocessors = emulated_limits.multiprocessors;
  info.driver_version = 0;
  info.total_memory = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  info.l2_bytes = emulated_limits.l2_bytes;
  info.shared_per_block = emulated_limits.shared_per_block;
  info.memory_clock_khz = 0;
  info.memory_bus_bits = 0;
}

gibbs_stream create_stream(gibbs_device*) {
  std::unique_ptr<char> token(new char);
  Streams& all = streams();
  std::lock_guard<std::mutex> lock(all.mutex);
  all.live.insert(token.get());
  return token.release();
}

void destroy_stream(gibbs_device*, gibbs_stream stream) {
  Streams& all = streams();
  std::lock_guard<std::mutex> lock(all.mutex);
  if (all.live.erase(stream) == 0) fail(GIBBS_INVALID_ARGUMENT, "stream: %p is not a stream of this device", stream);
  delete static_cast<char*>(stream);
}

void synchronize_stream(gibbs_device*, gibbs_stream stream) { emulated::require_stream(stream); }

gibbs_event* create_event(gibbs_device* device) { return new gibbs_event{device, {}, false}; }

gibbs_device* device_of(const gibbs_event* event) { return event->device; }

void destroy_event(gibbs_event* event) { delete event; }

void record_event(gibbs_event* event, gibbs_stream stream) {
  emulated::require_stream(stream);
  event->time = std::chrono::steady_clock::now();
  event->recorded = true;
}

void synchronize_event(gibbs_event*) {}

double elapsed_milliseconds(gibbs_event* begin, gibbs_event* end) {
  if (!begin->recorded || !end->recorded)
    fail(GIBBS_INVALID_ARGUMENT, "%s: the event was never recorded", begin->recorded ? "end" : "begin");
  return std::chrono::duration<double, std::milli>(end->time - begin->time).count();
}

}  // namespace backend
}  // namespace gibbs::runtime
