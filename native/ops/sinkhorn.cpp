// Sinkhorn: from the C arguments to a launch: which regime takes the batch, with how many blocks, and what of it waits in shared
// memory. No result depends on any of this.
#include "kernels/sinkhorn_parameters.h"
#include "ops/launch.h"
#include "ops/sinkhorn.h"
#include "ops/sinkhorn_arguments.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Kernel;
using runtime::Workspace;

const Kernel matrix_blocks[4] = {Kernel("gibbs_sinkhorn_blocks_f32"), Kernel("gibbs_sinkhorn_blocks_f64"),
                                 Kernel("gibbs_sinkhorn_blocks_f16"), Kernel("gibbs_sinkhorn_blocks_bf16")};
const Kernel matrix_grid[4] = {Kernel("gibbs_sinkhorn_grid_f32"), Kernel("gibbs_sinkhorn_grid_f64"),
                               Kernel("gibbs_sinkhorn_grid_f16"), Kernel("gibbs_sinkhorn_grid_bf16")};
const Kernel point_blocks[2] = {Kernel("gibbs_sinkhorn_point_blocks_f32"), Kernel("gibbs_sinkhorn_point_blocks_f64")};
const Kernel point_grid[2] = {Kernel("gibbs_sinkhorn_point_grid_f32"), Kernel("gibbs_sinkhorn_point_grid_f64")};
const Kernel newton_matrix_blocks[4] = {Kernel("gibbs_sinkhorn_newton_blocks_f32"), Kernel("gibbs_sinkhorn_newton_blocks_f64"),
                                        Kernel("gibbs_sinkhorn_newton_blocks_f16"), Kernel("gibbs_sinkhorn_newton_blocks_bf16")};
const Kernel newton_matrix_grid[4] = {Kernel("gibbs_sinkhorn_newton_grid_f32"), Kernel("gibbs_sinkhorn_newton_grid_f64"),
                                      Kernel("gibbs_sinkhorn_newton_grid_f16"), Kernel("gibbs_sinkhorn_newton_grid_bf16")};
const Kernel newton_point_blocks[2] = {Kernel("gibbs_sinkhorn_newton_point_blocks_f32"),
                                       Kernel("gibbs_sinkhorn_newton_point_blocks_f64")};
const Kernel newton_point_grid[2] = {Kernel("gibbs_sinkhorn_newton_point_grid_f32"),
                                     Kernel("gibbs_sinkhorn_newton_point_grid_f64")};
const Kernel cloud_kernels[2] = {Kernel("gibbs_sinkhorn_clouds_f32"), Kernel("gibbs_sinkhorn_clouds_f64")};

// A barrier of the grid costs about as much as a block takes for so many entries.
constexpr int64_t kBarrierWork = 32768;
constexpr int64_t kReservedShared = 1024;  // by the system, of every block
constexpr int kMostBlocks = 8;             // of a multiprocessor

constexpr int64_t kNewtonCandidates = 8;  // of a threshold, counted together

struct SinkhornGeometry {
  bool grid;
  unsigned blocks;
  int64_t crew_bytes, shared_bytes, scratch_bytes;  // scratch: of a block, or of the grid
  SinkhornNewtonParameters newton;
};

int64_t crew_bytes(const gibbs_sinkhorn& a, int64_t room) {
  const int real = real_bytes(a.type);
  const auto need = [&](int64_t columns) { return divide_up(sinkhorn_crew_reals(columns, real) * real, 16) * 16; };
  int64_t most = divide_up(kSinkhornReduceBytes, 16) * 16;
  // Smaller problems of a ragged batch may have more crews.
  if (a.source_offsets != nullptr) {
    for (const int64_t columns : {int64_t(32), int64_t(64), sinkhorn_narrow(real)}) {
      if (columns < a.columns) most = std::max(most, need(columns));
    }
  }
  if (need(a.columns) <= room) most = std::max(most, need(a.columns));
  return most;
}

