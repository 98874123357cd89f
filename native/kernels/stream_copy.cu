#include "kernels/stream_copy.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_stream_copy, StreamCopyParameters, kCopyThreads, stream_copy)

}  // namespace gibbs::kernels
