// Policy losses: counts of sequences, groups and the batch, the selection where the kind has one, the tokens, their sums.
#include "kernels/policy_parameters.h"
#include "ops/largest_scores.h"
#include "ops/launch.h"
#include "ops/row_map_parameters.h"
#include "ops/scope_geometry.h"
#include "ops/token_arrays.h"

namespace gibbs::ops {

namespace {

using PolicyLoss = gibbs_policy_loss;
using runtime::Workspace;

#define GIBBS_REAL_KERNELS(prefix) \
  { runtime::Kernel(prefix "_f32"), runtime::Kernel(prefix "_f64") }
const runtime::Kernel counts[] = GIBBS_REAL_KERNELS("gibbs_policy_count");
const runtime::Kernel group_counts[] = GIBBS_REAL_KERNELS("gibbs_policy_groups");
const runtime::Kernel totals[] = GIBBS_REAL_KERNELS("gibbs_policy_totals");
const runtime::Kernel scores[] = GIBBS_REAL_KERNELS("gibbs_policy_scores");
const runtime::Kernel picks[] = GIBBS_REAL_KERNELS("gibbs_policy_pick");
const runtime::Kernel tokens[] = GIBBS_REAL_KERNELS("gibbs_policy_tokens");
const runtime::Kernel finishes[] = GIBBS_REAL_KERNELS("gibbs_policy_finish");

void check_scalars(const PolicyLoss& a) {
  const auto finite = [](double x) { return std::isfinite(x); };
  check(a.kind >= GIBBS_POLICY_CLIPPED && a.kind <= GIBBS_POLICY_EXPONENTIAL_SMOOTHING, "kind", a.kind, "a gibbs_policy_kind");
  check(a.kl_estimator >= GIBBS_KL_K3 && a.kl_estimator <= GIBBS_KL_K3_CLAMPED, "kl_estimator", a.kl_estimator,
        "a gibbs_kl_estimator");
  check(a.aggregation >= GIBBS_TOKEN_MEAN && a.aggregation <= GIBBS_GROUP_MEAN, "aggregation", a.aggregation,
        "a gibbs_token_aggregation");
  check(a.clip_low >= 0 && finite(a.clip_low), "clip_low", a.clip_low, "finite and not negative");
  check(a.clip_high >= 0 && finite(a.clip_high), "clip_high", a.clip_high, "finite and not negative");
  check(a.dual_clip == 0 || (a.dual_clip > 1 && finite(a.dual_clip)), "dual_clip", a.dual_clip, "finite and above 1, or 0");
  check(a.selected_share >= 0 && a.selected_share <= 1, "selected_share", a.selected_share, "in [0, 1]");
  check(finite(a.penalty_weight), "penalty_weight", a.penalty_weight, "finite");
  check(a.covariance_low == a.covariance_low, "covariance_low", a.covariance_low, "a number");
  check(a.covariance_high >= a.covariance_low, "covariance_high", a.covariance_high, "at least covariance_low");
  check(a.smoothing >= 0 && a.smoothing <= 1, "smoothing", a.smoothing, "in [0, 1]");
  check(finite(a.kl_weight), "kl_weight", a.kl_weight, "finite");
  check(finite(a.entropy_weight), "entropy_weight", a.entropy_weight, "finite");
  check(a.length >= 0 && finite(a.length), "length", a.length, "finite and positive, or 0 for the columns");
  if (a.has_normaliser_value)
    check(a.normaliser_value >= 0 && finite(a.normaliser_value), "normaliser_value", a.normaliser_value,
          "finite and not negative");
  if (a.has_normaliser_value && a.normaliser != nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "normaliser: given both as a value and as a pointer");
  if ((a.has_normaliser_value || a.normaliser != nullptr) && a.aggregation == GIBBS_TOKEN_SUM_NORM)
    fail(GIBBS_INVALID_ARGUMENT, "normaliser: given, but the aggregation divides by the length alone");
}

void need(bool needed, const void* pointer, const char* name, const char* by) {
  if (needed && pointer == nullptr) fail(GIBBS_INVALID_ARGUMENT, "%s: null, but %s needs it", name, by);
}

void check_inputs(const PolicyLoss& a) {
  need(a.aggregation == GIBBS_GROUP_MEAN, a.group_offsets, "group_offsets", "the aggregation");
  check(a.groups >= 0, "groups", double(a.groups), "0 or more");
  if (a.groups > 0) runtime::require(a.group_offsets, "group_offsets");
  check_aligned(a.group_offsets, 8, "group_offsets");
  check_aligned(a.metrics, 8, "metrics");
  for (const auto& [pointer, name] : {std::pair(a.normaliser, "normaliser"), std::pair<const void*, const char*>(a.loss, "loss"),
                                      std::pair(a.sequence_advantages, "sequence_advantages")})
    check_aligned(pointer, element_bytes(a.type), name);
  if (a.rows == 0) return;
  runtime::require(a.log_probabilities, "log_probabilities");
  if ((a.advantages == nullptr) == (a.sequence_advantages == nullptr))
    fail(GIBBS_INVALID_ARGUMENT, "advantages: %s and sequence_advantages; give one of them",
         a.advantages == nullptr ? "neither they" : "both they");
  need(a.kind == GIBBS_POLICY_LP_REG, a.proxy_log_probabilities, "proxy_log_probabilities", "the kind");
  need(a.kind == GIBBS_POLICY_EXPONENTIAL_SMOOTHING, a.old_log_probabilities, "old_log_probabilities", "the kind");
  need(a.kl_weight != 0, a.reference_log_probabilities, "reference_log_probabilities", "a kl_weight that is not 0");
  need(a.entropy_weight != 0, a.entropies, "entropies", "an entropy_weight that is not 0");
}

void check_memory(const PolicyLoss& a) {
  const int real = element_bytes(a.type);
  const TokenView outputs[] = {{a.token_losses, a.token_losses_stride, real, "token_losses"},
                               {a.log_probability_gradient, a.log_probability_gradient_stride, real, "log_probability_gradient"},
                               {a.entropy_gradient, a.entropy_gradient_stride, real, "entropy_gradient"},
                               {a.flags, a.flags_stride, 1, "flags"}};
  const TokenView inputs[] = {{a.log_probabilities, a.log_probabilities_stride, real, "log_probabilities"},
                              {a.old_log_probabilities, a.old_stride, real, "old_log_probabilities"},
                              {a.reference_log_probabilities, a.reference_stride, real, "reference_log_probabilities"},
                              {a.proxy_log_probabilities, a.proxy_stride, real, "proxy_log_probabilities"},
                              {a.advantages, a.advantages_stride, real, "advantages"},
                              {a.entropies, a.entropies_stride, real, "entropies"},
                              {a.mask, a.mask_stride, 1, "mask"}};
  if (a.rows == 0) return;
  for (const TokenView& input : inputs) check_view(a.rows, a.columns, input);
  for (const TokenView& output : outputs) {
    check_view(a.rows, a.columns, output);
    for (const TokenView& input : inputs) check_output(a.rows, a.columns, output, input, true);
    for (const TokenView* other = &output + 1; other != outputs + 4; ++other)
      check_output(a.rows, a.columns, output, *other, false);
  }
}

void check_policy_loss(const PolicyLoss* given) {
  runtime::check_struct(given, sizeof(PolicyLoss), "arguments");
  check_tokens(given->type, given->rows, given->columns);
  check_scalars(*given);
  check_inputs(*given);
  check_memory(*given);
}

bool selects(const PolicyLoss& a) {
  const bool kind = a.kind == GIBBS_POLICY_LP_REG || a.kind == GIBBS_POLICY_CLIP_COV || a.kind == GIBBS_POLICY_KL_COV;
  return kind && a.selected_share > 0 && a.rows > 0;
}

// Pieces of scratch, in the order in which they are taken.
struct PolicyScratch {
  int64_t counts, sums, state, scores, eligible, selected;

