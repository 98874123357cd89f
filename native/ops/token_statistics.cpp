// Token statistics: a block per scope, and, for a selection over the batch, scores, the largest of them, marks.
#include "kernels/token_statistics_parameters.h"
#include "ops/largest_scores.h"
#include "ops/launch.h"
#include "ops/row_map_parameters.h"
#include "ops/token_arrays.h"

namespace gibbs::ops {

namespace {

using Statistics = gibbs_token_statistics;
using runtime::Workspace;

const runtime::Kernel statistics[] = {runtime::Kernel("gibbs_token_statistics_f32"),
                                      runtime::Kernel("gibbs_token_statistics_f64")};
const runtime::Kernel token_scores[] = {runtime::Kernel("gibbs_token_scores_f32"), runtime::Kernel("gibbs_token_scores_f64")};
const runtime::Kernel token_marks[] = {runtime::Kernel("gibbs_token_marks_f32"), runtime::Kernel("gibbs_token_marks_f64")};

void check_statistics(const Statistics* given) {
  runtime::check_struct(given, sizeof(Statistics), "arguments");
  const Statistics& a = *given;
  check_tokens(a.type, a.rows, a.columns);
  check(a.scope == GIBBS_SCOPE_BATCH || a.scope == GIBBS_SCOPE_SEQUENCE, "scope", a.scope, "a gibbs_token_scope");
  check(a.quantile >= 0 && a.quantile <= 1, "quantile", a.quantile, "in [0, 1]");
  check(a.selected_share >= 0 && a.selected_share <= 1, "selected_share", a.selected_share, "in [0, 1]");
  check(a.selected_count >= -1, "selected_count", double(a.selected_count), "0 or more, or -1");
  if (a.selected_count >= 0 && a.selected_share != 0)
    fail(GIBBS_INVALID_ARGUMENT, "selected_count: %lld given beside selected_share %g; give one of them",
         static_cast<long long>(a.selected_count), a.selected_share);
  const int real = element_bytes(a.type);
  check_aligned(a.counts, 8, "counts");
  check_aligned(a.means, real, "means");
  check_aligned(a.quantiles, real, "quantiles");
  if (a.rows == 0) return;
  runtime::require(a.values, "values");
  const TokenView values = {a.values, a.values_stride, real, "values"}, mask = {a.mask, a.mask_stride, 1, "mask"},
                  selected = {a.selected, a.selected_stride, 1, "selected"};
  for (const TokenView& v : {values, mask, selected}) check_view(a.rows, a.columns, v);
  check_output(a.rows, a.columns, selected, values, false);
  check_output(a.rows, a.columns, selected, mask, true);
}

bool selects_over_batch(const Statistics& a) { return a.scope == GIBBS_SCOPE_BATCH && a.selected != nullptr && a.rows > 0; }

struct StatisticsScratch {
  int64_t count = 0, scores = 0, marks = 0;

  explicit StatisticsScratch(const Statistics& a) {
    if (!selects_over_batch(a)) return;
    count = sizeof(int64_t);
    scores = a.rows * a.columns * int64_t(sizeof(double));
    marks = a.rows * a.columns;
  }

  int64_t total(gibbs_device* device, const Statistics& a) const {
    if (scores == 0) return 0;
    return Workspace::round_up(count) + Workspace::round_up(scores) + Workspace::round_up(marks) +
           largest_scores_workspace(device, a.rows * a.columns);
  }
};

struct Call {
  gibbs_device* device;
  gibbs_stream stream;
  const Statistics& a;
};

template <class R>
kernels::TokenStatisticsParameters<R> statistics_parameters(const Statistics& a) {
  kernels::TokenStatisticsParameters<R> p{};
  const bool batch = a.scope == GIBBS_SCOPE_BATCH;
  const bool side_by_side = a.values_stride == a.columns && (a.mask == nullptr || a.mask_stride == a.columns);
  p.rows = a.rows;
  p.columns = a.columns;
  p.scopes = batch ? 1 : a.rows;
  p.tokens = batch ? a.rows * a.columns : a.columns;
  p.inner = batch && side_by_side ? p.tokens : a.columns;
  p.quantile = a.quantile;
  p.share = a.selected_share;
  p.given_count = a.selected_count;
  p.largest = a.largest;
  p.values = {static_cast<const R*>(a.values), a.values_stride};
  p.mask = {a.mask, a.mask_stride};
  p.counts = a.counts;
  p.means = static_cast<R*>(a.means);
  p.quantiles = static_cast<R*>(a.quantiles);
  p.selected = {a.selected, a.selected_stride};
  return p;
}

template <class R>
void run(const Call& call) {
  const Statistics& a = call.a;
  const StatisticsScratch scratch(a);
  Workspace workspace(call.device, call.stream, a.workspace, a.workspace_bytes, scratch.total(call.device, a));
  auto p = statistics_parameters<R>(a);
  const bool batch = selects_over_batch(a);
  uint8_t* marks = nullptr;
  if (batch) {
    p.count = static_cast<int64_t*>(workspace.take(scratch.count));
    p.scores = static_cast<double*>(workspace.take(scratch.scores));
    p.marks = marks = static_cast<uint8_t*>(workspace.take(scratch.marks));
  }
  const runtime::Limits& limits = runtime::limits(call.device);
  const int type = sizeof(R) == 8;
  // Threads follow from the tokens of a scope alone, and with them the tree of its mean.
  const int64_t warps = std::min<int64_t>(divide_up(p.tokens, 8 * kWarpThreads), kernels::kStatisticsThreads / kWarpThreads);
  const unsigned block = unsigned(std::max<int64_t>(warps, 1) * kWarpThreads);
  if (p.scopes > 0) launch(call, statistics[type], resident_grid(p.scopes, limits), block, kernels::kExchangeBytes, p);
  if (!batch) return;
  const unsigned grid = resident_grid(divide_up(p.tokens, kernels::kStatisticsThreads), limits);
  launch(call, token_scores[type], grid, kernels::kStatisticsThreads, 0, p);
  select_largest_scores(call.device, call.stream, p.scores, p.tokens, p.count, marks, workspace);
  launch(call, token_marks[type], grid, kernels::kStatisticsThreads, 0, p);
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_token_statistics_workspace(gibbs_device* device, const gibbs_token_statistics* arguments,
                                                        int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_statistics(arguments);
    *bytes = ops::StatisticsScratch(*arguments).total(device, *arguments);
  });
}

GIBBS_API gibbs_status gibbs_token_statistics_run(gibbs_device* device, gibbs_stream stream,
                                                  const gibbs_token_statistics* arguments) {
  return runtime::entry(device, [&] {
    ops::check_statistics(arguments);
    const ops::Call call = {device, stream, *arguments};
    ops::with_real(arguments->type, [&](auto real) { ops::run<decltype(real)>(call); });
  });
}