// The pieces that a problem's state takes: with align 16 in shared memory, with 256 in the workspace.
int64_t state_bytes(const gibbs_sinkhorn& a, int64_t blocks, int64_t align) {
  const int real = real_bytes(a.type);
  const int64_t padded = sinkhorn_padded(a.columns), chunks = sinkhorn_most_chunks(a.rows, a.columns, real);
  const int64_t values = kSinkhornValues * int64_t(sizeof(double));
  const int64_t pieces[] = {
      padded * real,  padded * real,          padded * real,   a.rows * real,   a.rows * real,
      a.rows * real,  chunks * padded * real, chunks * values, chunks * values, 2 * divide_up(a.columns, 32) * values,
      blocks * values};
  int64_t bytes = 0;
  for (const int64_t piece : pieces) bytes += divide_up(piece, align) * align;
  return bytes;
}

// Newton's part of a team's scratch, behind the state.
SinkhornNewtonParameters newton_places(const gibbs_sinkhorn& a, const NewtonSteps& steps, int64_t base, int64_t* bytes) {
  const int real = real_bytes(a.type);
  const int64_t padded = sinkhorn_padded(a.columns);
  SinkhornNewtonParameters n{};
  n.warmup = steps.warmup;
  n.kept = steps.kept;
  n.capacity = steps.kept * std::max(a.rows, a.columns) + a.rows;
  n.base = base;
  *bytes = 0;
  const auto take = [&](int64_t size) {
    const int64_t at = *bytes;
    *bytes += divide_up(size, 256) * 256;
    return at;
  };
  n.vectors = take((5 * padded + a.rows) * 8 + padded * real);
  n.values = take(2 * n.capacity * 8);
  n.counts = take(kNewtonCandidates * a.rows * 8);
  n.starts = take((a.rows + a.columns + 2) * 8);
  n.ids = take((2 * n.capacity + a.rows) * 4);
  n.lifted = take((a.rows + a.columns) * real);
  return n;
}

SinkhornGeometry sinkhorn_geometry(const gibbs_sinkhorn& a, const runtime::Limits& limits, const NewtonSteps& steps = {}) {
  const int real = real_bytes(a.type);
  const int64_t full = limits.shared_per_block, half = (full + kReservedShared) / 2 - kReservedShared;
  const int64_t row_bytes = sinkhorn_padded(a.columns) * element_bytes(a.type);
  SinkhornGeometry g{};
  g.grid = a.regime == GIBBS_SINKHORN_GRID || (a.regime == GIBBS_SINKHORN_AUTOMATIC && 2 * a.problems <= limits.multiprocessors &&
                                               a.rows * a.columns / kBarrierWork >= a.problems);
  int64_t per_multiprocessor;
  if (g.grid) {
    const int64_t chunks = sinkhorn_most_chunks(a.rows, a.columns, real);
    const int64_t chunk_rows = sinkhorn_chunk_rows(a.rows, a.columns, real);
    // Costs that wait in shared memory before more blocks, and those before exponentials that are made again.
    const auto kept = [&](int64_t blocks) { return divide_up(chunks, blocks) * chunk_rows * row_bytes; };
    const int64_t one = std::min<int64_t>(chunks, limits.multiprocessors),
                  two = std::min<int64_t>(chunks, 2 * limits.multiprocessors);
    const int64_t base = kSinkhornExchangeBytes, crew_half = crew_bytes(a, half - base), crew_full = crew_bytes(a, full - base);
    g.crew_bytes = crew_half;
    if (base + crew_half + kept(two) <= half) {
      per_multiprocessor = 2;
      g.shared_bytes = base + crew_half + kept(two);
    } else if (base + crew_full + kept(one) <= full) {
      per_multiprocessor = 1;
      g.crew_bytes = crew_full;
      g.shared_bytes = base + crew_full + kept(one);
    } else {
      per_multiprocessor = crew_full == crew_half && base + crew_half <= half ? 2 : 1;
      g.crew_bytes = crew_full;
      g.shared_bytes = base + crew_full;
    }
    g.blocks = unsigned(std::min<int64_t>(chunks, per_multiprocessor * limits.multiprocessors));
  } else {
    g.crew_bytes = crew_bytes(a, full - kSinkhornExchangeBytes);
    const int64_t base = kSinkhornExchangeBytes + g.crew_bytes, state = state_bytes(a, 1, 16), kept = a.rows * row_bytes;
    g.shared_bytes = base + state + kept <= full || a.source_offsets != nullptr ? std::min(base + state + kept, full)
                     : base + state <= full                                     ? base + state
                                                                                : base;
    per_multiprocessor =
        std::min<int64_t>(kMostBlocks, std::max<int64_t>(1, (full + kReservedShared) / (g.shared_bytes + kReservedShared)));
    g.blocks = unsigned(std::min<int64_t>(std::max<int64_t>(a.problems, 1), per_multiprocessor * limits.multiprocessors));
  }
  const int64_t exchange = 2 * team_half_bytes(std::max(a.rows, a.columns), kSinkhornReduced);
  const int64_t state = state_bytes(a, g.blocks, 256);
  int64_t newton = 0;
  if (steps.kept > 0) g.newton = newton_places(a, steps, state, &newton);
  g.scratch_bytes = exchange + state + newton;
  return g;
}

