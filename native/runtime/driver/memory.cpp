// Memory, streams and events of the CUDA driver.
#include "runtime/backend.h"
#include "runtime/driver/device.h"

namespace gibbs::runtime::backend {
namespace {

using cuda::check;
using cuda::driver;

cuda::DevicePointer address(const void* pointer) {
  return static_cast<cuda::DevicePointer>(reinterpret_cast<uintptr_t>(pointer));
}
cuda::Stream native(gibbs_stream stream) { return static_cast<cuda::Stream>(stream); }

}  // namespace

int pointer_device(const void* pointer) {
  if (!driver().available) return -1;
  const cuda::Functions& call = driver().call;
  int ordinal = -1;
  cuda::Result result = call.pointer_get(&ordinal, cuda::pointer_device_ordinal, address(pointer));
  cuda::Context context = nullptr;
  if (result == cuda::invalid_context && call.primary_retain(&context, 0) == cuda::success) {
    // The calling thread has no context: any will do, the address space is one.
    if (call.context_push(context) == cuda::success) {
      result = call.pointer_get(&ordinal, cuda::pointer_device_ordinal, address(pointer));
      call.context_pop(&context);
    }
    call.primary_release(0);
  }
  if (result == cuda::invalid_value) return -1;
  check(result, "asking for a pointer's device");
  return ordinal;
}

void* allocate(gibbs_device* device, gibbs_stream stream, int64_t bytes) {
  cuda::DevicePointer pointer = 0;
  const cuda::Result result = driver().call.allocate(&pointer, static_cast<size_t>(bytes), device->pool, native(stream));
  if (result == cuda::out_of_memory)
    fail(GIBBS_OUT_OF_MEMORY, "bytes: %lld bytes of memory are not to be had on %s", static_cast<long long>(bytes),
         device->name.c_str());
  check(result, "allocating memory");
  return reinterpret_cast<void*>(static_cast<uintptr_t>(pointer));
}

void release(gibbs_device*, gibbs_stream stream, void* pointer) {
  check(driver().call.release(address(pointer), native(stream)), "freeing memory");
}

void copy(gibbs_device*, gibbs_stream stream, void* destination, const void* source, int64_t bytes) {
  check(driver().call.copy(address(destination), address(source), static_cast<size_t>(bytes), native(stream)), "copying memory");
}

void set(gibbs_device*, gibbs_stream stream, void* destination, unsigned char value, int64_t bytes) {
  check(driver().call.set_bytes(address(destination), value, static_cast<size_t>(bytes), native(stream)), "setting memory");
}

void* allocate_host(gibbs_device*, int64_t bytes) {
  void* pointer = nullptr;
  check(driver().call.allocate_host(&pointer, static_cast<size_t>(bytes), cuda::host_alloc_portable), "allocating pinned memory");
  return pointer;
}

void release_host(gibbs_device*, void* pointer) { check(driver().call.release_host(pointer), "freeing pinned memory"); }

gibbs_stream create_stream(gibbs_device*) {
  cuda::Stream stream = nullptr;
  check(driver().call.stream_create(&stream, cuda::stream_non_blocking), "creating a stream");
  return stream;
}

void destroy_stream(gibbs_device*, gibbs_stream stream) {
  check(driver().call.stream_destroy(native(stream)), "destroying a stream");
}

void synchronize_stream(gibbs_device*, gibbs_stream stream) {
  check(driver().call.stream_synchronize(native(stream)), "synchronising a stream");
}

gibbs_event* create_event(gibbs_device* device) {
  cuda::Event handle = nullptr;
  check(driver().call.event_create(&handle, cuda::event_default), "creating an event");
  return new gibbs_event{device, handle};
}

gibbs_device* device_of(const gibbs_event* event) { return event->device; }

void destroy_event(gibbs_event* event) {
  const cuda::Result result = driver().call.event_destroy(event->handle);
  delete event;
  check(result, "destroying an event");
}

void record_event(gibbs_event* event, gibbs_stream stream) {
  check(driver().call.event_record(event->handle, native(stream)), "recording an event");
}

void synchronize_event(gibbs_event* event) { check(driver().call.event_synchronize(event->handle), "synchronising an event"); }

double elapsed_milliseconds(gibbs_event* begin, gibbs_event* end) {
  float milliseconds = 0;
  check(driver().call.event_elapsed(&milliseconds, begin->handle, end->handle), "measuring between events");
  return milliseconds;
}

}  // namespace gibbs::runtime::backend
