/* gibbs.h: the C ABI of Gibbs, all that C#, or any other language, sees of the native library.
 *
 * Conventions
 *   - C99, no exceptions; every function returns a gibbs_status, and gibbs_last_error() gives the calling thread's last message:
 *     which argument, what was given, what would be right.
 *   - Argument blocks begin with their size: set struct_size = sizeof(the struct) and zero the rest. A larger struct than the library
 *     knows is accepted where its unknown tail is zero.
 *   - All work is ordered on the stream given (a CUstream; null is the legacy default stream) and asynchronous: no call synchronises,
 *     unless it says so, and operations may be captured into a CUDA graph.
 *   - Pointers named device are device pointers (under emulation, host pointers). Strides and offsets are 64-bit and count elements.
 *   - The arithmetic type, "real" below, is float for float32, float16 and bfloat16 data, and double for float64 data.
 *   - Entries push the device's primary context and restore the caller's; any thread may call.
 */
#ifndef GIBBS_H
#define GIBBS_H

#include "gibbs/batch_entropy.h"
#include "gibbs/bures_wasserstein.h"
#include "gibbs/conditional_class_entropy.h"
#include "gibbs/doubly_stochastic.h"
#include "gibbs/elastic_map.h"
#include "gibbs/entropy_coupling.h"
#include "gibbs/entropy_penalty.h"
#include "gibbs/fenchel_young.h"
#include "gibbs/ftrl.h"
#include "gibbs/global_mask.h"
#include "gibbs/group_advantage.h"
#include "gibbs/inverse_transport.h"
#include "gibbs/monge_gap.h"
#include "gibbs/policy_loss.h"
#include "gibbs/row_divergence.h"
#include "gibbs/row_entropy.h"
#include "gibbs/row_map.h"
#include "gibbs/runtime.h"
#include "gibbs/sample_entropy.h"
#include "gibbs/sinkhorn.h"
#include "gibbs/sinkhorn_divergence.h"
#include "gibbs/sinkhorn_newton.h"
#include "gibbs/soft_backup.h"
#include "gibbs/softmax_cross_entropy.h"
#include "gibbs/sparse_transport.h"
#include "gibbs/tilt.h"
#include "gibbs/token_set.h"
#include "gibbs/token_statistics.h"
#include "gibbs/transport_plan.h"
#include "gibbs/types.h"
#include "gibbs/wasserstein.h"
#include "gibbs/wasserstein_barycenter.h"

#endif /* GIBBS_H */
