// The part of the CUDA driver API that Gibbs uses, declared after NVIDIA's public documentation so that no CUDA toolkit is
// needed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gibbs::cuda {

using Result = int;
using Device = int;
using Context = struct ContextHandle*;
using Module = struct ModuleHandle*;
using Function = struct FunctionHandle*;
using Stream = struct StreamHandle*;
using Event = struct EventHandle*;
using MemoryPool = struct MemoryPoolHandle*;
using DevicePointer = uint64_t;  // CUdeviceptr of 64-bit processes

// CUresult
constexpr Result success = 0, invalid_value = 1, out_of_memory = 2, no_device = 100, invalid_image = 200, invalid_context = 201,
                 no_binary_for_gpu = 209, invalid_ptx = 218, jit_compiler_not_found = 221, unsupported_ptx_version = 222,
                 not_found = 500;

// CUdevice_attribute
constexpr int attribute_multiprocessors = 16, attribute_memory_clock_khz = 36, attribute_memory_bus_bits = 37,
              attribute_l2_bytes = 38, attribute_compute_major = 75, attribute_compute_minor = 76,
              attribute_shared_per_block_optin = 97, attribute_memory_pools_supported = 115;

// CUfunction_attribute
constexpr int function_max_threads = 0, function_static_shared_bytes = 1, function_max_dynamic_shared_bytes = 8;

// CUpointer_attribute
constexpr int pointer_device_ordinal = 9;

// CUjit_option
constexpr int jit_error_log_buffer = 5, jit_error_log_bytes = 6;

constexpr unsigned stream_non_blocking = 1;
constexpr unsigned host_alloc_portable = 1;
constexpr unsigned event_default = 0;

// CUmemPoolProps
struct MemoryLocation {
  int type;  // 1: device
  int id;
};
struct MemoryPoolProperties {
  int allocation_type;  // 1: pinned
  int handle_types;     // 0: none
  MemoryLocation location;
  void* win32_security_attributes;
  size_t max_size;
  unsigned short usage;
  unsigned char reserved[54];
};
static_assert(sizeof(MemoryPoolProperties) == 88);
constexpr int pool_release_threshold = 4;  // CUmemPool_attribute, uint64

// CUlaunchConfig
struct LaunchAttribute {
  int id;
  char padding[4];
  union Value {
    char bytes[64];
    struct {
      unsigned x, y, z;
    } cluster;
    int cooperative;
  } value;
};
static_assert(sizeof(LaunchAttribute) == 72);
constexpr int launch_cooperative = 2, launch_cluster_dimension = 4;

struct LaunchConfig {
  unsigned grid_x, grid_y, grid_z, block_x, block_y, block_z, shared_bytes;
  Stream stream;
  LaunchAttribute* attributes;
  unsigned attribute_count;
};

#if defined(_WIN32)
#define GIBBS_CUDA_CALL __stdcall
#else
#define GIBBS_CUDA_CALL
#endif

// Name of the member, exported symbol, signature. The suffixed entry points are those of the current ABI.
#define GIBBS_CUDA_FUNCTIONS(X)                                                                                                  \
  X(init, "cuInit", (unsigned flags))                                                                                            \
  X(driver_version, "cuDriverGetVersion", (int* version))                                                                        \
  X(error_name, "cuGetErrorName", (Result error, const char** text))                                                             \
  X(error_string, "cuGetErrorString", (Result error, const char** text))                                                         \
  X(device_count, "cuDeviceGetCount", (int* count))                                                                              \
  X(device_get, "cuDeviceGet", (Device * device, int ordinal))                                                                   \
  X(device_name, "cuDeviceGetName", (char* name, int length, Device device))                                                     \
  X(device_memory, "cuDeviceTotalMem_v2", (size_t * bytes, Device device))                                                       \
  X(device_attribute, "cuDeviceGetAttribute", (int* value, int attribute, Device device))                                        \
  X(primary_retain, "cuDevicePrimaryCtxRetain", (Context * context, Device device))                                              \
  X(primary_release, "cuDevicePrimaryCtxRelease_v2", (Device device))                                                            \
  X(context_push, "cuCtxPushCurrent_v2", (Context context))                                                                      \
  X(context_pop, "cuCtxPopCurrent_v2", (Context * context))                                                                      \
  X(module_load, "cuModuleLoadDataEx", (Module * module, const void* image, unsigned options, int* names, void** values))        \
  X(module_unload, "cuModuleUnload", (Module module))                                                                            \
  X(module_function, "cuModuleGetFunction", (Function * function, Module module, const char* name))                              \
  X(function_get, "cuFuncGetAttribute", (int* value, int attribute, Function function))                                          \
  X(function_set, "cuFuncSetAttribute", (Function function, int attribute, int value))                                           \
  X(launch, "cuLaunchKernel",                                                                                                    \
    (Function function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z, \
     unsigned shared_bytes, Stream stream, void** parameters, void** extra))                                                     \
  X(stream_create, "cuStreamCreate", (Stream * stream, unsigned flags))                                                          \
  X(stream_destroy, "cuStreamDestroy_v2", (Stream stream))                                                                       \
  X(stream_synchronize, "cuStreamSynchronize", (Stream stream))                                                                  \
  X(pool_create, "cuMemPoolCreate", (MemoryPool * pool, const MemoryPoolProperties* properties))                                 \
  X(pool_destroy, "cuMemPoolDestroy", (MemoryPool pool))                                                                         \
  X(pool_set, "cuMemPoolSetAttribute", (MemoryPool pool, int attribute, void* value))                                            \
  X(allocate, "cuMemAllocFromPoolAsync", (DevicePointer * pointer, size_t bytes, MemoryPool pool, Stream stream))                \
  X(release, "cuMemFreeAsync", (DevicePointer pointer, Stream stream))                                                           \
  X(copy, "cuMemcpyAsync", (DevicePointer destination, DevicePointer source, size_t bytes, Stream stream))                       \
  X(set_bytes, "cuMemsetD8Async", (DevicePointer destination, unsigned char value, size_t count, Stream stream))                 \
  X(allocate_host, "cuMemHostAlloc", (void** pointer, size_t bytes, unsigned flags))                                             \
  X(release_host, "cuMemFreeHost", (void* pointer))                                                                              \
  X(pointer_get, "cuPointerGetAttribute", (void* value, int attribute, DevicePointer pointer))                                   \
  X(event_create, "cuEventCreate", (Event * event, unsigned flags))                                                              \
  X(event_destroy, "cuEventDestroy_v2", (Event event))                                                                           \
  X(event_record, "cuEventRecord", (Event event, Stream stream))                                                                 \
  X(event_synchronize, "cuEventSynchronize", (Event event))

// Absent from older drivers; a launch that needs one says so.
#define GIBBS_CUDA_OPTIONAL_FUNCTIONS(X)                                                                                   \
  X(launch_extended, "cuLaunchKernelEx", (const LaunchConfig* config, Function function, void** parameters, void** extra)) \
  X(event_elapsed, "cuEventElapsedTime", (float* milliseconds, Event begin, Event end))                                    \
  X(event_elapsed_2, "cuEventElapsedTime_v2", (float* milliseconds, Event begin, Event end))

struct Functions {
#define GIBBS_CUDA_MEMBER(name, symbol, signature) Result(GIBBS_CUDA_CALL* name) signature;
  GIBBS_CUDA_FUNCTIONS(GIBBS_CUDA_MEMBER)
  GIBBS_CUDA_OPTIONAL_FUNCTIONS(GIBBS_CUDA_MEMBER)
#undef GIBBS_CUDA_MEMBER
};

}  // namespace gibbs::cuda
