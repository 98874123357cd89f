// Sparsity-constrained transport: from the C arguments to a launch. Which regime takes the batch changes no result.
#include "kernels/sparse_transport_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"
#include "ops/sinkhorn_arguments.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Kernel;
using runtime::Workspace;
using SparseTransport = gibbs_sparse_transport;

constexpr int kPoints = 4;  // behind the storage types
const Kernel block_kernels[5] = {Kernel("gibbs_sparse_transport_blocks_f32"), Kernel("gibbs_sparse_transport_blocks_f64"),
                                 Kernel("gibbs_sparse_transport_blocks_f16"), Kernel("gibbs_sparse_transport_blocks_bf16"),
                                 Kernel("gibbs_sparse_transport_blocks_points")};
const Kernel grid_kernels[5] = {Kernel("gibbs_sparse_transport_grid_f32"), Kernel("gibbs_sparse_transport_grid_f64"),
                                Kernel("gibbs_sparse_transport_grid_f16"), Kernel("gibbs_sparse_transport_grid_bf16"),
                                Kernel("gibbs_sparse_transport_grid_points")};

constexpr int64_t kGridWork = 65536;  // entries of a problem that are worth the barriers of a grid
constexpr int kGroupsPerMultiprocessor = 4;

void check_sparse_transport(const SparseTransport* given) {
  runtime::check_struct(given, sizeof(SparseTransport), "arguments");
  const SparseTransport& a = *given;
  check(a.type >= GIBBS_FLOAT32 && a.type <= GIBBS_BFLOAT16, "type", a.type, "a gibbs_type");
  check(a.problems >= 0, "problems", double(a.problems), "0 or more");
  check(a.rows >= 1 && a.rows <= kMaxColumns, "rows", double(a.rows), "from 1 to 2147479552");
  check(a.columns >= 1 && a.columns <= kMaxColumns, "columns", double(a.columns), "from 1 to 2147479552");
  if (a.problems > INT64_MAX / 4096 / a.rows / a.columns)
    fail(GIBBS_INVALID_ARGUMENT, "problems: %lld problems of [%lld, %lld] leave the address space",
         static_cast<long long>(a.problems), static_cast<long long>(a.rows), static_cast<long long>(a.columns));
  check(a.gamma > 0 && std::isfinite(a.gamma), "gamma", a.gamma, "positive and finite");
  check(a.tolerance >= 0 && std::isfinite(a.tolerance), "tolerance", a.tolerance, "0 or positive and finite");
  check(a.k >= 0, "k", a.k, "0 (no limit) or at least 1");
  check(a.form == GIBBS_SPARSE_SEMI_DUAL || a.form == GIBBS_SPARSE_DUAL, "form", a.form, "a gibbs_sparse_form");
  check(a.max_iterations >= 1, "max_iterations", a.max_iterations, "at least 1");
  check(a.regime >= GIBBS_SINKHORN_AUTOMATIC && a.regime <= GIBBS_SINKHORN_GRID, "regime", a.regime, "a gibbs_sinkhorn_regime");
  if (a.k == 0 && (a.plan_rows != nullptr || a.plan_values != nullptr))
    fail(GIBBS_INVALID_ARGUMENT, "k: 0 given, no limit, but plan_rows and plan_values need at least 1");
  if (a.problems == 0) return;
  if ((a.costs != nullptr) == (a.x != nullptr || a.y != nullptr))
    fail(GIBBS_INVALID_ARGUMENT, "costs: give either costs, or x and y");
  if (a.costs == nullptr) {
    check_sinkhorn_points(a);
    runtime::require(a.x, "x");
    runtime::require(a.y, "y");
  }
  runtime::require(a.results, "results");

  const int element = element_bytes(a.type), real = real_bytes(a.type);
  const int64_t sources = a.problems * a.rows, targets = a.problems * a.columns;
  check_matrix(element, sources, a.columns, {a.costs, a.costs_stride, "costs"});
  check_matrix(element, sources, a.dimensions, {a.x, a.x_stride, "x"});
  check_matrix(element, targets, a.dimensions, {a.y, a.y_stride, "y"});
  check_matrix(4, targets, a.k, {a.plan_rows, a.plan_rows_stride, "plan_rows"});
  check_matrix(real, targets, a.k, {a.plan_values, a.plan_values_stride, "plan_values"});
  check_matrix(real, sources, a.columns, {a.plan, a.plan_stride, "plan"});
  const struct {
    const void* pointer;
    int bytes;
    const char* name;
  } arrays[] = {{a.source_weights, real, "source_weights"},
                {a.target_weights, real, "target_weights"},
                {a.initial_source_potential, real, "initial_source_potential"},
                {a.source_potential, real, "source_potential"},
                {a.target_potential, real, "target_potential"},
                {a.results, 8, "results"}};
  for (const auto& array : arrays) check_aligned(array.pointer, array.bytes, array.name);
}

struct SparseGeometry {
  bool grid;
  unsigned blocks;
  int32_t capacity;
  int64_t half_bytes, scratch_bytes;
  SparseTransportPlaces places;
};

