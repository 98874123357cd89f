// Opening and describing devices, the context scope, launches.
#include "runtime/driver/device.h"

#include <cstdio>
#include <cstring>
#include <memory>

#include "runtime/backend.h"
#include "runtime/driver/images.h"

namespace gibbs::runtime {
namespace {

using cuda::check;
using cuda::driver;

// Freed memory that the pool keeps over synchronisations instead of returning it to the system: workspaces of steady calls stay.
constexpr uint64_t kept_bytes = uint64_t{256} << 20;

int attribute(cuda::Device device, int which) {
  int value = 0;
  check(driver().call.device_attribute(&value, which, device), "asking for a device attribute");
  return value;
}

void create_pool(gibbs_device& device) {
  if (attribute(device.handle, cuda::attribute_memory_pools_supported) == 0)
    fail(GIBBS_NO_DEVICE, "%s: this device or its driver has no stream-ordered memory", device.name.c_str());
  cuda::MemoryPoolProperties properties = {};
  properties.allocation_type = 1;
  properties.location = {1, device.ordinal};
  check(driver().call.pool_create(&device.pool, &properties), "creating a memory pool");
  uint64_t threshold = kept_bytes;
  check(driver().call.pool_set(device.pool, cuda::pool_release_threshold, &threshold), "creating a memory pool");
}

}  // namespace

ContextScope::ContextScope(gibbs_device* device) {
  check(driver().call.context_push(device->context), "making the device's context current");
  pushed_ = true;
}

ContextScope::~ContextScope() {
  cuda::Context popped;
  if (pushed_) driver().call.context_pop(&popped);
}

const Limits& limits(gibbs_device* device) { return device->limits; }

int max_threads(gibbs_device* device, const Kernel& kernel) {
  return device->functions[static_cast<size_t>(kernel.index)].max_threads;
}

void launch(gibbs_device* device, gibbs_stream stream, const Kernel& kernel, const Launch& launch, const void* parameters,
            size_t) {
  if (launch.grid == 0) return;
  const cuda::Function function = device->functions[static_cast<size_t>(kernel.index)].handle;
  const cuda::Functions& call = driver().call;
  void* arguments[] = {const_cast<void*>(parameters)};
  cuda::Result result;
  if (launch.cluster <= 1 && !launch.cooperative) {
    result = call.launch(function, launch.grid, 1, 1, launch.block, 1, 1, launch.shared_bytes, static_cast<cuda::Stream>(stream),
                         arguments, nullptr);
  } else {
    if (call.launch_extended == nullptr)
      fail(GIBBS_NO_DEVICE, "kernel %s: clusters and cooperative grids need CUDA 11.8 or later", kernel.name);
    cuda::LaunchAttribute attributes[2] = {};
    unsigned count = 0;
    if (launch.cluster > 1) {
      attributes[count].id = cuda::launch_cluster_dimension;
      attributes[count++].value.cluster = {launch.cluster, 1, 1};
    }
    if (launch.cooperative) {
      attributes[count].id = cuda::launch_cooperative;
      attributes[count++].value.cooperative = 1;
    }
    const cuda::LaunchConfig config = {
        launch.grid, 1, 1, launch.block, 1, 1, launch.shared_bytes, static_cast<cuda::Stream>(stream), attributes, count};
    result = call.launch_extended(&config, function, arguments, nullptr);
  }
  if (result != cuda::success)
    fail(cuda::status_of(result), "launching kernel %s (%u blocks of %u threads, %u bytes of shared memory): %s", kernel.name,
         launch.grid, launch.block, launch.shared_bytes, cuda::error_text(result).c_str());
}

namespace backend {

gibbs_runtime kind() { return GIBBS_RUNTIME_CUDA; }

const char* images() {
  static const std::string text = [] {
    std::string list;
    for (size_t i = 0; i < image_count; ++i) {
      const Image& image = runtime::images[i];
      list += std::string(i == 0 ? "images: " : ", ") + image.source + (image.ptx ? " PTX compute_" : " cubin sm_") +
              std::to_string(image.architecture) + (image.exact ? "a" : "");
    }
    return list.empty() ? std::string("no kernel images") : list;
  }();
  return text.c_str();
}

int device_count(const char** reason) {
  *reason = driver().missing.c_str();
  return driver().devices;
}

gibbs_device* open_device(int ordinal) {
  auto close = [](gibbs_device* device) { close_device(device); };
  std::unique_ptr<gibbs_device, decltype(close)> device(new gibbs_device, close);
  const cuda::Functions& call = driver().call;
  device->ordinal = ordinal;
  check(call.device_get(&device->handle, ordinal), "opening the device");
  char name[128] = "";
  check(call.device_name(name, sizeof name, device->handle), "asking for the device's name");
  device->name = name;
  const cuda::Device handle = device->handle;
  device->limits.multiprocessors = attribute(handle, cuda::attribute_multiprocessors);
  device->limits.shared_per_block = attribute(handle, cuda::attribute_shared_per_block_optin);
  device->limits.compute_major = attribute(handle, cuda::attribute_compute_major);
  device->limits.compute_minor = attribute(handle, cuda::attribute_compute_minor);
  device->limits.l2_bytes = attribute(handle, cuda::attribute_l2_bytes);
  check(call.primary_retain(&device->context, handle), "retaining the device's primary context");
  ContextScope scope(device.get());
  create_pool(*device);
  load_kernels(*device);
  return device.release();
}

void close_device(gibbs_device* device) noexcept {
  const cuda::Functions& call = driver().call;
  if (device->context != nullptr) {
    // The process may be exiting and the driver with it: nothing to report then.
    cuda::Context popped;
    if (call.context_push(device->context) == cuda::success) {
      for (cuda::Module module : device->modules) call.module_unload(module);
      if (device->pool != nullptr) call.pool_destroy(device->pool);
      call.context_pop(&popped);
    }
    call.primary_release(device->handle);
  }
  delete device;
}

void device_info(gibbs_device* device, gibbs_device_info& info) {
  info.ordinal = device->ordinal;
  std::snprintf(info.name, sizeof info.name, "%s", device->name.c_str());
  info.compute_major = device->limits.compute_major;
  info.compute_minor = device->limits.compute_minor;
  info.multiprocessors = device->limits.multiprocessors;
  info.driver_version = driver().version;
  size_t bytes = 0;
  check(driver().call.device_memory(&bytes, device->handle), "asking for the device's memory");
  info.total_memory = static_cast<int64_t>(bytes);
  info.l2_bytes = device->limits.l2_bytes;
  info.shared_per_block = device->limits.shared_per_block;
  info.memory_clock_khz = attribute(device->handle, cuda::attribute_memory_clock_khz);
  info.memory_bus_bits = attribute(device->handle, cuda::attribute_memory_bus_bits);
}

}  // namespace backend
}  // namespace gibbs::runtime
