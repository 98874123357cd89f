// Which image a device gets: a cubin of its own major architecture (the newest that is not newer than the device), otherwise PTX.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "runtime/driver/device.h"
#include "runtime/driver/images.h"

namespace gibbs::runtime {
namespace {

// Larger is better, 0 does not run.
int suitability(const Image& image, int compute) {
  if (image.exact) return image.architecture == compute ? 3000 : 0;
  if (image.architecture > compute) return 0;
  if (!image.ptx) return image.architecture / 10 == compute / 10 ? 2000 + image.architecture : 0;
  return 1000 + image.architecture;
}

bool does_not_fit(cuda::Result result) {
  return result == cuda::invalid_image || result == cuda::no_binary_for_gpu || result == cuda::invalid_ptx ||
         result == cuda::jit_compiler_not_found || result == cuda::unsupported_ptx_version;
}

std::string image_name(const Image& image) {
  return std::string(image.source) + (image.ptx ? " (PTX compute_" : " (cubin sm_") + std::to_string(image.architecture) +
         (image.exact ? "a)" : ")");
}

std::string device_name(const gibbs_device& device) {
  const int version = cuda::driver().version;
  return device.name + " (sm_" + std::to_string(device.limits.compute_major) + std::to_string(device.limits.compute_minor) +
         ", driver for CUDA " + std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10) + ")";
}

// Null where the image does not fit the device or the driver; what it says is added to reasons.
cuda::Module load(const gibbs_device& device, const Image& image, std::string& reasons) {
  char log[4096] = "";
  int names[] = {cuda::jit_error_log_buffer, cuda::jit_error_log_bytes};
  void* values[] = {log, reinterpret_cast<void*>(static_cast<uintptr_t>(sizeof log))};
  cuda::Module module = nullptr;
  const cuda::Result result = cuda::driver().call.module_load(&module, image.data, 2, names, values);
  if (result == cuda::success) return module;
  const std::string text =
      image_name(image) + ": " + cuda::error_text(result) + (log[0] != '\0' ? std::string(": ") + log : std::string());
  if (!does_not_fit(result))
    fail(cuda::status_of(result), "loading kernels on %s: %s", device_name(device).c_str(), text.c_str());
  reasons += "; " + text;
  return nullptr;
}

// The modules of one kernel file: the best image that loads.
void load_source(gibbs_device& device, std::vector<const Image*> candidates) {
  const int compute = device.limits.compute_major * 10 + device.limits.compute_minor;
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const Image* a, const Image* b) { return suitability(*a, compute) > suitability(*b, compute); });
  std::string reasons;
  for (const Image* image : candidates) {
    if (suitability(*image, compute) == 0) {
      reasons += "; " + image_name(*image) + " is for another architecture";
      continue;
    }
    if (cuda::Module module = load(device, *image, reasons)) {
      device.modules.push_back(module);
      return;
    }
  }
  fail(GIBBS_NO_DEVICE,
       "no kernel image of this library runs on %s%s. A newer NVIDIA driver, or a library built for this architecture, is needed",
       device_name(device).c_str(), reasons.c_str());
}

// GIBBS_IMAGE=ptx or cubin: only those, for tests of each.
bool wanted(const Image& image) {
  const char* only = std::getenv("GIBBS_IMAGE");
  return only == nullptr || only[0] == '\0' || std::strcmp(only, image.ptx ? "ptx" : "cubin") == 0;
}

}  // namespace

void load_kernels(gibbs_device& device) {
  // The table lists the images of a file one after the other.
  for (size_t i = 0; i < image_count;) {
    std::vector<const Image*> candidates;
    const char* source = images[i].source;
    for (; i < image_count && std::strcmp(images[i].source, source) == 0; ++i)
      if (wanted(images[i])) candidates.push_back(&images[i]);
    load_source(device, std::move(candidates));
  }

  const cuda::Functions& call = cuda::driver().call;
  for (const Kernel* kernel : kernels()) {
    gibbs_device::Function function;
    for (cuda::Module module : device.modules) {
      const cuda::Result result = call.module_function(&function.handle, module, kernel->name);
      if (result == cuda::success) break;
      function.handle = nullptr;
      if (result != cuda::not_found) cuda::check(result, kernel->name);
    }
    if (function.handle == nullptr)
      fail(GIBBS_NO_DEVICE, "kernel %s is in no image of this library (%zu images)", kernel->name, image_count);
    int fixed_shared = 0;
    cuda::check(call.function_get(&function.max_threads, cuda::function_max_threads, function.handle), kernel->name);
    cuda::check(call.function_get(&fixed_shared, cuda::function_static_shared_bytes, function.handle), kernel->name);
    cuda::check(call.function_set(function.handle, cuda::function_max_dynamic_shared_bytes,
                                  device.limits.shared_per_block - fixed_shared),
                kernel->name);
    device.functions.push_back(function);
  }
}

}  // namespace gibbs::runtime
