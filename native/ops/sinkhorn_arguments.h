// Checks of Sinkhorn's C arguments.
#pragma once

#include <cmath>

#include "ops/arguments.h"

namespace gibbs::ops {

inline void check_sinkhorn_scalars(const gibbs_sinkhorn& a) {
  const auto positive = [](double v) { return v > 0 && std::isfinite(v); };
  if (a.epsilons == nullptr) check(positive(a.epsilon), "epsilon", a.epsilon, "positive and finite");
  check(a.source_rho > 0, "source_rho", a.source_rho, "positive, or +infinity");
  check(a.target_rho > 0, "target_rho", a.target_rho, "positive, or +infinity");
  check(a.tolerance >= 0 && std::isfinite(a.tolerance), "tolerance", a.tolerance,
        "0 (the type's default) or positive and finite");
  check(a.epsilon_start >= 0 && std::isfinite(a.epsilon_start), "epsilon_start", a.epsilon_start,
        "0 (no schedule) or positive and finite");
  if (a.iteration_limits == nullptr) check(a.max_iterations >= 1, "max_iterations", a.max_iterations, "at least 1");
  check((a.flags & ~(GIBBS_SINKHORN_PLAIN | GIBBS_SINKHORN_SHARED_COSTS)) == 0, "flags", a.flags,
        "a sum of GIBBS_SINKHORN_ flags");
  check(a.regime >= GIBBS_SINKHORN_AUTOMATIC && a.regime <= GIBBS_SINKHORN_GRID, "regime", a.regime, "a gibbs_sinkhorn_regime");
}

// Of any operation whose costs may come from points.
template <class Arguments>
void check_sinkhorn_points(const Arguments& a) {
  check(a.type == GIBBS_FLOAT32 || a.type == GIBBS_FLOAT64, "type", a.type, "float32 or float64 where points are given");
  check(a.dimensions >= 1 && a.dimensions <= kMaxColumns, "dimensions", double(a.dimensions), "from 1 to 2147479552");
  check(a.metric >= GIBBS_METRIC_SQUARED_EUCLIDEAN && a.metric <= GIBBS_METRIC_ELASTIC_K_SUPPORT, "metric", a.metric,
        "a gibbs_transport_metric");
  if (a.metric == GIBBS_METRIC_POWER_NORM)
    check(a.metric_parameter >= 1 && std::isfinite(a.metric_parameter), "metric_parameter", a.metric_parameter,
          "at least 1 and finite");
  if (a.metric >= GIBBS_METRIC_ELASTIC_L1)
    check(a.metric_parameter >= 0 && std::isfinite(a.metric_parameter), "metric_parameter", a.metric_parameter,
          "at least 0 and finite");
  if (a.metric == GIBBS_METRIC_ELASTIC_K_SUPPORT) check(a.metric_k >= 1, "metric_k", a.metric_k, "at least 1");
}

// Rows and columns of all problems: what packed arrays hold.
struct SinkhornTotals {
  int64_t sources, targets;
};
inline SinkhornTotals sinkhorn_totals(const gibbs_sinkhorn& a) {
  if (a.source_offsets != nullptr) return {a.source_total, a.target_total};
  return {a.problems * a.rows, a.problems * a.columns};
}

inline void check_sinkhorn_batch(const gibbs_sinkhorn& a) {
  check(a.problems >= 0, "problems", double(a.problems), "0 or more");
  check(a.rows >= 1 && a.rows <= INT64_MAX / 4096 / kMaxColumns * 4096, "rows", double(a.rows),
        "at least 1, within the address space");
  check_shape(a.type, a.rows, a.columns);
  if (a.problems > 0 && a.rows * a.columns > INT64_MAX / 4096 / a.problems)
    fail(GIBBS_INVALID_ARGUMENT, "problems: %lld of [%lld, %lld] leave the address space", static_cast<long long>(a.problems),
         static_cast<long long>(a.rows), static_cast<long long>(a.columns));
  if ((a.source_offsets == nullptr) != (a.target_offsets == nullptr))
    fail(GIBBS_INVALID_ARGUMENT, "%s: absent, but a ragged batch has both source_offsets and target_offsets",
         a.source_offsets == nullptr ? "source_offsets" : "target_offsets");
  if (a.source_offsets == nullptr) {
    if (a.cost_offsets != nullptr)
      fail(GIBBS_INVALID_ARGUMENT,
           "cost_offsets: given without source_offsets and target_offsets, as a uniform batch needs none");
    return;
  }
  if ((a.costs != nullptr || a.plan != nullptr) && a.cost_offsets == nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "cost_offsets: absent, but the matrices of a ragged batch begin there");
  if ((a.flags & GIBBS_SINKHORN_SHARED_COSTS) != 0)
    fail(GIBBS_INVALID_ARGUMENT, "flags: GIBBS_SINKHORN_SHARED_COSTS, but a ragged batch has a matrix per problem");
  check(a.source_total >= 0, "source_total", double(a.source_total), "0 or more");
  check(a.target_total >= 0, "target_total", double(a.target_total), "0 or more");
  check(a.cost_total >= 0, "cost_total", double(a.cost_total), "0 or more");
}

inline void check_sinkhorn(const gibbs_sinkhorn* given) {
  runtime::check_struct(given, sizeof(gibbs_sinkhorn), "arguments");
  const gibbs_sinkhorn& a = *given;
  check_sinkhorn_batch(a);
  check_sinkhorn_scalars(a);
  const bool points = a.x != nullptr || a.y != nullptr;
  if (points) check_sinkhorn_points(a);
  if (points && a.costs != nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "costs: given together with points; one of them gives the costs");
  if (a.problems > 0) {
    if (points) {
      runtime::require(a.x, "x");
      runtime::require(a.y, "y");
    } else {
      runtime::require(a.costs, "costs");
    }
    runtime::require(a.results, "results");
  }
  if (!points && (a.x_gradient != nullptr || a.y_gradient != nullptr))
    fail(GIBBS_INVALID_ARGUMENT, "%s: asked for, but there are no points", a.x_gradient != nullptr ? "x_gradient" : "y_gradient");
  const int element = element_bytes(a.type), real = real_bytes(a.type);
  const SinkhornTotals totals = sinkhorn_totals(a);
  const bool ragged = a.source_offsets != nullptr, shared = (a.flags & GIBBS_SINKHORN_SHARED_COSTS) != 0;
  const int64_t columns = ragged ? 0 : a.columns;  // matrices of a ragged batch have no stride
  check_matrix(element, shared ? a.rows : totals.sources, columns, {a.costs, a.costs_stride, "costs"});
  check_matrix(real, totals.sources, columns, {a.plan, a.plan_stride, "plan"});
  check_matrix(element, totals.sources, a.dimensions, {a.x, a.x_stride, "x"});
  check_matrix(element, totals.targets, a.dimensions, {a.y, a.y_stride, "y"});
  check_matrix(element, totals.sources, a.dimensions, {a.x_gradient, a.x_gradient_stride, "x_gradient"});
  check_matrix(element, totals.targets, a.dimensions, {a.y_gradient, a.y_gradient_stride, "y_gradient"});
  const struct {
    const void* pointer;
    int bytes;
    const char* name;
  } arrays[] = {{a.source_offsets, 8, "source_offsets"},
                {a.target_offsets, 8, "target_offsets"},
                {a.cost_offsets, 8, "cost_offsets"},
                {a.source_weights, real, "source_weights"},
                {a.target_weights, real, "target_weights"},
                {a.initial_target_potential, real, "initial_target_potential"},
                {a.epsilons, 8, "epsilons"},
                {a.tolerances, 8, "tolerances"},
                {a.iteration_limits, 4, "iteration_limits"},
                {a.results, 8, "results"},
                {a.source_potential, real, "source_potential"},
                {a.target_potential, real, "target_potential"}};
  for (const auto& array : arrays) check_aligned(array.pointer, array.bytes, array.name);
}

}  // namespace gibbs::ops
