// Isotonic regression, soft sort, soft rank, permutahedron: load, sort, solve, store; for the gradient, the solution again (but
// of isotonic regression, whose result is it), sums of the upstream gradient, store. Rows are taken in batches that bound the
// workspace.
#include <algorithm>
#include <type_traits>

#include "kernels/order_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"
#include "ops/merge_sort.h"
#include "ops/row_map.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Kernel;
using runtime::Workspace;

// By real: float, double.
struct RealKernels {
  Kernel by_real[2];
};
#define GIBBS_REAL_KERNELS(name) \
  RealKernels { Kernel(name "_f32"), Kernel(name "_f64") }

struct ProblemKernels {
  RealKernels tile, cut, fill;
  Kernel store[4], upstream[4], gradient[4];
  SolveBytes (*bytes)(int64_t real_bytes);
};
#define GIBBS_PROBLEM_KERNELS(name)                                                                    \
  GIBBS_REAL_KERNELS(name "_tile"), GIBBS_REAL_KERNELS(name "_cut"), GIBBS_REAL_KERNELS(name "_fill"), \
      GIBBS_TYPE_KERNELS(name "_store"), GIBBS_TYPE_KERNELS(name "_upstream"), GIBBS_TYPE_KERNELS(name "_gradient")

const ProblemKernels isotonic = {GIBBS_PROBLEM_KERNELS("gibbs_isotonic"), isotonic_bytes};
const ProblemKernels quadratic = {GIBBS_PROBLEM_KERNELS("gibbs_quadratic"), quadratic_bytes};
const ProblemKernels entropic = {GIBBS_PROBLEM_KERNELS("gibbs_entropic"), entropic_bytes};
const Kernel load[] = GIBBS_TYPE_KERNELS("gibbs_order_load");
const RealKernels load_weights = GIBBS_REAL_KERNELS("gibbs_order_load_weights");
const RealKernels status = GIBBS_REAL_KERNELS("gibbs_order_status");
const RealKernels totals = GIBBS_REAL_KERNELS("gibbs_order_totals");
const RealKernels tile_sums = GIBBS_REAL_KERNELS("gibbs_order_tile_sums");
const RealKernels row_sums = GIBBS_REAL_KERNELS("gibbs_order_row_sums");

constexpr int64_t kBatchEntries = int64_t(1) << 22;  // of rows computed at once, where there is more than one
static_assert(kSortThreads == kOrderThreads, "tiles are sorted and solved by blocks of one size");
constexpr int64_t kTestTile = 64;  // GIBBS_REGIME_TWO_PASS: levels beyond a tile in rows of any length

// A call's shape and its pieces of workspace.
struct Plan {
  Plan(const RowMapCall& call, bool of_gradient)
      : a(call.a),
        problem(a.map == GIBBS_MAP_ISOTONIC           ? isotonic
                : (a.flags & GIBBS_MAP_ENTROPIC) != 0 ? entropic
                                                      : quadratic),
        gradient(of_gradient),
        sorts(a.map != GIBBS_MAP_ISOTONIC),
        solves(!of_gradient || sorts),
        regularised(a.map == GIBBS_MAP_SOFT_SORT || a.map == GIBBS_MAP_SOFT_RANK),
        weighs(a.weights != nullptr && (a.map == GIBBS_MAP_ISOTONIC || a.map == GIBBS_MAP_PERMUTAHEDRON)),
        real(a.type == GIBBS_FLOAT64),
        real_bytes(real ? 8 : 4),
        bytes(problem.bytes(real_bytes)),
        tiles(divide_up(a.columns, kOrderTile)),
        sort_tile(a.regime == GIBBS_REGIME_TWO_PASS ? kTestTile : kSortTile),
        solve_tile(a.regime == GIBBS_REGIME_TWO_PASS ? kTestTile : bytes.tile()),
        batch(std::min(a.rows, std::max<int64_t>(kBatchEntries / a.columns, 1))),
        cut_stride(divide_up(a.columns, solve_tile) / 2) {}

