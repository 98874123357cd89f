// gibbs_global_mask: the table of tensors, a histogram and a choice per digit of the keys, then the masks.
#include <algorithm>

#include "gibbs/gibbs.h"
#include "kernels/global_mask_parameters.h"
#include "ops/arguments.h"
#include "ops/largest_scores.h"
#include "ops/launch.h"
#include "ops/row_map.h"
#include "runtime/entry.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Workspace;

const runtime::Kernel table_kernel("gibbs_global_mask_table");
const runtime::Kernel pick_kernel("gibbs_global_mask_pick");
const runtime::Kernel histograms[] = GIBBS_TYPE_KERNELS("gibbs_global_mask_histogram");
const runtime::Kernel masks[] = GIBBS_TYPE_KERNELS("gibbs_global_mask_write");

constexpr unsigned kHistogramShared = kMaskThreads / kWarpThreads * kDigits * sizeof(uint32_t);
constexpr unsigned kPickShared = kMaskThreads * sizeof(int64_t) + sizeof(MaskState);
constexpr unsigned kWriteShared = kMaskThreads / kWarpThreads * sizeof(int32_t);
constexpr int kMaskBlocks = 8;  // of a multiprocessor: all its threads

void check_tensor(const gibbs_global_mask& a, int64_t i) {
  const gibbs_mask_tensor& t = a.tensors[i];
  const long long at = static_cast<long long>(i);
  if (t.length < 0)
    fail(GIBBS_INVALID_ARGUMENT, "tensors[%lld].length: %lld given, but it must be 0 or more", at,
         static_cast<long long>(t.length));
  if (t.length == 0) return;
  const bool reads_weights = a.score != GIBBS_SCORE_GIVEN || t.masked != nullptr;
  if (reads_weights && t.weights == nullptr) fail(GIBBS_INVALID_ARGUMENT, "tensors[%lld].weights: null", at);
  if (a.score != GIBBS_SCORE_MAGNITUDE && t.other == nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "tensors[%lld].other: null, but score %d needs it", at, a.score);
  const uintptr_t size = uintptr_t(element_bytes(a.type));
  for (const void* pointer : {t.weights, t.other, static_cast<const void*>(t.masked)}) {
    if (reinterpret_cast<uintptr_t>(pointer) % size != 0)
      fail(GIBBS_INVALID_ARGUMENT, "tensors[%lld]: address %p is not a multiple of its element size, %d", at, pointer, int(size));
  }
  const uintptr_t bytes = uintptr_t(t.length) * size, masked = reinterpret_cast<uintptr_t>(t.masked);
  const auto overlaps = [&](const void* other) {
    const uintptr_t o = reinterpret_cast<uintptr_t>(other);
    return masked != 0 && o != 0 && masked < o + bytes && o < masked + bytes;
  };
  if ((masked != reinterpret_cast<uintptr_t>(t.weights) && overlaps(t.weights)) || overlaps(t.other))
    fail(GIBBS_INVALID_ARGUMENT, "tensors[%lld].masked: overlaps an input; it must be the weights' own memory or memory apart",
         at);
}

