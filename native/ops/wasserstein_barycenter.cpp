// Wasserstein barycentres: one cooperative launch over Sinkhorn's state of a histogram at a time.
#include "kernels/wasserstein_barycenter_parameters.h"
#include "ops/launch.h"
#include "ops/sinkhorn.h"
#include "ops/sinkhorn_arguments.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Workspace;

const runtime::Kernel barycenter_kernels[2] = {runtime::Kernel("gibbs_wasserstein_barycenter_f32"),
                                               runtime::Kernel("gibbs_wasserstein_barycenter_f64")};

// One histogram's problem.
gibbs_sinkhorn histogram_problem(const gibbs_wasserstein_barycenter& a) {
  gibbs_sinkhorn c{};
  c.struct_size = sizeof(c);
  c.type = a.type;
  c.problems = 1;
  c.rows = a.rows;
  c.columns = a.columns;
  c.costs = a.costs;
  c.costs_stride = a.costs_stride;
  c.epsilon = a.epsilon;
  c.source_rho = c.target_rho = HUGE_VAL;
  c.tolerance = a.tolerance;
  c.max_iterations = a.max_iterations;
  c.regime = GIBBS_SINKHORN_GRID;
  c.results = a.result;
  return c;
}

void check_barycenter(const gibbs_wasserstein_barycenter* given) {
  runtime::check_struct(given, sizeof(gibbs_wasserstein_barycenter), "arguments");
  const gibbs_wasserstein_barycenter& a = *given;
  check(a.type == GIBBS_FLOAT32 || a.type == GIBBS_FLOAT64, "type", a.type, "float32 or float64");
  check(a.count >= 1 && a.count <= kMaxColumns, "count", double(a.count), "from 1 to 2147479552");
  runtime::require(a.histograms, "histograms");
  runtime::require(a.result, "result");
  const gibbs_sinkhorn problem = histogram_problem(a);
  check_sinkhorn(&problem);
  const int element = element_bytes(a.type);
  const MatrixView histograms = {a.histograms, a.histograms_stride, "histograms"};
  const MatrixView f = {a.source_potentials, a.source_potentials_stride, "source_potentials"};
  check_matrix(element, a.count, a.rows, histograms);
  check_matrix(element, a.count, a.rows, f);
  check_overlap(element, a.count, a.rows, f, histograms, false);
  check_matrix(element, a.count, a.columns, {a.target_potentials, a.target_potentials_stride, "target_potentials"});
  check_aligned(a.weights, element, "weights");
  check_aligned(a.barycenter, element, "barycenter");
  check_aligned(a.values, element, "values");
}

template <class Piece>
void each_piece(const gibbs_wasserstein_barycenter& a, BarycenterParameters& p, const Piece& piece) {
  const int64_t rows = a.count * a.rows * real_bytes(a.type), columns = a.count * sinkhorn_padded(a.columns) * real_bytes(a.type);
  piece(p.masses, rows);
  piece(p.f, rows);
  piece(p.next_f, rows);
  piece(p.g, columns);
  piece(p.sums, columns);
  piece(p.log_barycenter, a.columns * int64_t(sizeof(double)));
}

int64_t barycenter_bytes(gibbs_device* device, const gibbs_wasserstein_barycenter& a) {
  int64_t sum = sinkhorn_bytes(device, histogram_problem(a));
  BarycenterParameters p{};
  each_piece(a, p, [&](auto&, int64_t bytes) { sum += Workspace::round_up(bytes); });
  return sum;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_wasserstein_barycenter_workspace(gibbs_device* device, const gibbs_wasserstein_barycenter* arguments,
                                                              int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_barycenter(arguments);
    *bytes = ops::barycenter_bytes(device, *arguments);
  });
}

GIBBS_API gibbs_status gibbs_wasserstein_barycenter_run(gibbs_device* device, gibbs_stream stream,
                                                        const gibbs_wasserstein_barycenter* arguments) {
  return runtime::entry(device, [&] {
    ops::check_barycenter(arguments);
    const gibbs_wasserstein_barycenter& a = *arguments;
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, ops::barycenter_bytes(device, a));
    kernels::BarycenterParameters p{};
    runtime::Launch how{};
    p.problem = ops::sinkhorn_grid(device, ops::histogram_problem(a), workspace, how);
    ops::each_piece(a, p, [&](auto& pointer, int64_t bytes) {
      pointer = static_cast<std::remove_reference_t<decltype(pointer)>>(workspace.take(bytes));
    });
    p.count = a.count;
    p.histograms = a.histograms;
    p.histograms_stride = a.histograms_stride;
    p.weights = a.weights;
    p.barycenter = a.barycenter;
    p.source_potentials = a.source_potentials;
    p.source_potentials_stride = a.source_potentials_stride;
    p.target_potentials = a.target_potentials;
    p.target_potentials_stride = a.target_potentials_stride;
    p.values = a.values;
    runtime::launch(device, stream, ops::barycenter_kernels[a.type == GIBBS_FLOAT64], how, &p, sizeof(p));
  });
}
