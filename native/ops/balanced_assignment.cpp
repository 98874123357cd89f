// Balanced assignments: from the C arguments to one launch, a warp per problem, with scratch for the blocks that run at once.
#include "kernels/balanced_assignment_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel assignment_kernels[4] = {
    runtime::Kernel("gibbs_balanced_assignment_f32"), runtime::Kernel("gibbs_balanced_assignment_f64"),
    runtime::Kernel("gibbs_balanced_assignment_f16"), runtime::Kernel("gibbs_balanced_assignment_bf16")};

constexpr int64_t kMostTokens = 1 << 24;

static_assert(sizeof(gibbs_assignment_result) == 32, "the managed record's layout");

void check_assignment(const gibbs_balanced_assignment* given) {
  runtime::check_struct(given, sizeof(gibbs_balanced_assignment), "arguments");
  const gibbs_balanced_assignment& a = *given;
  check(a.problems >= 0 && a.problems < INT64_MAX / kMostTokens / kMostTokens, "problems", double(a.problems),
        "0 or more, and within the address space");
  check(a.tokens >= 1 && a.tokens <= kMostTokens, "tokens", double(a.tokens), "from 1 to 16777216");
  check(a.experts >= 1 && a.experts <= kMostTokens, "experts", double(a.experts), "from 1 to 16777216");
  check_shape(a.type, a.problems * a.tokens, a.experts);
  check(a.tolerance >= 1e-9 && a.tolerance <= 1, "tolerance", a.tolerance, "from 1e-9 to 1");
  check(a.max_bids >= 0, "max_bids", double(a.max_bids), "0 (10000 per token) or at least 1");
  check(a.capacities_stride == 0 || a.capacities_stride >= a.experts, "capacities_stride", double(a.capacities_stride),
        "0 (the same for all problems) or at least experts");
  if (a.problems > 0) runtime::require(a.scores, "scores");
  check_matrix(element_bytes(a.type), a.problems * a.tokens, a.experts, {a.scores, a.scores_stride, "scores"});
  check_aligned(a.capacities, 4, "capacities");
  check_aligned(a.assigned, 4, "assigned");
  check_aligned(a.prices, 8, "prices");
  check_aligned(a.results, 8, "results");
}

struct AssignmentSpace {
  int64_t blocks, paid, levels, left, owned;  // bytes

  AssignmentSpace(const gibbs_balanced_assignment& a, const runtime::Limits& limits) {
    blocks = a.problems == 0 ? 0 : resident_grid(a.problems, limits);
    paid = runtime::Workspace::round_up(blocks * a.tokens * 8);
    levels = runtime::Workspace::round_up(blocks * a.experts * 8);
    left = levels;
    owned = runtime::Workspace::round_up(blocks * a.tokens * 4);
  }
  int64_t bytes() const { return paid + levels + left + owned; }
};

void run_assignment(gibbs_device* device, gibbs_stream stream, const gibbs_balanced_assignment& a) {
  const AssignmentSpace space(a, runtime::limits(device));
  runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, space.bytes());
  if (a.problems == 0) return;
  kernels::AssignmentParameters p{};
  p.problems = a.problems;
  p.tokens = a.tokens;
  p.experts = a.experts;
  p.scores = a.scores;
  p.scores_stride = a.scores_stride;
  p.capacities = a.capacities;
  p.capacities_stride = a.capacities_stride;
  p.tolerance = a.tolerance;
  p.max_bids = a.max_bids;
  p.assigned = a.assigned;
  p.prices = a.prices;
  p.results = a.results;
  p.paid = static_cast<double*>(workspace.take(space.paid));
  p.levels = static_cast<double*>(workspace.take(space.levels));
  p.left = static_cast<int64_t*>(workspace.take(space.left));
  p.owned = static_cast<int32_t*>(workspace.take(space.owned));
  runtime::launch(device, stream, assignment_kernels[a.type], {unsigned(space.blocks), kWarpThreads, 0}, &p, sizeof(p));
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_balanced_assignment_workspace(gibbs_device* device, const gibbs_balanced_assignment* arguments,
                                                           int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_assignment(arguments);
    *bytes = ops::AssignmentSpace(*arguments, runtime::limits(device)).bytes();
  });
}

GIBBS_API gibbs_status gibbs_balanced_assignment_run(gibbs_device* device, gibbs_stream stream,
                                                     const gibbs_balanced_assignment* arguments) {
  return runtime::entry(device, [&] {
    ops::check_assignment(arguments);
    ops::run_assignment(device, stream, *arguments);
  });
}