// Returns the sum of lengths.
int64_t check_arguments(const gibbs_global_mask* given) {
  runtime::check_struct(given, sizeof(gibbs_global_mask), "arguments");
  const gibbs_global_mask& a = *given;
  if (a.type < GIBBS_FLOAT32 || a.type > GIBBS_BFLOAT16)
    fail(GIBBS_INVALID_ARGUMENT, "type: %d given, but it must be a gibbs_type", a.type);
  if (a.score < GIBBS_SCORE_MAGNITUDE || a.score > GIBBS_SCORE_GIVEN)
    fail(GIBBS_INVALID_ARGUMENT, "score: %d given, but it must be a gibbs_mask_score", a.score);
  if (a.tensor_count < 0 || a.tensor_count > INT32_MAX)
    fail(GIBBS_INVALID_ARGUMENT, "tensor_count: %lld given, but it must be from 0 to 2147483647",
         static_cast<long long>(a.tensor_count));
  if (a.tensor_count > 0) runtime::require(a.tensors, "tensors");
  int64_t total = 0;
  for (int64_t i = 0; i < a.tensor_count; ++i) {
    check_tensor(a, i);
    if (a.tensors[i].length > INT64_MAX / 16 - total)
      fail(GIBBS_INVALID_ARGUMENT, "tensors: their lengths leave the address space");
    total += a.tensors[i].length;
  }
  if (a.count < 0 || a.count > total) {
    fail(GIBBS_INVALID_ARGUMENT, "count: %lld given, but it must be from 0 to the %lld entries of all tensors",
         static_cast<long long>(a.count), static_cast<long long>(total));
  }
  if (reinterpret_cast<uintptr_t>(a.threshold) % (a.type == GIBBS_FLOAT64 ? 8 : 4) != 0)
    fail(GIBBS_INVALID_ARGUMENT, "threshold: address %p is not a multiple of its element size", a.threshold);
  return total;
}

struct Call {
  gibbs_device* device;
  gibbs_stream stream;
  const gibbs_global_mask& a;
};

struct Plan {
  int64_t tiles, tiles_per_block;
  int32_t blocks;
  int64_t table, state, histograms, ties;  // bytes
  int64_t total() const {
    int64_t sum = 0;
    for (const int64_t bytes : {table, state, histograms, ties}) sum += Workspace::round_up(bytes);
    return sum;
  }
};

int64_t tiles_of(const gibbs_global_mask& a, const gibbs_mask_tensor& t) {
  return divide_up(t.length * element_bytes(a.type), kSegmentBytes);
}

Plan make_plan(const Call& call) {
  const gibbs_global_mask& a = call.a;
  Plan plan{};
  for (int64_t i = 0; i < a.tensor_count; ++i) plan.tiles += tiles_of(a, a.tensors[i]);
  if (plan.tiles == 0) return plan;
  const runtime::Limits& limits = runtime::limits(call.device);
  const int64_t wanted = divide_up(plan.tiles, kMaskThreads / kWarpThreads);
  const int64_t most = std::min<int64_t>(resident_grid(wanted, limits), int64_t(limits.multiprocessors) * kMaskBlocks);
  plan.tiles_per_block = divide_up(plan.tiles, most);
  plan.blocks = int32_t(divide_up(plan.tiles, plan.tiles_per_block));
  plan.table = a.tensor_count * int64_t(sizeof(MaskTensorEntry));
  if (a.count == 0) return plan;
  plan.state = sizeof(MaskState);
  plan.histograms = int64_t(plan.blocks) * kDigits * int64_t(sizeof(int64_t));
  plan.ties = (int64_t(plan.blocks) + 1) * int64_t(sizeof(int64_t));
  return plan;
}

void write_table(const Call& call, MaskTensorEntry* table) {
  const gibbs_global_mask& a = call.a;
  int64_t tile = 0;
  for (int64_t first = 0; first < a.tensor_count; first += kTableEntries) {
    MaskTableParameters p{};
    p.table = table + first;
    p.count = int32_t(std::min<int64_t>(a.tensor_count - first, kTableEntries));
    for (int32_t i = 0; i < p.count; ++i) {
      const gibbs_mask_tensor& t = a.tensors[first + i];
      p.entries[i] = {t.weights, t.other, t.mask, t.masked, t.length, tile};
      tile += tiles_of(a, t);
    }
    launch(call, table_kernel, 1, kWarpThreads, 0, p);
  }
}

// Digits below this bit are the same for all keys: a 16-bit number widened to fp32 has zeros there, unless it was divided or
// multiplied.
int lowest_bit(const gibbs_global_mask& a) {
  const bool widened = a.score == GIBBS_SCORE_MAGNITUDE || a.score == GIBBS_SCORE_GIVEN;
  return !widened ? 0 : a.type == GIBBS_BFLOAT16 ? 16 : a.type == GIBBS_FLOAT16 ? 13 / kDigitBits * kDigitBits : 0;
}

