// Sinkhorn divergences: three problems as one ragged batch of Sinkhorn, and kernels before and after it.
#include <cmath>

#include "kernels/sinkhorn_divergence_parameters.h"
#include "kernels/sinkhorn_parameters.h"
#include "kernels/row_scope_parameters.h"
#include "ops/launch.h"
#include "ops/sinkhorn.h"
#include "ops/sinkhorn_arguments.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Kernel;
using runtime::Workspace;

const Kernel look[2] = {Kernel("gibbs_sinkhorn_divergence_look_f32"), Kernel("gibbs_sinkhorn_divergence_look_f64")};
const Kernel pack[2] = {Kernel("gibbs_sinkhorn_divergence_pack_f32"), Kernel("gibbs_sinkhorn_divergence_pack_f64")};
const Kernel value[2] = {Kernel("gibbs_sinkhorn_divergence_value_f32"), Kernel("gibbs_sinkhorn_divergence_value_f64")};
const Kernel store[2] = {Kernel("gibbs_sinkhorn_divergence_store_f32"), Kernel("gibbs_sinkhorn_divergence_store_f64")};

// The cross term as a problem of its own: what is wrong with it is wrong with the divergence.
gibbs_sinkhorn cross_term(const gibbs_sinkhorn_divergence& a) {
  gibbs_sinkhorn c{};
  c.struct_size = sizeof(c);
  c.type = a.type;
  c.metric = a.metric;
  c.metric_k = a.metric_k;
  c.metric_parameter = a.metric_parameter;
  c.problems = 1;
  c.rows = a.rows;
  c.columns = a.columns;
  c.dimensions = a.dimensions;
  c.x = a.x;
  c.x_stride = a.x_stride;
  c.y = a.y;
  c.y_stride = a.y_stride;
  c.source_weights = a.source_weights;
  c.target_weights = a.target_weights;
  c.epsilon = a.epsilon;
  c.source_rho = c.target_rho = a.rho;
  c.tolerance = a.tolerance;
  c.epsilon_start = a.epsilon_start;
  c.max_iterations = a.max_iterations;
  c.flags = a.flags;
  c.regime = a.regime;
  c.results = a.result != nullptr ? &a.result->cross : nullptr;
  c.x_gradient = a.x_gradient;
  c.x_gradient_stride = a.x_gradient_stride;
  c.y_gradient = a.y_gradient;
  c.y_gradient_stride = a.y_gradient_stride;
  return c;
}

void check_divergence(const gibbs_sinkhorn_divergence* given) {
  runtime::check_struct(given, sizeof(gibbs_sinkhorn_divergence), "arguments");
  runtime::require(given->result, "result");
  const gibbs_sinkhorn cross = cross_term(*given);
  check_sinkhorn(&cross);
  check((given->flags & ~GIBBS_SINKHORN_PLAIN) == 0, "flags", given->flags, "0 or GIBBS_SINKHORN_PLAIN");
  check_aligned(given->source_weight_gradient, real_bytes(given->type), "source_weight_gradient");
  check_aligned(given->target_weight_gradient, real_bytes(given->type), "target_weight_gradient");
}

// A call's pieces of workspace, and the batch in them.
struct DivergencePlan {
  explicit DivergencePlan(const gibbs_sinkhorn_divergence& a) : batch(cross_term(a)) {
    p.rows = a.rows;
    p.columns = a.columns;
    p.dimensions = a.dimensions;
    p.x = a.x;
    p.y = a.y;
    p.x_stride = a.x_stride;
    p.y_stride = a.y_stride;
    p.source_weights = a.source_weights;
    p.target_weights = a.target_weights;
    p.epsilon = a.epsilon;
    p.rho = a.rho;
    p.held = std::isinf(a.rho);
    p.weighs = a.source_weights != nullptr || a.target_weights != nullptr;
    p.result = a.result;
    p.x_gradient = a.x_gradient;
    p.y_gradient = a.y_gradient;
    p.x_gradient_stride = a.x_gradient_stride;
    p.y_gradient_stride = a.y_gradient_stride;
    p.source_weight_gradient = a.source_weight_gradient;
    p.target_weight_gradient = a.target_weight_gradient;
    batch.problems = 3;
    batch.rows = batch.columns = a.rows > a.columns ? a.rows : a.columns;
    batch.source_total = 2 * a.rows + a.columns;
    batch.target_total = a.rows + 2 * a.columns;
    batch.x_stride = batch.y_stride = batch.x_gradient_stride = batch.y_gradient_stride = a.dimensions;
    batch.flags |= kSinkhornSymmetricRest;
    // Of pieces only the size counts before they are taken.
    batch.x = batch.y = batch.x_gradient = batch.y_gradient = nullptr;
    batch.source_weights = batch.target_weights = nullptr;
    static const int64_t offsets[4] = {};
    batch.source_offsets = batch.target_offsets = offsets;
  }

