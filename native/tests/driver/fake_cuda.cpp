#include "tests/driver/fake_cuda.h"

#include <cstdlib>
#include <cstring>

#include "runtime/driver/cuda.h"

using namespace gibbs::cuda;

namespace {

gibbs::tests::FakeCuda fake = {9, 0, success, success, success, success, false, true, 0, 0, 0, 0,  0, 0,
                               0, 0, 0,       0,       0,       0,       0,     0,    0, 0, 0, {}, 0};

constexpr int static_shared = 1024;

template <class T>
Result hand_out(T** handle) {
  *handle = reinterpret_cast<T*>(std::malloc(8));
  return success;
}

}  // namespace

#define FAKE extern "C" __attribute__((visibility("default"))) Result

extern "C" gibbs::tests::FakeCuda* fake_cuda() { return &fake; }

FAKE cuInit(unsigned) { return success; }
FAKE cuDriverGetVersion(int* version) { return *version = 12040, success; }
FAKE cuGetErrorName(Result error, const char** text) {
  return *text = error == unsupported_ptx_version ? "CUDA_ERROR_UNSUPPORTED_PTX_VERSION" : "CUDA_ERROR_OF_THE_TEST", success;
}
FAKE cuGetErrorString(Result, const char** text) { return *text = "in words", success; }
FAKE cuDeviceGetCount(int* count) { return *count = 1, success; }
FAKE cuDeviceGet(Device* device, int ordinal) { return *device = 70 + ordinal, success; }
FAKE cuDeviceGetName(char* name, int length, Device) {
  return std::strncpy(name, "Fake GPU", static_cast<size_t>(length)), success;
}
FAKE cuDeviceTotalMem_v2(size_t* bytes, Device) { return *bytes = size_t{80} << 30, success; }
FAKE cuDeviceGetAttribute(int* value, int attribute, Device) {
  switch (attribute) {
    case attribute_compute_major:
      *value = fake.compute_major;
      break;
    case attribute_compute_minor:
      *value = fake.compute_minor;
      break;
    case attribute_multiprocessors:
      *value = 132;
      break;
    case attribute_l2_bytes:
      *value = 50 << 20;
      break;
    case attribute_shared_per_block_optin:
      *value = 227 * 1024;
      break;
    default:
      *value = 1;
  }
  return success;
}
FAKE cuDevicePrimaryCtxRetain(Context* context, Device) {
  return ++fake.retained, *context = reinterpret_cast<Context>(&fake), success;
}
FAKE cuDevicePrimaryCtxRelease_v2(Device) { return ++fake.released, success; }
FAKE cuCtxPushCurrent_v2(Context) { return ++fake.contexts_pushed, success; }
FAKE cuCtxPopCurrent_v2(Context*) { return ++fake.contexts_popped, success; }
FAKE cuModuleLoadDataEx(Module* module, const void* image, unsigned options, int* names, void** values) {
  const bool ptx = std::memcmp(image,
                               "\x7f"
                               "ELF",
                               4) != 0;
  const Result result = ptx ? fake.load_result_ptx : fake.load_result_cubin;
  if (result != success) {
    for (unsigned i = 0; i < options; ++i)
      if (names[i] == jit_error_log_buffer) std::strcpy(static_cast<char*>(values[i]), "ptxas says no");
    return result;
  }
  ++fake.modules_loaded;
  return hand_out(module);
}
FAKE cuModuleUnload(Module module) { return ++fake.modules_unloaded, std::free(module), success; }
FAKE cuModuleGetFunction(Function* function, Module, const char* name) {
  if (!fake.has_functions) return not_found;
  *function = reinterpret_cast<Function>(const_cast<char*>(name));
  return success;
}
FAKE cuFuncGetAttribute(int* value, int attribute, Function) {
  return *value = attribute == function_static_shared_bytes ? static_shared : 768, success;
}
FAKE cuFuncSetAttribute(Function, int attribute, int value) {
  if (attribute == function_max_dynamic_shared_bytes) fake.opt_in_shared = value;
  return success;
}
FAKE cuLaunchKernel(Function, unsigned grid, unsigned, unsigned, unsigned block, unsigned, unsigned, unsigned shared_bytes,
                    Stream, void** parameters, void**) {
  ++fake.launches;
  fake.grid = grid, fake.block = block, fake.shared_bytes = shared_bytes;
  std::memcpy(fake.parameters, parameters[0], sizeof fake.parameters);
  return fake.launch_result;
}
FAKE cuLaunchKernelEx(const LaunchConfig* config, Function, void**, void**) {
  ++fake.extended_launches;
  fake.cluster = 1, fake.cooperative = 0;
  for (unsigned i = 0; i < config->attribute_count; ++i) {
    if (config->attributes[i].id == launch_cluster_dimension) fake.cluster = config->attributes[i].value.cluster.x;
    if (config->attributes[i].id == launch_cooperative) fake.cooperative = config->attributes[i].value.cooperative;
  }
  return fake.launch_result;
}
FAKE cuStreamCreate(Stream* stream, unsigned) { return ++fake.live_streams, hand_out(stream); }
FAKE cuStreamDestroy_v2(Stream stream) { return --fake.live_streams, std::free(stream), success; }
FAKE cuStreamSynchronize(Stream) { return success; }
FAKE cuMemPoolCreate(MemoryPool* pool, const MemoryPoolProperties*) { return ++fake.pools, hand_out(pool); }
FAKE cuMemPoolDestroy(MemoryPool pool) { return --fake.pools, std::free(pool), success; }
FAKE cuMemPoolSetAttribute(MemoryPool, int, void*) { return success; }
FAKE cuMemAllocFromPoolAsync(DevicePointer* pointer, size_t bytes, MemoryPool, Stream) {
  if (fake.allocate_result != success) return fake.allocate_result;
  ++fake.live_allocations;
  *pointer = reinterpret_cast<DevicePointer>(std::malloc(bytes));
  return success;
}
FAKE cuMemFreeAsync(DevicePointer pointer, Stream) {
  return --fake.live_allocations, std::free(reinterpret_cast<void*>(pointer)), success;
}
FAKE cuMemcpyAsync(DevicePointer to, DevicePointer from, size_t bytes, Stream) {
  return std::memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes), success;
}
FAKE cuMemsetD8Async(DevicePointer to, unsigned char value, size_t count, Stream) {
  return std::memset(reinterpret_cast<void*>(to), value, count), success;
}
FAKE cuMemHostAlloc(void** pointer, size_t bytes, unsigned) { return *pointer = std::malloc(bytes), success; }
FAKE cuMemFreeHost(void* pointer) { return std::free(pointer), success; }
FAKE cuPointerGetAttribute(void* value, int, DevicePointer pointer) {
  if (fake.pointers_need_context && fake.contexts_pushed == fake.contexts_popped) return invalid_context;
  if (pointer == 0x1000) return *static_cast<int*>(value) = 0, success;
  return invalid_value;
}
FAKE cuEventCreate(Event* event, unsigned) { return ++fake.live_events, hand_out(event); }
FAKE cuEventDestroy_v2(Event event) { return --fake.live_events, std::free(event), success; }
FAKE cuEventRecord(Event, Stream) { return success; }
FAKE cuEventSynchronize(Event) { return success; }
FAKE cuEventElapsedTime(float* milliseconds, Event, Event) { return *milliseconds = 2.5f, success; }
