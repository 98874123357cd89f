// Checks of transport plans, and what their kernels share: the problem, the cut of passes, the workspace.
#pragma once

#include <cmath>

#include "gibbs/transport_plan.h"
#include "kernels/plan_parameters.h"
#include "kernels/row_scope_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"

namespace gibbs::ops {

inline void check_given(const void* pointer, int bytes, const char* argument) {
  if (pointer == nullptr) fail(GIBBS_INVALID_ARGUMENT, "%s: null, but it must be given", argument);
  check_aligned(pointer, bytes, argument);
}

inline void check_transport_points(const gibbs_transport_problem& p) {
  const int real = real_bytes(p.type);
  check(p.type == GIBBS_FLOAT32 || p.type == GIBBS_FLOAT64, "problem.type", p.type, "float32 or float64, of points");
  check(p.metric >= GIBBS_METRIC_SQUARED_EUCLIDEAN && p.metric <= GIBBS_METRIC_ELASTIC_K_SUPPORT, "problem.metric", p.metric,
        "a gibbs_transport_metric");
  check(p.dimensions >= 1 && p.dimensions <= kMaxColumns, "problem.dimensions", double(p.dimensions), "from 1 to 2147479552");
  if (p.metric == GIBBS_METRIC_POWER_NORM)
    check(p.metric_parameter >= 1 && std::isfinite(p.metric_parameter), "problem.metric_parameter", p.metric_parameter,
          "at least 1 and finite");
  if (p.metric >= GIBBS_METRIC_ELASTIC_L1)
    check(p.metric_parameter >= 0 && std::isfinite(p.metric_parameter), "problem.metric_parameter", p.metric_parameter,
          "at least 0 and finite");
  if (p.metric == GIBBS_METRIC_ELASTIC_K_SUPPORT) check(p.metric_k >= 1, "problem.metric_k", p.metric_k, "at least 1");
  check_given(p.x, real, "problem.x");
  check_given(p.y, real, "problem.y");
  check_matrix(real, p.rows, p.dimensions, {p.x, p.x_stride, "problem.x"});
  check_matrix(real, p.columns, p.dimensions, {p.y, p.y_stride, "problem.y"});
}

inline void check_transport_problem(const gibbs_transport_problem& p) {
  check_shape(p.type, p.rows, p.columns);
  check(p.rows >= 1, "problem.rows", double(p.rows), "at least 1");
  const int real = real_bytes(p.type);
  if (p.costs == nullptr) {
    check_transport_points(p);
  } else {
    if (p.x != nullptr || p.y != nullptr)
      fail(GIBBS_INVALID_ARGUMENT, "problem.x: given together with problem.costs; only one of them can make the costs");
    check_matrix(element_bytes(p.type), p.rows, p.columns, {p.costs, p.costs_stride, "problem.costs"});
  }
  check_given(p.source_potential, real, "problem.source_potential");
  check_given(p.target_potential, real, "problem.target_potential");
  check_aligned(p.source_weights, real, "problem.source_weights");
  check_aligned(p.target_weights, real, "problem.target_weights");
  check(p.epsilon > 0 && std::isfinite(p.epsilon), "problem.epsilon", p.epsilon, "positive and finite");
  check(p.source_rho > 0, "problem.source_rho", p.source_rho, "positive, or infinity");
  check(p.target_rho > 0, "problem.target_rho", p.target_rho, "positive, or infinity");
}

// Pieces of a call's workspace; without one they are only counted.
class PlanPieces {
 public:
  PlanPieces(const gibbs_transport_problem& problem, runtime::Workspace* workspace) : problem_(problem), workspace_(workspace) {}

  double* doubles(int64_t count) { return static_cast<double*>(take(count * int64_t(sizeof(double)), false)); }

  // The cut of passes follows from the shape alone.
  kernels::PlanParameters plan() {
    using namespace kernels;
    const gibbs_transport_problem& a = problem_;
    PlanParameters p{};
    p.matrix = {a.costs, a.costs_stride};
    p.points = {a.x, a.y, a.x_stride, a.y_stride, int32_t(a.dimensions), a.metric, a.metric_k, 0, a.metric_parameter};
    p.rows = a.rows;
    p.columns = a.columns;
    p.f = a.source_potential;
    p.g = a.target_potential;
    p.source_weights = a.source_weights;
    p.target_weights = a.target_weights;
    p.epsilon = a.epsilon;
    p.source_rho = a.source_rho;
    p.target_rho = a.target_rho;
    p.row_chunks = int32_t(std::min(divide_up(a.columns, kPlanChunk), std::max<int64_t>(kPlanRowItems / a.rows, 1)));
    p.column_width = 1;
    while (p.column_width < kTeamThreads && p.column_width < a.columns) p.column_width *= 2;
    const int64_t tiles = divide_up(a.columns, p.column_width);
    p.column_splits = int32_t(std::min(divide_up(a.rows, kPlanSplitRows), std::max<int64_t>(kPlanColumnItems / tiles, 1)));
    const int64_t real = real_bytes(a.type);
    p.a = take(a.rows * real, false);
    p.b = take(a.columns * real, false);
    p.row_partials = doubles(a.rows * p.row_chunks * kPlanTerms);
    p.column_partials = doubles(a.columns * p.column_splits * kPlanTerms);
    p.half_bytes = team_half_bytes(std::max(a.rows, a.columns), 32);
    p.exchange = take(2 * p.half_bytes, false);
    p.gate = static_cast<uint64_t*>(take(sizeof(uint64_t), true));
    return p;
  }

  int64_t needed() const { return needed_; }

 private:
  void* take(int64_t bytes, bool zeroed) {
    needed_ += runtime::Workspace::round_up(bytes);
    if (workspace_ == nullptr) return nullptr;
    return zeroed ? workspace_->take_zeroed(bytes) : workspace_->take(bytes);
  }

  const gibbs_transport_problem& problem_;
  runtime::Workspace* workspace_;
  int64_t needed_ = 0;
};

struct PlanKernels {
  runtime::Kernel matrix[4];  // by gibbs_type
  runtime::Kernel points[2];
};
#define GIBBS_PLAN_KERNELS(name)                                                             \
  {                                                                                          \
    {Kernel(name "_f32"), Kernel(name "_f64"), Kernel(name "_f16"), Kernel(name "_bf16")}, { \
      Kernel(name "_points_f32"), Kernel(name "_points_f64")                                 \
    }                                                                                        \
  }

constexpr int kPlanSharedBytes = kernels::kExchangeBytes + kernels::kPlanTerms * int(kernels::kTeamThreads) * int(sizeof(double));
constexpr int kPlanBlocks = 2;  // of a multiprocessor, as the kernels are bounded

// One cooperative launch; no more blocks than there is work for.
template <class Parameters>
void launch_plan(gibbs_device* device, gibbs_stream stream, const PlanKernels& kernels, const gibbs_transport_problem& problem,
                 const Parameters& parameters) {
  const runtime::Kernel& kernel = problem.costs != nullptr ? kernels.matrix[problem.type] : kernels.points[problem.type];
  const int64_t useful = std::max<int64_t>(1, (problem.rows * problem.columns) / 4096);
  const unsigned blocks = unsigned(std::min<int64_t>(useful, int64_t(runtime::limits(device).multiprocessors) * kPlanBlocks));
  runtime::Launch launch{blocks, unsigned(kernels::kTeamThreads), unsigned(kPlanSharedBytes)};
  launch.cooperative = true;
  runtime::launch(device, stream, kernel, launch, &parameters, sizeof(parameters));
}

}  // namespace gibbs::ops
