#include "runtime/driver/driver.h"

#include <cstdio>

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace gibbs::cuda {
namespace {

// The seam between platforms: open a library, find a symbol, say what went wrong.
#if defined(_WIN32)
constexpr const char* library_name = "nvcuda.dll";
void* open_library() { return reinterpret_cast<void*>(LoadLibraryExA(library_name, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32)); }
void* find_symbol(void* library, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(library), name));
}
std::string load_error() { return "error " + std::to_string(GetLastError()); }
#else
constexpr const char* library_name = "libcuda.so.1";
void* open_library() { return dlopen(library_name, RTLD_NOW | RTLD_LOCAL); }
void* find_symbol(void* library, const char* name) { return dlsym(library, name); }
std::string load_error() {
  const char* text = dlerror();
  return text != nullptr ? text : "no reason given";
}
#endif

template <class F>
void bind(F& function, void* library, const char* name) {
  function = reinterpret_cast<F>(find_symbol(library, name));
}

std::string describe(const Functions& call, Result result) {
  const char* name = nullptr;
  const char* description = nullptr;
  if (call.error_name(result, &name) != success || name == nullptr) name = "unknown error";
  if (call.error_string(result, &description) != success || description == nullptr) description = "no description";
  return std::string(name) + " (" + std::to_string(result) + "): " + description;
}

std::string version_text(int version) { return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10); }

void load(Driver& driver) {
  void* library = open_library();  // never closed: its threads and thread-local state outlive us
  if (library == nullptr) {
    driver.missing = std::string("no NVIDIA driver: ") + library_name + " does not load (" + load_error() + ")";
    return;
  }
  Functions& call = driver.call;
#define GIBBS_CUDA_BIND(name, symbol, signature) bind(call.name, library, symbol);
  GIBBS_CUDA_FUNCTIONS(GIBBS_CUDA_BIND)
  GIBBS_CUDA_OPTIONAL_FUNCTIONS(GIBBS_CUDA_BIND)
#undef GIBBS_CUDA_BIND
  if (call.driver_version != nullptr && call.driver_version(&driver.version) != success) driver.version = 0;
#define GIBBS_CUDA_REQUIRE(name, symbol, signature)                                           \
  if (call.name == nullptr) {                                                                 \
    driver.missing = std::string("the NVIDIA driver (CUDA ") + version_text(driver.version) + \
                     ") lacks " symbol                                                        \
                     ": CUDA 11.2 or "                                                        \
                     "later is needed";                                                       \
    return;                                                                                   \
  }
  GIBBS_CUDA_FUNCTIONS(GIBBS_CUDA_REQUIRE)
#undef GIBBS_CUDA_REQUIRE
  if (call.event_elapsed == nullptr) call.event_elapsed = call.event_elapsed_2;
  if (call.event_elapsed == nullptr) {
    driver.missing = "the NVIDIA driver lacks cuEventElapsedTime";
    return;
  }
  const auto text = [&call](Result result) { return describe(call, result); };
  if (const Result result = call.init(0); result != success) {
    driver.missing = "the NVIDIA driver (CUDA " + version_text(driver.version) + ") does not start: " + text(result);
    return;
  }
  if (const Result result = call.device_count(&driver.devices); result != success || driver.devices == 0) {
    driver.devices = 0;
    driver.missing = "the NVIDIA driver (CUDA " + version_text(driver.version) + ") has no device" +
                     (result != success ? ": " + text(result) : std::string());
    return;
  }
  driver.available = true;
}

}  // namespace

const Driver& driver() {
  // Never destroyed: handles may be released while the process exits.
  static const Driver* const instance = [] {
    Driver* driver = new Driver{};
    load(*driver);
    return driver;
  }();
  return *instance;
}

std::string error_text(Result result) { return describe(driver().call, result); }

gibbs_status status_of(Result result) {
  switch (result) {
    case success:
      return GIBBS_OK;
    case out_of_memory:
      return GIBBS_OUT_OF_MEMORY;
    case no_device:
      return GIBBS_NO_DEVICE;
    default:
      return GIBBS_DRIVER_ERROR;
  }
}

void check(Result result, const char* doing) {
  if (result != success) fail(status_of(result), "%s: %s", doing, error_text(result).c_str());
}

}  // namespace gibbs::cuda
