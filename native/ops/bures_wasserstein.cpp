// Distances of Gaussians: a launch over problems, whose matrices wait in shared memory where they fit.
#include <algorithm>
#include <cmath>

#include "kernels/bures_wasserstein_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"

namespace gibbs::ops {

namespace {

using namespace kernels;

const runtime::Kernel bures_kernels[2] = {runtime::Kernel("gibbs_bures_wasserstein_f32"),
                                          runtime::Kernel("gibbs_bures_wasserstein_f64")};
constexpr int64_t kMostDimensions = 4096;

void check_bures(const gibbs_bures_wasserstein* given) {
  runtime::check_struct(given, sizeof(gibbs_bures_wasserstein), "arguments");
  const gibbs_bures_wasserstein& a = *given;
  check(a.type == GIBBS_FLOAT32 || a.type == GIBBS_FLOAT64, "type", a.type, "float32 or float64");
  check(a.problems >= 0 && a.problems <= INT64_MAX / 4096 / kMostDimensions, "problems", double(a.problems), "0 or more");
  check(a.dimensions >= 1 && a.dimensions <= kMostDimensions, "dimensions", double(a.dimensions), "from 1 to 4096");
  check(a.regularisation >= 0 && std::isfinite(a.regularisation), "regularisation", a.regularisation, "at least 0 and finite");
  if (a.problems > 0) {
    runtime::require(a.source, "source");
    runtime::require(a.target, "target");
  }
  const int element = element_bytes(a.type);
  const int64_t rows = a.problems * a.dimensions;
  const MatrixView inputs[2] = {{a.source, a.source_stride, "source"}, {a.target, a.target_stride, "target"}};
  const MatrixView outputs[2] = {{a.source_gradient, a.source_gradient_stride, "source_gradient"},
                                 {a.target_gradient, a.target_gradient_stride, "target_gradient"}};
  for (const MatrixView& input : inputs) check_matrix(element, rows, a.dimensions, input);
  for (const MatrixView& output : outputs) {
    check_matrix(element, rows, a.dimensions, output);
    for (const MatrixView& input : inputs) check_overlap(element, rows, a.dimensions, output, input, false);
  }
  check_matrix(element, a.problems, a.dimensions, {a.source_means, a.source_means_stride, "source_means"});
  check_matrix(element, a.problems, a.dimensions, {a.target_means, a.target_means_stride, "target_means"});
  check_matrix(element, a.problems, a.dimensions, {a.mean_gradient, a.mean_gradient_stride, "mean_gradient"});
  check_aligned(a.values, element, "values");
}

struct BuresGeometry {
  bool shared;
  unsigned grid, shared_bytes;
  int64_t scratch_bytes;
};
BuresGeometry bures_geometry(gibbs_device* device, const gibbs_bures_wasserstein& a) {
  const runtime::Limits& limits = runtime::limits(device);
  const int64_t bytes = bures_shared_bytes(a.dimensions);
  BuresGeometry g{};
  g.shared = bytes <= limits.shared_per_block;
  g.shared_bytes = unsigned(g.shared ? bytes : kExchangeBytes);
  // Scratch of a block that does not share is of the size of some caches: no more blocks than work at once.
  g.grid = g.shared ? resident_grid(a.problems, limits)
                    : unsigned(std::min<int64_t>(std::max<int64_t>(a.problems, 1), 2 * int64_t(limits.multiprocessors)));
  g.scratch_bytes = g.shared ? 0 : g.grid * kBuresMatrices * a.dimensions * a.dimensions * int64_t(sizeof(double));
  return g;
}

struct BuresCall {
  gibbs_device* device;
  gibbs_stream stream;
};

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_bures_wasserstein_workspace(gibbs_device* device, const gibbs_bures_wasserstein* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    ops::check_bures(arguments);
    runtime::require(bytes, "bytes");
    *bytes = runtime::Workspace::round_up(ops::bures_geometry(device, *arguments).scratch_bytes);
  });
}

GIBBS_API gibbs_status gibbs_bures_wasserstein_run(gibbs_device* device, gibbs_stream stream, const gibbs_bures_wasserstein* arguments) {
  return runtime::entry(device, [&] {
    ops::check_bures(arguments);
    const gibbs_bures_wasserstein& a = *arguments;
    if (a.problems == 0) return;
    const ops::BuresGeometry g = ops::bures_geometry(device, a);
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, runtime::Workspace::round_up(g.scratch_bytes));
    kernels::BuresParameters p{};
    p.problems = a.problems;
    p.dimensions = int32_t(a.dimensions);
    p.shared = g.shared;
    p.covariances[0] = a.source;
    p.covariances[1] = a.target;
    p.covariance_strides[0] = a.source_stride;
    p.covariance_strides[1] = a.target_stride;
    p.means[0] = a.source_means;
    p.means[1] = a.target_means;
    p.mean_strides[0] = a.source_means_stride;
    p.mean_strides[1] = a.target_means_stride;
    p.regularisation = a.regularisation;
    p.values = a.values;
    p.gradients[0] = a.source_gradient;
    p.gradients[1] = a.target_gradient;
    p.gradient_strides[0] = a.source_gradient_stride;
    p.gradient_strides[1] = a.target_gradient_stride;
    p.mean_gradient = a.mean_gradient;
    p.mean_gradient_stride = a.mean_gradient_stride;
    p.status = a.status;
    p.matrices = g.shared ? nullptr : static_cast<double*>(workspace.take(g.scratch_bytes));
    ops::launch(ops::BuresCall{device, stream}, ops::bures_kernels[a.type == GIBBS_FLOAT64], g.grid, kernels::kBuresThreads,
                g.shared_bytes, p);
  });
}