  explicit PolicyScratch(const PolicyLoss& a) : state(sizeof(kernels::PolicyState)) {
    counts = a.rows * int64_t(sizeof(kernels::SequenceCounts));
    sums = a.rows * int64_t(sizeof(kernels::SequenceSums));
    const int64_t all = selects(a) ? a.rows * a.columns : 0;
    scores = all * int64_t(sizeof(double));
    eligible = all == 0 ? 0 : a.rows * int64_t(sizeof(int64_t));
    selected = all;
  }

  int64_t total(gibbs_device* device, const PolicyLoss& a) const {
    int64_t sum = selects(a) ? largest_scores_workspace(device, a.rows * a.columns) : 0;
    for (const int64_t bytes : {counts, sums, state, scores, eligible, selected}) sum += Workspace::round_up(bytes);
    return sum;
  }
};

template <class R>
kernels::TokenRows<const R> input(const void* pointer, int64_t stride) {
  return {static_cast<const R*>(pointer), stride};
}
template <class R>
kernels::TokenRows<R> output(void* pointer, int64_t stride) {
  return {static_cast<R*>(pointer), stride};
}

template <class R>
kernels::PolicyParameters<R> policy_parameters(const PolicyLoss& a, Workspace& workspace) {
  kernels::PolicyParameters<R> p{};
  p.rows = a.rows;
  p.columns = int32_t(a.columns);
  p.terms = {a.kind,
             a.kl_estimator,
             a.aggregation,
             a.has_normaliser_value || a.normaliser != nullptr,
             1 - a.clip_low,
             1 + a.clip_high,
             a.dual_clip,
             a.penalty_weight,
             a.smoothing,
             a.kl_weight,
             a.entropy_weight,
             a.covariance_low,
             a.covariance_high,
             a.selected_share,
             a.length == 0 ? double(a.columns) : a.length,
             a.normaliser_value,
             a.seed};
  p.log_probabilities = input<R>(a.log_probabilities, a.log_probabilities_stride);
  p.old = input<R>(a.old_log_probabilities, a.old_stride);
  p.reference = input<R>(a.reference_log_probabilities, a.reference_stride);
  p.proxy = input<R>(a.proxy_log_probabilities, a.proxy_stride);
  p.advantages = input<R>(a.advantages, a.advantages_stride);
  p.entropies = input<R>(a.entropies, a.entropies_stride);
  p.sequence_advantages = static_cast<const R*>(a.sequence_advantages);
  p.mask = {a.mask, a.mask_stride};
  p.group_offsets = a.group_offsets;
  p.groups = a.groups;
  p.normaliser = static_cast<const R*>(a.normaliser);
  p.token_losses = output<R>(a.token_losses, a.token_losses_stride);
  p.gradient = output<R>(a.log_probability_gradient, a.log_probability_gradient_stride);
  p.entropy_gradient = output<R>(a.entropy_gradient, a.entropy_gradient_stride);
  p.flags = {a.flags, a.flags_stride};
  p.loss = static_cast<R*>(a.loss);
  p.metrics = a.metrics;
  const PolicyScratch scratch(a);
  const auto take = [&](int64_t bytes) { return bytes == 0 ? nullptr : workspace.take(bytes); };
  p.counts = static_cast<kernels::SequenceCounts*>(take(scratch.counts));
  p.sums = static_cast<kernels::SequenceSums*>(take(scratch.sums));
  p.state = static_cast<kernels::PolicyState*>(take(scratch.state));
  p.scores = static_cast<double*>(take(scratch.scores));
  p.eligible = static_cast<int64_t*>(take(scratch.eligible));
  p.selected = static_cast<uint8_t*>(take(scratch.selected));
  return p;
}

struct Call {
  gibbs_device* device;
  gibbs_stream stream;
  const PolicyLoss& a;
};

template <class R>
void run(const Call& call) {
  const PolicyLoss& a = call.a;
  Workspace workspace(call.device, call.stream, a.workspace, a.workspace_bytes, PolicyScratch(a).total(call.device, a));
  auto p = policy_parameters<R>(a, workspace);
  const int type = sizeof(R) == 8;
  const runtime::Limits& limits = runtime::limits(call.device);
  ScopeLaunch rows{};
  if (a.rows > 0) rows = scope_launch(a.rows, a.columns, int(sizeof(R)), 0, GIBBS_REGIME_AUTOMATIC, limits);
  p.scope = rows.geometry;
  const auto per_row = [&](const runtime::Kernel& kernel) {
    if (a.rows > 0) launch(call, kernel, rows.grid, rows.block, rows.shared_bytes, p);
  };
  const auto one_block = [&](const runtime::Kernel& kernel) {
    launch(call, kernel, 1, kernels::kPolicyThreads, kernels::kExchangeBytes, p);
  };
  per_row(counts[type]);
  if (a.groups > 0 && a.rows > 0) launch_warps(call, group_counts[type], a.groups, kernels::kPolicyThreads, p);
  one_block(totals[type]);
  if (selects(a)) {
    per_row(scores[type]);
    one_block(picks[type]);
    select_largest_scores(call.device, call.stream, p.scores, a.rows * a.columns, &p.state->count, p.selected, workspace);
  }
  per_row(tokens[type]);
  if (a.loss != nullptr || a.metrics != nullptr) one_block(finishes[type]);
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_policy_loss_workspace(gibbs_device* device, const gibbs_policy_loss* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_policy_loss(arguments);
    *bytes = ops::PolicyScratch(*arguments).total(device, *arguments);
  });
}

GIBBS_API gibbs_status gibbs_policy_loss_run(gibbs_device* device, gibbs_stream stream, const gibbs_policy_loss* arguments) {
  return runtime::entry(device, [&] {
    ops::check_policy_loss(arguments);
    const ops::Call call = {device, stream, *arguments};
    ops::with_real(arguments->type, [&](auto real) { ops::run<decltype(real)>(call); });
  });
}
