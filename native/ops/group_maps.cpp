// Maps over groups: norms by teams of threads, coefficients by a block per row, results by a warp per segment, and the support of
// rows of several segments by a fourth launch.
#include "ops/group_maps.h"

#include "kernels/row_tally_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Workspace;

const runtime::Kernel norm_kernels[] = GIBBS_TYPE_KERNELS("gibbs_group_norms");
const runtime::Kernel apply_kernels[] = GIBBS_TYPE_KERNELS("gibbs_group_apply");
const runtime::Kernel tally("gibbs_row_tally");

constexpr unsigned kTeamShared = kGroupThreads / kWarpThreads * 128;  // the largest of the sums, per warp
constexpr int64_t kBlockGroup = 4096;                                 // entries of a group that is worth a block

int64_t segments(const gibbs_row_map& a) { return divide_up(a.columns * element_bytes(a.type), kSegmentBytes); }
int64_t moment_bytes(const gibbs_row_map& a) { return a.rows * group_count(a) * int64_t(sizeof(GroupMoment)); }
int64_t tally_bytes(const gibbs_row_map& a) {
  return a.support_size != nullptr ? a.rows * segments(a) * int64_t(sizeof(uint32_t)) : 0;
}

// Follows from the shape of a row alone, so that its result does.
int team_threads(const gibbs_row_map& a) {
  const int64_t average = divide_up(a.columns, group_count(a));
  if (average >= kBlockGroup) return kGroupThreads;
  int team = 1;
  while (team < kWarpThreads && team * 4 < average) team *= 2;
  return team;
}

template <class R>
GroupParameters<R> group_parameters(const RowMapCall& call, Workspace& workspace, bool gradient) {
  const gibbs_row_map& a = call.a;
  GroupParameters<R> p{};
  p.map = row_map_parameters<R>(a);
  p.offsets = a.group_offsets;
  p.groups = int32_t(group_count(a));
  p.group_size = int32_t(std::min<int64_t>(std::max<int64_t>(a.group_size, 1), a.columns));
  p.weights = static_cast<const R*>(a.group_weights);
  p.scales = static_cast<const R*>(a.group_scales);
  p.values = static_cast<R*>(a.values);
  p.moments = static_cast<GroupMoment*>(workspace.take(moment_bytes(a)));
  p.row_status = static_cast<uint8_t*>(workspace.take(a.rows));
  p.segments = int32_t(segments(a));
  p.team = team_threads(a);
  p.gradient = gradient;
  return p;
}

template <class R>
void launch_coefficients(const RowMapCall& call, GroupParameters<R>& p, const GroupKernels& kernels) {
  const runtime::Limits& limits = runtime::limits(call.device);
  const int type = call.a.type;
  const runtime::Kernel* const rows = p.gradient ? kernels.gradient_rows : kernels.rows;
  if (kernels.apply == nullptr) {
    const int64_t blocks = divide_up(p.map.rows * p.groups, kGroupThreads / p.team);
    launch(call, norm_kernels[type], resident_grid(blocks, limits), kGroupThreads, kTeamShared, p);
  } else {
    p.team = std::min(p.team, kWarpThreads);
  }
  const runtime::Kernel& kernel = rows[kernels.apply != nullptr ? type : type == GIBBS_FLOAT64];
  launch(call, kernel, resident_grid(p.map.rows, limits), kGroupThreads, kTeamShared, p);
}

const runtime::Kernel& apply_kernel(const RowMapCall& call, const GroupKernels& kernels) {
  return (kernels.apply != nullptr ? kernels.apply : apply_kernels)[call.a.type];
}

}  // namespace

int64_t group_workspace(const RowMapCall& call) {
  const gibbs_row_map& a = call.a;
  return Workspace::round_up(moment_bytes(a)) + Workspace::round_up(a.rows) + Workspace::round_up(tally_bytes(a));
}

void run_groups(const RowMapCall& call, Workspace& workspace, const GroupKernels& kernels) {
  const gibbs_row_map& a = call.a;
  with_real(a.type, [&](auto real) {
    auto p = group_parameters<decltype(real)>(call, workspace, false);
    if (a.support_size != nullptr) p.tallies = static_cast<uint32_t*>(workspace.take(tally_bytes(a)));
    launch_coefficients(call, p, kernels);
    if (a.output == nullptr && p.tallies == nullptr) return;
    launch_warps(call, apply_kernel(call, kernels), a.rows * p.segments, kGroupThreads, p);
    if (p.tallies == nullptr) return;
    const RowTallyParameters t = {a.rows, p.segments, p.tallies, a.support_size, nullptr};
    launch(call, tally, resident_grid(a.rows, runtime::limits(call.device)), kTallyThreads, kTallyShared, t);
  });
}

void run_group_gradient(const RowMapCall& call, Workspace& workspace, const GroupKernels& kernels) {
  with_real(call.a.type, [&](auto real) {
    auto p = group_parameters<decltype(real)>(call, workspace, true);
    launch_coefficients(call, p, kernels);
    if (call.a.gradient != nullptr) launch_warps(call, apply_kernel(call, kernels), call.a.rows * p.segments, kGroupThreads, p);
  });
}

}  // namespace gibbs::ops
