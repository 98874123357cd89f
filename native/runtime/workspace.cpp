#include "runtime/backend.h"

namespace gibbs::runtime {

Workspace::Workspace(gibbs_device* device, gibbs_stream stream, void* given, int64_t given_bytes, int64_t needed)
    : device_(device),
      stream_(stream),
      base_(static_cast<unsigned char*>(given)),
      size_(round_up(needed)),
      owned_(given == nullptr) {
  if (given != nullptr) {
    if (given_bytes < needed)
      fail(GIBBS_INVALID_ARGUMENT, "workspace_bytes: %lld, but this call needs %lld", static_cast<long long>(given_bytes),
           static_cast<long long>(needed));
    if (reinterpret_cast<uintptr_t>(given) % 256 != 0)
      fail(GIBBS_INVALID_ARGUMENT, "workspace: %p is not 256-byte aligned", given);
  } else if (needed > 0) {
    base_ = static_cast<unsigned char*>(backend::allocate(device, stream, size_));
  }
}

Workspace::~Workspace() {
  if (!owned_ || base_ == nullptr) return;
  try {
    backend::release(device_, stream_, base_);
  } catch (const Error&) {
    // The stream has failed: its error comes with the next call that uses it.
  }
}

void* Workspace::take(int64_t bytes) {
  const int64_t begin = taken_;
  taken_ += round_up(bytes);
  if (taken_ > size_)
    fail(GIBBS_INTERNAL_ERROR, "workspace: %lld bytes taken of %lld", static_cast<long long>(taken_),
         static_cast<long long>(size_));
  return base_ + begin;
}

void* Workspace::take_zeroed(int64_t bytes) {
  void* const piece = take(bytes);
  if (bytes > 0) backend::set(device_, stream_, piece, 0, bytes);
  return piece;
}

}  // namespace gibbs::runtime