// The same steps size a call's scratch and run it.
struct SinkhornScratch {
  int64_t scratch, y_coordinates, x_units, pitch;
  int64_t total() const {
    return Workspace::round_up(2 * sizeof(uint64_t)) + Workspace::round_up(scratch) + Workspace::round_up(y_coordinates) +
           Workspace::round_up(x_units);
  }
};
SinkhornScratch sinkhorn_scratch(const gibbs_sinkhorn& a, const SinkhornGeometry& g) {
  SinkhornScratch s{};
  s.scratch = g.grid ? g.scratch_bytes : g.scratch_bytes * g.blocks;
  if (a.costs != nullptr) return s;
  const SinkhornTotals totals = sinkhorn_totals(a);
  s.pitch = sinkhorn_padded(totals.targets) + kSinkhornQuad;  // a quad behind the last point
  s.y_coordinates = s.pitch * a.dimensions * real_bytes(a.type);
  if (a.metric == GIBBS_METRIC_COSINE) s.x_units = totals.sources * a.dimensions * real_bytes(a.type);
  return s;
}

struct SinkhornCall {
  gibbs_device* device;
  gibbs_stream stream;
};

// All but the points; the first pieces of the workspace.
SinkhornParameters sinkhorn_parameters(const gibbs_sinkhorn& a, const SinkhornGeometry& g, const SinkhornScratch& scratch,
                                       Workspace& workspace) {
  SinkhornParameters p{};
  p.tickets = static_cast<uint64_t*>(workspace.take_zeroed(2 * sizeof(uint64_t)));
  p.gate = p.tickets + 1;
  p.scratch = static_cast<unsigned char*>(workspace.take(scratch.scratch));
  p.scratch_bytes = g.scratch_bytes;
  p.newton = g.newton;
  p.crew_bytes = int32_t(g.crew_bytes);
  p.shared_bytes = int32_t(g.shared_bytes);
  p.matrix = {a.costs, a.source_offsets != nullptr ? a.columns : a.costs_stride};
  p.problems = a.problems;
  p.rows = a.rows;
  p.columns = a.columns;
  p.source_offsets = a.source_offsets;
  p.target_offsets = a.target_offsets;
  p.cost_offsets = a.cost_offsets;
  p.source_total = a.source_total;
  p.target_total = a.target_total;
  p.cost_total = a.cost_total;
  p.source_weights = a.source_weights;
  p.target_weights = a.target_weights;
  p.initial = a.initial_target_potential;
  p.epsilons = a.epsilons;
  p.tolerances = a.tolerances;
  p.iteration_limits = a.iteration_limits;
  p.epsilon = a.epsilon;
  p.source_rho = a.source_rho;
  p.target_rho = a.target_rho;
  p.tolerance = a.tolerance;
  p.epsilon_start = a.epsilon_start;
  p.max_iterations = a.max_iterations;
  p.flags = a.flags;
  p.results = a.results;
  p.source_potential = a.source_potential;
  p.target_potential = a.target_potential;
  p.plan = a.plan;
  p.plan_stride = a.source_offsets != nullptr ? a.columns : a.plan_stride;
  p.x_gradient = a.x_gradient;
  p.x_gradient_stride = a.x_gradient_stride;
  p.y_gradient = a.y_gradient;
  p.y_gradient_stride = a.y_gradient_stride;
  return p;
}

