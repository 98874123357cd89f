// gibbs_benchmark_copy: the plain copy, or read, that fractions are stated of.
#include <algorithm>

#include "gibbs/gibbs.h"
#include "kernels/stream_copy_parameters.h"
#include "ops/regime.h"
#include "runtime/entry.h"

namespace {
const gibbs::runtime::Kernel stream_copy("gibbs_stream_copy");
}

GIBBS_API gibbs_status gibbs_benchmark_copy(gibbs_device* device, gibbs_stream stream, void* destination, const void* source,
                                            int64_t bytes, uint32_t* sink) {
  using namespace gibbs;
  return runtime::entry(device, [&] {
    runtime::require(source, "source");
    if (destination == nullptr) runtime::require(sink, "sink");
    const uintptr_t bits = reinterpret_cast<uintptr_t>(source) | reinterpret_cast<uintptr_t>(destination) | uintptr_t(bytes);
    if (bytes < 0 || bits % 16 != 0)
      fail(GIBBS_INVALID_ARGUMENT, "bytes: %lld given; bytes and both addresses must be multiples of 16",
           static_cast<long long>(bytes));
    const kernels::StreamCopyParameters p = {static_cast<const uint32_t*>(source), static_cast<uint32_t*>(destination), sink,
                                             bytes / 16};
    const int64_t tiles = ops::divide_up(p.packs, kernels::kCopyThreads * kernels::kCopyPacks);
    if (tiles == 0) return;
    runtime::launch(device, stream, stream_copy, {ops::resident_grid(tiles, runtime::limits(device)), kernels::kCopyThreads, 0},
                    &p, sizeof(p));
  });
}
