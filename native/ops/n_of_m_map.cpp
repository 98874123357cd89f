// n:m sparsity: groups in registers where m divides the elements of a pack, in shared memory otherwise; rows of several items are
// counted by a second kernel.
#include "kernels/n_of_m_parameters.h"
#include "kernels/row_tally_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"
#include "ops/row_map.h"

namespace gibbs::ops {

namespace {

using namespace kernels;

const runtime::Kernel packs[] = GIBBS_TYPE_KERNELS("gibbs_n_of_m_packs");
const runtime::Kernel groups[] = GIBBS_TYPE_KERNELS("gibbs_n_of_m_groups");
const runtime::Kernel tally("gibbs_row_tally");

bool in_packs(const gibbs_row_map& a) { return 16 / element_bytes(a.type) % a.group_size == 0; }
int64_t tile_elements(const gibbs_row_map& a) { return kGroupTile / a.group_size * a.group_size; }
int64_t segments(const gibbs_row_map& a) { return divide_up(a.columns * element_bytes(a.type), kSegmentBytes); }
int64_t items(const gibbs_row_map& a) { return in_packs(a) ? segments(a) : divide_up(a.columns, tile_elements(a)); }

bool tallies(const gibbs_row_map& a) { return items(a) > 1 && (a.support_size != nullptr || a.status != nullptr); }
int64_t tally_bytes(const gibbs_row_map& a) { return tallies(a) ? a.rows * items(a) * int64_t(sizeof(uint32_t)) : 0; }

int64_t workspace(const RowMapCall& call) { return runtime::Workspace::round_up(tally_bytes(call.a)); }

void run(const RowMapCall& call, runtime::Workspace& workspace) {
  const gibbs_row_map& a = call.a;
  NOfMParameters p{};
  p.rows = a.rows;
  p.columns = int32_t(a.columns);
  p.n = int32_t(a.count);
  p.m = int32_t(a.group_size);
  p.items = int32_t(items(a));
  p.tile = int32_t(tile_elements(a));
  p.input = a.input;
  p.input_stride = a.input_stride;
  p.output = a.output;
  p.output_stride = a.output_stride;
  p.mask = a.mask;
  p.mask_stride = a.mask_stride;
  p.compressed = a.compressed;
  p.compressed_stride = a.compressed_stride;
  p.metadata = a.metadata;
  p.metadata_stride = a.metadata_stride;
  p.support_size = a.support_size;
  p.status = a.status;
  if (tallies(a)) p.tallies = static_cast<uint32_t*>(workspace.take(tally_bytes(a)));
  if (in_packs(a)) {
    launch_warps(call, packs[a.type], a.rows * items(a), kNOfMThreads, p);
  } else {
    const unsigned shared =
        unsigned(kGroupTile * (element_bytes(a.type) + 1) + kNOfMThreads / kWarpThreads * int(sizeof(uint32_t)));
    launch(call, groups[a.type], resident_grid(a.rows * items(a), runtime::limits(call.device)), kNOfMThreads, shared, p);
  }
  if (!tallies(a)) return;
  const RowTallyParameters t = {a.rows, p.items, p.tallies, a.support_size, a.status};
  launch(call, tally, resident_grid(a.rows, runtime::limits(call.device)), kTallyThreads, kTallyShared, t);
}

}  // namespace

const RowMapFamily n_of_m_map = {workspace, run, elementwise_gradient};

}  // namespace gibbs::ops
