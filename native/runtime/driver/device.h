// A device of the CUDA driver: its primary context, with every kernel resolved.
#pragma once

#include <string>
#include <vector>

#include "runtime/driver/driver.h"
#include "runtime/runtime.h"

struct gibbs_device {
  int ordinal = 0;
  gibbs::cuda::Device handle = 0;
  gibbs::cuda::Context context = nullptr;
  gibbs::cuda::MemoryPool pool = nullptr;
  gibbs::runtime::Limits limits = {};
  struct Function {
    gibbs::cuda::Function handle = nullptr;
    int max_threads = 0;
  };
  std::vector<Function> functions;  // by runtime::Kernel::index
  std::vector<gibbs::cuda::Module> modules;
  std::string name;
};

struct gibbs_event {
  gibbs_device* device;
  gibbs::cuda::Event handle;
};

namespace gibbs::runtime {

// Loads the best image of every kernel file into the device's context, which is current, and resolves all registered kernels.
void load_kernels(gibbs_device& device);

}  // namespace gibbs::runtime