  // piece(pointer, bytes) for every piece in turn.
  template <class Piece>
  void each_piece(OrderParameters& p, SortBuffers& buffers, const Piece& piece) const {
    const int64_t entries = batch * a.columns;
    if (solves) {
      for (int i = 0; i < (sorts ? 2 : 1); ++i) {
        piece(buffers.keys[i], entries * real_bytes);
        if (sorts) piece(buffers.indices[i], entries * int64_t(sizeof(int32_t)));
      }
      piece(p.tile_flags, batch * tiles * int64_t(sizeof(uint32_t)));
      piece(p.row_status, batch);
      if (weighs) piece(p.weight_flags, tiles * int64_t(sizeof(uint32_t)));
      if (a.map == GIBBS_MAP_PERMUTAHEDRON) piece(p.sorted_weights, a.columns * real_bytes);
      piece(p.values, entries * bytes.value);
      if (cut_stride > 0) {
        piece(p.nodes, entries * bytes.node);
        piece(p.cuts, batch * cut_stride * bytes.value);
      }
    }
    if (!gradient && a.support_size != nullptr) piece(p.tile_counts, batch * tiles * int64_t(sizeof(int64_t)));
    if (!gradient) return;
    piece(p.leaves, entries * int64_t(sizeof(double)));
    piece(p.sums, entries * int64_t(sizeof(OrderSum)));
    if (regularised && a.parameter_gradient != nullptr) piece(p.tile_terms, batch * tiles * int64_t(sizeof(double)));
  }

  const gibbs_row_map& a;
  const ProblemKernels& problem;
  const bool gradient, sorts, solves, regularised, weighs;
  const int real;
  const int64_t real_bytes;
  const SolveBytes bytes;
  const int64_t tiles, sort_tile, solve_tile, batch, cut_stride;
};

// The launches over a batch of rows.
class Batch {
 public:
  Batch(const RowMapCall& call, const Plan& plan, Workspace& workspace) : call_(call), plan_(plan) {
    const gibbs_row_map& a = call.a;
    p.rows = plan.batch;
    p.columns = int32_t(a.columns);
    p.tiles = int32_t(plan.tiles);
    p.map = a.map;
    p.flags = a.flags;
    p.epsilon = a.row_parameters == nullptr ? a.parameter : 0;
    p.input_stride = a.input_stride;
    p.weights = a.weights;
    p.output_stride = a.output_stride;
    p.result_stride = a.result_stride;
    p.upstream_stride = a.upstream_stride;
    p.gradient_stride = a.gradient_stride;
    p.solve_tile = int32_t(plan.solve_tile);
    p.cut_stride = plan.cut_stride;
    plan.each_piece(p, buffers_, [&](auto& pointer, int64_t bytes) {
      pointer = static_cast<std::remove_reference_t<decltype(pointer)>>(workspace.take(bytes));
    });
    p.loaded = buffers_.keys[0];
    p.keys = buffers_.keys[0];
  }

  // The rows from first on; of weights, which all share, once before.
  void choose(int64_t first) {
    const gibbs_row_map& a = call_.a;
    const auto at = [&](auto pointer, int64_t entries, int64_t entry_bytes) {
      using Pointer = decltype(pointer);
      using Byte = std::conditional_t<std::is_const_v<std::remove_pointer_t<Pointer>>, const char, char>;
      if (pointer == nullptr) return pointer;
      return static_cast<Pointer>(
          static_cast<void*>(const_cast<char*>(reinterpret_cast<Byte*>(pointer) + entries * entry_bytes)));
    };
    const int64_t element = element_bytes(a.type);
    p.rows = std::min(plan_.batch, a.rows - first);
    p.epsilons = at(a.row_parameters, first, plan_.real_bytes);
    p.input = at(a.input, first * a.input_stride, element);
    p.output = at(a.output, first * a.output_stride, element);
    p.support_size = at(a.support_size, first, sizeof(int64_t));
    p.status = at(a.status, first, 1);
    p.result = at(a.result, first * a.result_stride, element);
    p.upstream = at(a.upstream, first * a.upstream_stride, element);
    p.gradient = at(a.gradient, first * a.gradient_stride, element);
    p.parameter_gradient = at(a.parameter_gradient, first, plan_.real_bytes);
  }

  void prepare_weights() {
    if (!plan_.weighs) return;
    launch(call_, load_weights.by_real[plan_.real], grid(p.tiles), threads(), kOrderWarpBytes, p);
    if (plan_.sorts) sort(1, p.sorted_weights);
  }

