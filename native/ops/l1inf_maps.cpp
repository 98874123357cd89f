// The l1,inf ball and its dual's proximal map over the launches of group_maps.cpp.
#include "ops/group_maps.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel rows[] = GIBBS_TYPE_KERNELS("gibbs_l1inf_rows");
const runtime::Kernel gradient_rows[] = GIBBS_TYPE_KERNELS("gibbs_l1inf_gradient_rows");
const runtime::Kernel apply[] = GIBBS_TYPE_KERNELS("gibbs_l1inf_apply");
const GroupKernels group_kernels = {rows, gradient_rows, apply};

void run(const RowMapCall& call, runtime::Workspace& workspace) { run_groups(call, workspace, group_kernels); }
void gradient(const RowMapCall& call, runtime::Workspace& workspace) { run_group_gradient(call, workspace, group_kernels); }

}  // namespace

const RowMapFamily l1inf_maps = {group_workspace, run, gradient};

}  // namespace gibbs::ops
