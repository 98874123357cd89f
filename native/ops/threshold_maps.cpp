// Threshold maps: one launch forward, one for the gradient; three for the sparse form (counts, offsets, entries).
#include "ops/arguments.h"
#include "ops/row_map_parameters.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

using runtime::Kernel;

const Kernel forward_kernels[] = GIBBS_TYPE_KERNELS("gibbs_threshold_maps");
const Kernel gradient_kernels[] = GIBBS_TYPE_KERNELS("gibbs_threshold_gradient");
const Kernel row_offsets_kernel("gibbs_row_offsets");

template <class Fill>
void launch(const RowMapCall& call, const Kernel& kernel, int kept, Fill fill) {
  const gibbs_row_map& a = call.a;
  const ScopeLaunch l = scope_launch(a.rows, a.columns, element_bytes(a.type), kept, a.regime, runtime::limits(call.device));
  with_real(a.type, [&](auto real) {
    auto p = row_map_parameters<decltype(real)>(a);
    p.scope = l.geometry;
    fill(p);
    runtime::launch(call.device, call.stream, kernel, {l.grid, l.block, l.shared_bytes}, &p, sizeof(p));
  });
}

int64_t no_workspace(const RowMapCall&) { return 0; }

void run(const RowMapCall& call, runtime::Workspace&) {
  launch(call, forward_kernels[call.a.type], 1, [](auto&) {});
}

void gradient(const RowMapCall& call, runtime::Workspace&) {
  launch(call, gradient_kernels[call.a.type], 2, [](auto&) {});
}

}  // namespace

void run_sparse(const RowMapCall& call) {
  const gibbs_row_map& a = call.a;
  const auto pass = [&](bool writes) {
    launch(call, forward_kernels[a.type], 1, [&](auto& p) {
      p.output = nullptr;
      p.support_size = nullptr;
      p.mask = nullptr;
      p.row_offsets = a.row_offsets;
      if (!writes) return;
      p.status = nullptr;
      p.thresholds = nullptr;
      p.indices = a.indices;
      p.values = a.sparse_values;
      p.capacity = a.capacity;
    });
  };
  if (a.rows > 0) pass(false);
  const kernels::RowOffsetsParameters offsets = {a.row_offsets, a.rows};
  runtime::launch(call.device, call.stream, row_offsets_kernel, {1, kernels::kOffsetThreads, kernels::kOffsetThreads * 8},
                  &offsets, sizeof(offsets));
  if (a.rows > 0 && a.capacity > 0) pass(true);
}

const RowMapFamily threshold_maps = {no_workspace, run, gradient};

}  // namespace gibbs::ops
