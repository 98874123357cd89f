// The group lasso over the launches of group_maps.cpp.
#include "ops/group_maps.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel rows[] = {runtime::Kernel("gibbs_group_lasso_rows_f32"), runtime::Kernel("gibbs_group_lasso_rows_f64")};

void run(const RowMapCall& call, runtime::Workspace& workspace) { run_groups(call, workspace, {rows, rows, nullptr}); }
void gradient(const RowMapCall& call, runtime::Workspace& workspace) {
  run_group_gradient(call, workspace, {rows, rows, nullptr});
}

}  // namespace

const RowMapFamily group_lasso_map = {group_workspace, run, gradient};

}  // namespace gibbs::ops
