#include "runtime/runtime.h"

namespace gibbs::runtime {
namespace {

std::vector<const Kernel*>& registered() {
  static std::vector<const Kernel*> list;  // constructed by the first kernel, whatever its file
  return list;
}

}  // namespace

Kernel::Kernel(const char* name) : name(name), index(static_cast<int>(registered().size())) { registered().push_back(this); }

const std::vector<const Kernel*>& kernels() { return registered(); }

}  // namespace gibbs::runtime