SparseGeometry sparse_geometry(const SparseTransport& a, const runtime::Limits& limits) {
  SparseGeometry g{};
  g.capacity = int32_t(std::min<int64_t>(a.k, a.rows));
  g.grid = a.regime == GIBBS_SINKHORN_GRID ||
           (a.regime == GIBBS_SINKHORN_AUTOMATIC && 2 * a.problems <= limits.multiprocessors && a.rows * a.columns >= kGridWork);
  // A thread per column and a warp per row: more blocks than that have nothing to do.
  const int64_t threads = std::max(a.columns, a.rows * kWarpThreads);
  g.blocks = unsigned(g.grid ? std::min<int64_t>(divide_up(threads, kTeamThreads), limits.multiprocessors)
                             : std::min<int64_t>(a.problems, int64_t(kGroupsPerMultiprocessor) * limits.multiprocessors));
  const int64_t unknowns = a.rows + (a.form == GIBBS_SPARSE_DUAL ? a.columns : 0);
  const auto take = [&](int64_t doubles) {
    const int64_t at = g.places.total;
    g.places.total += divide_up(doubles, 32) * 32;
    return at;
  };
  g.places.a = take(a.rows);
  g.places.rows = take(a.rows);
  g.places.b = take(a.columns);
  g.places.g = take(a.columns);
  g.places.cuts = take(a.columns);
  g.places.cut_rows = take(divide_up(a.columns, 2));
  g.places.terms = take(4 * a.columns);
  g.places.values = take(g.capacity * a.columns);
  g.places.ids = take(divide_up((int64_t(g.capacity) + 1) * a.columns, 2));
  g.places.x = take(a.costs == nullptr ? a.rows * a.dimensions : 0);
  g.places.y = take(a.costs == nullptr ? a.columns * a.dimensions : 0);
  g.places.ascent = take(kQuasiNewtonVectors * unknowns);
  g.half_bytes = team_half_bytes(a.rows + a.columns, kSparseSumsBytes);
  g.scratch_bytes = 2 * g.half_bytes + g.places.total * int64_t(sizeof(double));
  return g;
}

int64_t workspace_bytes(const SparseTransport& a, const SparseGeometry& g) {
  if (a.problems == 0) return 0;
  return Workspace::round_up(2 * sizeof(uint64_t)) + Workspace::round_up(g.scratch_bytes * (g.grid ? 1 : g.blocks));
}

void run(gibbs_device* device, gibbs_stream stream, const SparseTransport& a) {
  const SparseGeometry g = sparse_geometry(a, runtime::limits(device));
  Workspace workspace(device, stream, a.workspace, a.workspace_bytes, workspace_bytes(a, g));
  SparseTransportParameters p{};
  p.matrix = {a.costs, a.costs_stride};
  p.points = {a.x, a.y, a.x_stride, a.y_stride, int32_t(a.dimensions), a.metric, a.metric_k, 0, a.metric_parameter};
  p.problems = a.problems;
  p.rows = a.rows;
  p.columns = a.columns;
  p.source_weights = a.source_weights;
  p.target_weights = a.target_weights;
  p.initial = a.initial_source_potential;
  p.gamma = a.gamma;
  p.tolerance = a.tolerance;
  p.k = a.k;
  p.capacity = g.capacity;
  p.dual = a.form == GIBBS_SPARSE_DUAL;
  p.max_iterations = a.max_iterations;
  p.wide = a.type == GIBBS_FLOAT64;
  p.results = a.results;
  p.source_potential = a.source_potential;
  p.target_potential = a.target_potential;
  p.plan_rows = a.plan_rows;
  p.plan_rows_stride = a.plan_rows_stride;
  p.plan_values = a.plan_values;
  p.plan_values_stride = a.plan_values_stride;
  p.plan = a.plan;
  p.plan_stride = a.plan_stride;
  p.tickets = static_cast<uint64_t*>(workspace.take_zeroed(2 * sizeof(uint64_t)));
  p.gate = p.tickets + 1;
  p.scratch = static_cast<unsigned char*>(workspace.take(g.scratch_bytes * (g.grid ? 1 : g.blocks)));
  p.scratch_bytes = g.scratch_bytes;
  p.half_bytes = g.half_bytes;
  p.places = g.places;
  const int which = a.costs == nullptr ? kPoints : a.type;
  runtime::Launch how = {g.blocks, unsigned(kTeamThreads), unsigned(kSparseSharedBytes)};
  how.cooperative = g.grid;
  runtime::launch(device, stream, g.grid ? grid_kernels[which] : block_kernels[which], how, &p, sizeof(p));
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_sparse_transport_workspace(gibbs_device* device, const gibbs_sparse_transport* arguments,
                                                        int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_sparse_transport(arguments);
    *bytes = ops::workspace_bytes(*arguments, ops::sparse_geometry(*arguments, runtime::limits(device)));
  });
}

GIBBS_API gibbs_status gibbs_sparse_transport_run(gibbs_device* device, gibbs_stream stream,
                                                  const gibbs_sparse_transport* arguments) {
  return runtime::entry(device, [&] {
    ops::check_sparse_transport(arguments);
    if (arguments->problems > 0) ops::run(device, stream, *arguments);
  });
}