  template <class Piece>
  void each_piece(const Piece& piece) {
    const int64_t real = real_bytes(batch.type), d = p.dimensions;
    piece(p.looks, sizeof(DivergenceLooks));
    piece(p.source_offsets, 4 * sizeof(int64_t));
    piece(p.target_offsets, 4 * sizeof(int64_t));
    piece(batch.results, 3 * sizeof(gibbs_transport_result));
    piece(p.sources, batch.source_total * d * real);
    piece(p.targets, batch.target_total * d * real);
    if (p.weighs) {
      piece(p.packed_source_weights, batch.source_total * real);
      piece(p.packed_target_weights, batch.target_total * real);
    }
    if (p.source_weight_gradient != nullptr || p.target_weight_gradient != nullptr) {
      piece(batch.source_potential, batch.source_total * real);
      piece(batch.target_potential, batch.target_total * real);
    }
    if (p.x_gradient != nullptr) piece(batch.x_gradient, batch.source_total * d * real);
    if (p.y_gradient != nullptr) piece(batch.y_gradient, batch.target_total * d * real);
  }

  int64_t bytes(gibbs_device* device) {
    int64_t sum = sinkhorn_bytes(device, batch);
    each_piece([&](auto&, int64_t bytes) { sum += Workspace::round_up(bytes); });
    return sum;
  }

  gibbs_sinkhorn batch;
  DivergenceParameters p{};
};

struct DivergenceCall {
  gibbs_device* device;
  gibbs_stream stream;
};

void run_divergence(gibbs_device* device, gibbs_stream stream, const gibbs_sinkhorn_divergence& a) {
  DivergencePlan plan(a);
  const int64_t scratch = sinkhorn_bytes(device, plan.batch);
  Workspace workspace(device, stream, a.workspace, a.workspace_bytes, plan.bytes(device));
  DivergenceParameters& p = plan.p;
  gibbs_sinkhorn& batch = plan.batch;
  plan.each_piece([&](auto& pointer, int64_t bytes) {
    pointer = static_cast<std::remove_reference_t<decltype(pointer)>>(workspace.take(bytes));
  });
  batch.workspace = workspace.take(scratch);
  batch.workspace_bytes = scratch;
  batch.x = p.sources;
  batch.y = p.targets;
  batch.source_weights = p.packed_source_weights;
  batch.target_weights = p.packed_target_weights;
  batch.source_offsets = p.source_offsets;
  batch.target_offsets = p.target_offsets;
  p.terms = batch.results;
  p.source_potentials = batch.source_potential;
  p.target_potentials = batch.target_potential;
  p.source_gradients = batch.x_gradient;
  p.target_gradients = batch.y_gradient;

  const DivergenceCall call = {device, stream};
  const bool real = a.type == GIBBS_FLOAT64;
  const unsigned blocks =
      resident_grid(divide_up((a.rows + a.columns) * a.dimensions, kDivergenceThreads), runtime::limits(device));
  launch(call, look[real], 1, kDivergenceThreads, kExchangeBytes, p);
  launch(call, pack[real], blocks, kDivergenceThreads, 0, p);
  run_sinkhorn(device, stream, batch);
  launch(call, value[real], 1, kDivergenceThreads, kExchangeBytes, p);
  const bool gradients = a.x_gradient != nullptr || a.y_gradient != nullptr || batch.source_potential != nullptr;
  if (gradients) launch(call, store[real], blocks, kDivergenceThreads, 0, p);
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_sinkhorn_divergence_workspace(gibbs_device* device, const gibbs_sinkhorn_divergence* arguments,
                                                           int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_divergence(arguments);
    *bytes = ops::DivergencePlan(*arguments).bytes(device);
  });
}

GIBBS_API gibbs_status gibbs_sinkhorn_divergence_run(gibbs_device* device, gibbs_stream stream,
                                                     const gibbs_sinkhorn_divergence* arguments) {
  return runtime::entry(device, [&] {
    ops::check_divergence(arguments);
    ops::run_divergence(device, stream, *arguments);
  });
}
