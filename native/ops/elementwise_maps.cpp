// Elementwise maps: a launch over the segments of all rows, one that merges what they say of their rows where that is asked for,
// and one for the gradient by column parameters.
#include "ops/arguments.h"
#include "ops/row_map_parameters.h"

namespace gibbs::ops {

namespace {

using kernels::SegmentNote;
using runtime::Kernel;

const Kernel forward_kernels[] = GIBBS_TYPE_KERNELS("gibbs_elementwise_maps");
const Kernel gradient_kernels[] = GIBBS_TYPE_KERNELS("gibbs_elementwise_gradients");
const Kernel column_kernels[] = GIBBS_TYPE_KERNELS("gibbs_column_gradients");
const Kernel merge_kernels[] = {Kernel("gibbs_merge_notes_f32"), Kernel("gibbs_merge_notes_f64")};

int64_t segments(const gibbs_row_map& a) { return divide_up(a.columns * element_bytes(a.type), kSegmentBytes); }

bool wants_notes(const gibbs_row_map& a) {
  return a.status != nullptr || a.support_size != nullptr || a.thresholds != nullptr || a.parameter_gradient != nullptr ||
         a.second_gradient != nullptr;
}

int64_t workspace_bytes(const RowMapCall& call) {
  return wants_notes(call.a) ? runtime::Workspace::round_up(call.a.rows * segments(call.a) * int64_t(sizeof(SegmentNote))) : 0;
}

void launch_segments(const RowMapCall& call, runtime::Workspace& workspace, const Kernel& kernel) {
  const gibbs_row_map& a = call.a;
  const runtime::Limits& limits = runtime::limits(call.device);
  with_real(a.type, [&](auto real) {
    auto p = row_map_parameters<decltype(real)>(a);
    p.scope.segments = int32_t(segments(a));
    if (wants_notes(a))
      p.notes = static_cast<SegmentNote*>(workspace.take(a.rows * p.scope.segments * int64_t(sizeof(SegmentNote))));
    RowGeometry g{};
    warp_per_item(g, a.rows * p.scope.segments, limits);
    runtime::launch(call.device, call.stream, kernel, {g.grid, g.block, 0}, &p, sizeof(p));
    if (p.notes == nullptr) return;
    warp_per_item(g, a.rows, limits);
    runtime::launch(call.device, call.stream, merge_kernels[a.type == GIBBS_FLOAT64], {g.grid, g.block, 0}, &p, sizeof(p));
  });
}

void run(const RowMapCall& call, runtime::Workspace& workspace) {
  launch_segments(call, workspace, forward_kernels[call.a.type]);
}

}  // namespace

void elementwise_gradient(const RowMapCall& call, runtime::Workspace& workspace) {
  if (call.a.column_parameter_gradient != nullptr)
    column_gradient(call);  // before the gradient, which may take the upstream's place
  if (call.a.gradient != nullptr || wants_notes(call.a)) launch_segments(call, workspace, gradient_kernels[call.a.type]);
}

void column_gradient(const RowMapCall& call) {
  const gibbs_row_map& a = call.a;
  constexpr unsigned threads = kRowWarps * kWarpThreads;
  with_real(a.type, [&](auto real) {
    const auto p = row_map_parameters<decltype(real)>(a);
    const unsigned grid = resident_grid(divide_up(a.columns, threads), runtime::limits(call.device));
    runtime::launch(call.device, call.stream, column_kernels[a.type], {grid, threads, 0}, &p, sizeof(p));
  });
}

const RowMapFamily elementwise_maps = {workspace_bytes, run, elementwise_gradient};

}  // namespace gibbs::ops