runtime::Launch sinkhorn_launch(const SinkhornGeometry& g) {
  runtime::Launch how = {g.blocks, unsigned(kTeamThreads), unsigned(g.shared_bytes)};
  how.cooperative = g.grid;
  return how;
}

}  // namespace

int64_t sinkhorn_bytes(gibbs_device* device, const gibbs_sinkhorn& a, const NewtonSteps& steps) {
  return sinkhorn_scratch(a, sinkhorn_geometry(a, runtime::limits(device), steps)).total();
}

SinkhornParameters sinkhorn_grid(gibbs_device* device, const gibbs_sinkhorn& a, Workspace& workspace, runtime::Launch& how) {
  const SinkhornGeometry g = sinkhorn_geometry(a, runtime::limits(device));
  how = sinkhorn_launch(g);
  return sinkhorn_parameters(a, g, sinkhorn_scratch(a, g), workspace);
}

void run_sinkhorn(gibbs_device* device, gibbs_stream stream, const gibbs_sinkhorn& a, const NewtonSteps& steps) {
  const runtime::Limits& limits = runtime::limits(device);
  const SinkhornGeometry g = sinkhorn_geometry(a, limits, steps);
  const SinkhornScratch scratch = sinkhorn_scratch(a, g);
  Workspace workspace(device, stream, a.workspace, a.workspace_bytes, scratch.total());
  SinkhornParameters p = sinkhorn_parameters(a, g, scratch, workspace);
  const bool newton = steps.kept > 0;
  const Kernel* kernel = newton ? (g.grid ? &newton_matrix_grid[a.type] : &newton_matrix_blocks[a.type])
                                : (g.grid ? &matrix_grid[a.type] : &matrix_blocks[a.type]);
  if (a.costs == nullptr) {
    kernel = newton ? (g.grid ? &newton_point_grid[a.type] : &newton_point_blocks[a.type])
                    : (g.grid ? &point_grid[a.type] : &point_blocks[a.type]);
    p.points = {a.x, a.y, a.x_stride, a.y_stride, int32_t(a.dimensions), a.metric, a.metric_k, 0, a.metric_parameter};
    void* const y_coordinates = workspace.take(scratch.y_coordinates);
    void* const x_units = scratch.x_units > 0 ? workspace.take(scratch.x_units) : nullptr;
    const SinkhornTotals totals = sinkhorn_totals(a);
    p.y_coordinates = y_coordinates;
    p.y_pitch = scratch.pitch;
    p.x_units = x_units != nullptr ? x_units : a.x;
    p.x_units_stride = x_units != nullptr ? a.dimensions : a.x_stride;
    const SinkhornCloudsParameters clouds = {
        p.points, x_units != nullptr ? totals.sources : 0, totals.targets, x_units, y_coordinates, scratch.pitch};
    launch(SinkhornCall{device, stream}, cloud_kernels[a.type],
           resident_grid(divide_up(clouds.x_count + clouds.y_count, kTeamThreads), limits), unsigned(kTeamThreads), 0, clouds);
  }
  runtime::launch(device, stream, *kernel, sinkhorn_launch(g), &p, sizeof(p));
}

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_sinkhorn_workspace(gibbs_device* device, const gibbs_sinkhorn* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_sinkhorn(arguments);
    *bytes = arguments->problems == 0 ? 0 : ops::sinkhorn_bytes(device, *arguments);
  });
}

GIBBS_API gibbs_status gibbs_sinkhorn_run(gibbs_device* device, gibbs_stream stream, const gibbs_sinkhorn* arguments) {
  return runtime::entry(device, [&] {
    ops::check_sinkhorn(arguments);
    if (arguments->problems > 0) ops::run_sinkhorn(device, stream, *arguments);
  });
}
