// The C ABI's memory: arguments are checked here, the work is the backend's.
#include "runtime/backend.h"
#include "runtime/entry.h"

using namespace gibbs::runtime;

namespace {

void require_bytes(int64_t bytes) {
  if (bytes < 0) gibbs::fail(GIBBS_INVALID_ARGUMENT, "bytes: %lld, but it cannot be negative", static_cast<long long>(bytes));
}

}  // namespace

extern "C" {

gibbs_status gibbs_memory_allocate(gibbs_device* device, gibbs_stream stream, int64_t bytes, void** pointer) {
  return entry(device, [&] {
    require(pointer, "pointer");
    *pointer = nullptr;
    require_bytes(bytes);
    if (bytes != 0) *pointer = backend::allocate(device, stream, bytes);
  });
}

gibbs_status gibbs_memory_free(gibbs_device* device, gibbs_stream stream, void* pointer) {
  return entry(device, [&] {
    if (pointer != nullptr) backend::release(device, stream, pointer);
  });
}

gibbs_status gibbs_memory_copy(gibbs_device* device, gibbs_stream stream, void* destination, const void* source, int64_t bytes) {
  return entry(device, [&] {
    require_bytes(bytes);
    if (bytes == 0) return;
    require(destination, "destination");
    require(source, "source");
    backend::copy(device, stream, destination, source, bytes);
  });
}

gibbs_status gibbs_memory_set(gibbs_device* device, gibbs_stream stream, void* destination, int32_t byte_value, int64_t bytes) {
  return entry(device, [&] {
    require_bytes(bytes);
    if (byte_value < 0 || byte_value > 255)
      gibbs::fail(GIBBS_INVALID_ARGUMENT, "byte_value: %d, but a byte is 0 to 255", byte_value);
    if (bytes == 0) return;
    require(destination, "destination");
    backend::set(device, stream, destination, static_cast<unsigned char>(byte_value), bytes);
  });
}

gibbs_status gibbs_host_allocate(gibbs_device* device, int64_t bytes, void** pointer) {
  return entry(device, [&] {
    require(pointer, "pointer");
    *pointer = nullptr;
    require_bytes(bytes);
    if (bytes != 0) *pointer = backend::allocate_host(device, bytes);
  });
}

gibbs_status gibbs_host_free(gibbs_device* device, void* pointer) {
  return entry(device, [&] {
    if (pointer != nullptr) backend::release_host(device, pointer);
  });
}

gibbs_status gibbs_pointer_device(const void* pointer, int32_t* ordinal) {
  return entry([&] {
    require(ordinal, "ordinal");
    *ordinal = pointer == nullptr ? -1 : backend::pointer_device(pointer);
  });
}
}
