// l2 ball, sphere and tangent: a launch over rows forward, one for the gradient. The tangent's gradient is its forward map of the
// upstream.
#include "kernels/norm_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"
#include "ops/row_map_parameters.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel row_kernels[] = GIBBS_TYPE_KERNELS("gibbs_norm_rows");
const runtime::Kernel gradient_kernels[] = GIBBS_TYPE_KERNELS("gibbs_norm_gradient");

int64_t no_workspace(const RowMapCall&) { return 0; }

ScopeLaunch geometry(const RowMapCall& call, int kept) {
  return scope_launch(call.a.rows, call.a.columns, element_bytes(call.a.type), kept, call.a.regime, runtime::limits(call.device));
}

template <class R>
void launch_rows(const RowMapCall& call, const kernels::RowMapParameters<R>& map) {
  const ScopeLaunch l = geometry(call, 1);
  kernels::NormParameters<R> p = {map, call.a.point, call.a.point_stride};
  p.map.scope = l.geometry;
  launch(call, row_kernels[call.a.type], l.grid, l.block, l.shared_bytes, p);
}

void run(const RowMapCall& call, runtime::Workspace&) {
  with_real(call.a.type, [&](auto real) { launch_rows(call, row_map_parameters<decltype(real)>(call.a)); });
}

void gradient(const RowMapCall& call, runtime::Workspace&) {
  const gibbs_row_map& a = call.a;
  with_real(a.type, [&](auto real) {
    auto p = row_map_parameters<decltype(real)>(a);
    if (a.map == GIBBS_MAP_TANGENT) {
      p.input = a.upstream;
      p.input_stride = a.upstream_stride;
      p.output = a.gradient;
      p.output_stride = a.gradient_stride;
      p.support_size = nullptr;
      p.status = nullptr;
      p.thresholds = nullptr;
      if (a.gradient != nullptr) launch_rows(call, p);
      return;
    }
    const ScopeLaunch l = geometry(call, 2);
    p.scope = l.geometry;
    launch(call, gradient_kernels[a.type], l.grid, l.block, l.shared_bytes, p);
  });
}

}  // namespace

const RowMapFamily norm_maps = {no_workspace, run, gradient};

}  // namespace gibbs::ops