  // Loads, sorts and solves: statuses, values.
  void solve() {
    by_tile(load[call_.a.type]);
    by_row(status.by_real[plan_.real]);
    if (plan_.sorts) sort(p.rows, nullptr);
    launch(call_, plan_.problem.tile.by_real[plan_.real], grid(p.rows * divide_up(p.columns, p.solve_tile)), threads(),
           unsigned(plan_.bytes.shared(p.solve_tile)), p);
    for (p.level = sort_levels(p.solve_tile); int64_t{1} << p.level < p.columns; ++p.level) {
      const int64_t pairs = divide_up(p.columns, int64_t{1} << p.level) / 2;
      launch_warps(call_, plan_.problem.cut.by_real[plan_.real], p.rows * pairs, kOrderThreads, p);
      by_tile(plan_.problem.fill.by_real[plan_.real]);
    }
  }

  void by_tile(const Kernel& kernel) const { launch(call_, kernel, grid(p.rows * p.tiles), threads(), kOrderWarpBytes, p); }
  void by_row(const Kernel& kernel) const { launch_warps(call_, kernel, p.rows, kOrderThreads, p); }
  void block_per_row(const Kernel& kernel) const { launch(call_, kernel, grid(p.rows), kOrderThreads, 0, p); }

  OrderParameters p{};

 private:
  // Of a block that takes a tile: no more than a short row has entries, by whole warps.
  unsigned threads() const {
    return unsigned(std::min<int64_t>(kOrderThreads, divide_up(p.columns, kWarpThreads) * kWarpThreads));
  }
  unsigned grid(int64_t blocks) const { return resident_grid(blocks, runtime::limits(call_.device)); }

  // rows of keys[0], between the two buffers; the last level's keys go to result where it is given.
  void sort(int64_t rows, void* result) {
    const int from = sort_rows(call_, plan_.real, rows, p.columns, plan_.sort_tile, threads(), buffers_, result);
    p.keys = buffers_.keys[from];
    p.indices = buffers_.indices[from];
  }

  const RowMapCall& call_;
  const Plan& plan_;
  SortBuffers buffers_{};
};

int64_t plan_bytes(const Plan& plan) {
  int64_t sum = 0;
  OrderParameters p{};
  SortBuffers buffers{};
  plan.each_piece(p, buffers, [&](auto&, int64_t bytes) { sum += Workspace::round_up(bytes); });
  return sum;
}

int64_t workspace(const RowMapCall& call) { return std::max(plan_bytes(Plan(call, false)), plan_bytes(Plan(call, true))); }

void run(const RowMapCall& call, Workspace& workspace) {
  const Plan plan(call, false);
  Batch batch(call, plan, workspace);
  batch.prepare_weights();
  for (int64_t first = 0; first < call.a.rows; first += plan.batch) {
    batch.choose(first);
    batch.solve();
    if (call.a.output != nullptr || call.a.support_size != nullptr) batch.by_tile(plan.problem.store[call.a.type]);
    if (call.a.support_size != nullptr) batch.by_row(totals.by_real[plan.real]);
  }
}

void gradient(const RowMapCall& call, Workspace& workspace) {
  const gibbs_row_map& a = call.a;
  const Plan plan(call, true);
  if (a.gradient == nullptr && (!plan.regularised || a.parameter_gradient == nullptr)) return;
  Batch batch(call, plan, workspace);
  if (plan.solves) batch.prepare_weights();
  for (int64_t first = 0; first < a.rows; first += plan.batch) {
    batch.choose(first);
    if (plan.solves) batch.solve();
    batch.by_tile(plan.problem.upstream[a.type]);
    batch.by_tile(tile_sums.by_real[plan.real]);
    if (plan.tiles > 1) batch.block_per_row(row_sums.by_real[plan.real]);
    batch.by_tile(plan.problem.gradient[a.type]);
    if (batch.p.tile_terms != nullptr) batch.by_row(totals.by_real[plan.real]);
  }
}

}  // namespace

const RowMapFamily order_maps = {workspace, run, gradient};

}  // namespace gibbs::ops
