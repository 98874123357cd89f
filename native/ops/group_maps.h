// What maps over groups share: the launches of norms, of the rows' own kernel and of the result, and their workspace.
#pragma once

#include <algorithm>

#include "kernels/group_parameters.h"
#include "ops/row_map_parameters.h"

namespace gibbs::ops {

inline int64_t group_count(const gibbs_row_map& a) {
  return a.group_offsets != nullptr ? a.groups : divide_up(a.columns, std::max<int64_t>(a.group_size, 1));
}

int64_t group_workspace(const RowMapCall& call);

// The kernels of a map: rows turns a row's groups into coefficients, a block per row. Without apply of its own a map multiplies
// groups by what rows makes of their norms, and rows stands for fp32 and fp64; otherwise rows reads the entries itself, and
// stands by type.
struct GroupKernels {
  const runtime::Kernel* rows;
  const runtime::Kernel* gradient_rows;
  const runtime::Kernel* apply;
};

void run_groups(const RowMapCall& call, runtime::Workspace& workspace, const GroupKernels& kernels);
void run_group_gradient(const RowMapCall& call, runtime::Workspace& workspace, const GroupKernels& kernels);

}  // namespace gibbs::ops
