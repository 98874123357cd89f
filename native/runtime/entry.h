// Where the C ABI begins: no exception leaves it, and every failure leaves its message with the calling thread.
#pragma once

#include <exception>
#include <new>
#include <utility>

#include "runtime/runtime.h"

namespace gibbs::runtime {

// Runs an entry that needs no device.
template <class F>
gibbs_status entry(F&& body) noexcept {
  try {
    std::forward<F>(body)();
    return GIBBS_OK;
  } catch (const Error& error) {
    set_last_error(error.message.c_str());
    return error.status;
  } catch (const std::bad_alloc&) {
    set_last_error("out of host memory");
    return GIBBS_OUT_OF_MEMORY;
  } catch (const std::exception& error) {
    set_last_error(error.what());
    return GIBBS_INTERNAL_ERROR;
  } catch (...) {
    set_last_error("an exception of an unknown type");
    return GIBBS_INTERNAL_ERROR;
  }
}

// Runs an entry in the device's primary context.
template <class F>
gibbs_status entry(gibbs_device* device, F&& body) noexcept {
  return entry([&] {
    if (device == nullptr) fail(GIBBS_INVALID_ARGUMENT, "device: null, but a device from gibbs_device_open is needed");
    ContextScope scope(device);
    std::forward<F>(body)();
  });
}

inline void require(const void* pointer, const char* argument) {
  if (pointer == nullptr) fail(GIBBS_INVALID_ARGUMENT, "%s: null", argument);
}

// Checks a versioned struct: at least as large as version 1 of the ABI knew it, and zero beyond what this library knows.
template <class T>
void check_struct(const T* given, size_t version_1_bytes, const char* argument) {
  require(given, argument);
  const size_t size = given->struct_size;
  if (size < version_1_bytes)
    fail(GIBBS_INVALID_ARGUMENT, "%s: struct_size is %zu, but at least %zu is needed (set it to sizeof the struct)", argument,
         size, version_1_bytes);
  if (size > 65536)
    fail(GIBBS_INVALID_ARGUMENT, "%s: struct_size is %zu, which no version of this library knows", argument, size);
  const unsigned char* bytes = reinterpret_cast<const unsigned char*>(given);
  for (size_t i = sizeof(T); i < size; ++i)
    if (bytes[i] != 0)
      fail(GIBBS_INVALID_ARGUMENT,
           "%s: byte %zu is not zero: it belongs to a field that this library (ABI version %d, %zu bytes) does not know",
           argument, i, GIBBS_ABI_VERSION, sizeof(T));
}

}  // namespace gibbs::runtime
