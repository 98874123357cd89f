// Group advantages: checks, and a warp per group.
#include "kernels/group_advantage_parameters.h"
#include "ops/launch.h"
#include "ops/row_map_parameters.h"
#include "ops/token_arrays.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel group_advantages[] = {runtime::Kernel("gibbs_group_advantage_f32"),
                                            runtime::Kernel("gibbs_group_advantage_f64")};

void check_apart(const gibbs_group_advantage& a, const void* output, int64_t length, const char* name, const void* other,
                 int64_t other_length, const char* other_name) {
  const intptr_t real = element_bytes(a.type), o = reinterpret_cast<intptr_t>(output), b = reinterpret_cast<intptr_t>(other);
  if (output != nullptr && other != nullptr && o < b + other_length * real && b < o + length * real)
    fail(GIBBS_INVALID_ARGUMENT, "%s: overlaps %s; it must be memory apart", name, other_name);
}

void check_group_advantage(const gibbs_group_advantage* given) {
  runtime::check_struct(given, sizeof(gibbs_group_advantage), "arguments");
  const gibbs_group_advantage& a = *given;
  check_tokens(a.type, a.rows, 1);
  check(a.groups >= 0 && a.groups < INT64_MAX / 64, "groups", double(a.groups), "0 or more, within the address space");
  check(a.kind >= GIBBS_ADVANTAGE_STANDARDISED && a.kind <= GIBBS_ADVANTAGE_LEAVE_ONE_OUT, "kind", a.kind,
        "a gibbs_advantage_kind");
  check(a.epsilon >= 0 && std::isfinite(a.epsilon), "epsilon", a.epsilon, "finite and not negative");
  if (a.rows > 0) runtime::require(a.rewards, "rewards");
  if (a.groups > 0) runtime::require(a.offsets, "offsets");
  check_aligned(a.offsets, 8, "offsets");
  const int real = element_bytes(a.type);
  check_aligned(a.rewards, real, "rewards");
  check_aligned(a.advantages, real, "advantages");
  check_aligned(a.means, real, "means");
  check_aligned(a.deviations, real, "deviations");
  if (a.advantages != a.rewards) check_apart(a, a.advantages, a.rows, "advantages", a.rewards, a.rows, "rewards");
  check_apart(a, a.means, a.groups, "means", a.rewards, a.rows, "rewards");
  check_apart(a, a.deviations, a.groups, "deviations", a.rewards, a.rows, "rewards");
  check_apart(a, a.means, a.groups, "means", a.advantages, a.rows, "advantages");
  check_apart(a, a.deviations, a.groups, "deviations", a.advantages, a.rows, "advantages");
  check_apart(a, a.means, a.groups, "means", a.deviations, a.groups, "deviations");
}

struct Call {
  gibbs_device* device;
  gibbs_stream stream;
};

template <class R>
kernels::GroupAdvantageParameters<R> parameters(const gibbs_group_advantage& a) {
  return {a.rows,
          a.groups,
          a.kind,
          a.biased,
          a.epsilon,
          static_cast<const R*>(a.rewards),
          a.offsets,
          static_cast<R*>(a.advantages),
          static_cast<R*>(a.means),
          static_cast<R*>(a.deviations)};
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_group_advantage_run(gibbs_device* device, gibbs_stream stream,
                                                 const gibbs_group_advantage* arguments) {
  return runtime::entry(device, [&] {
    ops::check_group_advantage(arguments);
    const gibbs_group_advantage& a = *arguments;
    if (a.groups == 0) return;
    ops::with_real(a.type, [&](auto real) {
      using R = decltype(real);
      ops::launch_warps(ops::Call{device, stream}, ops::group_advantages[sizeof(R) == 8], a.groups, kernels::kGroupThreads,
                        ops::parameters<R>(a));
    });
  });
}