void run(const Call& call, Workspace& workspace, const int64_t* device_count) {
  const gibbs_global_mask& a = call.a;
  const Plan plan = make_plan(call);
  const auto take = [&](int64_t bytes) { return bytes == 0 ? nullptr : workspace.take(bytes); };
  GlobalMaskParameters p{};
  auto* table = static_cast<MaskTensorEntry*>(take(plan.table));
  p.state = static_cast<MaskState*>(take(plan.state));
  p.histograms = static_cast<int64_t*>(take(plan.histograms));
  p.ties_before = static_cast<int64_t*>(take(plan.ties));
  p.table = table;
  p.tensors = int32_t(a.tensor_count);
  p.score = a.score;
  p.tiles = plan.tiles;
  p.tiles_per_block = plan.tiles_per_block;
  p.blocks = plan.blocks;
  p.count = a.count;
  p.device_count = device_count;
  p.key_bits = a.type == GIBBS_FLOAT64 ? 64 : 32;
  p.threshold = a.threshold;
  if (a.count == 0) {
    if (a.threshold != nullptr) launch(call, pick_kernel, 1, kMaskThreads, kPickShared, p);
    if (plan.tiles == 0) return;
  }
  write_table(call, table);
  if (a.count > 0) {
    const int lowest = lowest_bit(a);
    for (p.shift = p.key_bits - kDigitBits; p.shift >= lowest; p.shift -= kDigitBits) {
      p.first_pass = p.shift == p.key_bits - kDigitBits;
      p.last_pass = p.shift == lowest;
      launch(call, histograms[a.type], unsigned(plan.blocks), kMaskThreads, kHistogramShared, p);
      launch(call, pick_kernel, 1, kMaskThreads, kPickShared, p);
    }
    p.shift = lowest;
  }
  launch(call, masks[a.type], unsigned(plan.blocks), kMaskThreads, kWriteShared, p);
}

// A count that the device knows is not 0 to the host.
gibbs_global_mask one_tensor(const double* scores, gibbs_mask_tensor& tensor, int64_t length, uint8_t* selected) {
  tensor = {nullptr, scores, selected, nullptr, length};
  gibbs_global_mask a{};
  a.type = GIBBS_FLOAT64;
  a.score = GIBBS_SCORE_GIVEN;
  a.tensors = &tensor;
  a.tensor_count = 1;
  a.count = 1;
  return a;
}

}  // namespace

int64_t largest_scores_workspace(gibbs_device* device, int64_t length) {
  gibbs_mask_tensor tensor;
  return make_plan({device, nullptr, one_tensor(nullptr, tensor, length, nullptr)}).total();
}

void select_largest_scores(gibbs_device* device, gibbs_stream stream, const double* scores, int64_t length, const int64_t* count,
                           uint8_t* selected, Workspace& workspace) {
  gibbs_mask_tensor tensor;
  const gibbs_global_mask a = one_tensor(scores, tensor, length, selected);
  run({device, stream, a}, workspace, count);
}

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_global_mask_workspace(gibbs_device* device, const gibbs_global_mask* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_arguments(arguments);
    *bytes = ops::make_plan({device, nullptr, *arguments}).total();
  });
}

GIBBS_API gibbs_status gibbs_global_mask_run(gibbs_device* device, gibbs_stream stream, const gibbs_global_mask* arguments) {
  return runtime::entry(device, [&] {
    ops::check_arguments(arguments);
    const ops::Call call = {device, stream, *arguments};
    runtime::Workspace workspace(device, stream, arguments->workspace, arguments->workspace_bytes, ops::make_plan(call).total());
    ops::run(call, workspace, nullptr);
  });
}
