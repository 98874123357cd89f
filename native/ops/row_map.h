// Row maps: what the entries in row_map.cpp hand to each family of maps, and the table of families. A family lives in its own
// file of native/ops and takes one line in the table.
#pragma once

#include "gibbs/gibbs.h"
#include "ops/regime.h"
#include "runtime/entry.h"

namespace gibbs::ops {

struct RowMapCall {
  gibbs_device* device;
  gibbs_stream stream;
  const gibbs_row_map& a;  // checked
};

// Host side of a family. Arguments are checked and rows > 0; workspace gives the most bytes that run or gradient take, summing
// Workspace::round_up over the pieces.
struct RowMapFamily {
  int64_t (*workspace)(const RowMapCall& call);
  void (*run)(const RowMapCall& call, runtime::Workspace& workspace);
  void (*gradient)(const RowMapCall& call, runtime::Workspace& workspace);
};

// One kernel per storage type, by gibbs_type.
#define GIBBS_TYPE_KERNELS(prefix)                                                                  \
  {                                                                                                 \
    runtime::Kernel(prefix "_f32"), runtime::Kernel(prefix "_f64"), runtime::Kernel(prefix "_f16"), \
        runtime::Kernel(prefix "_bf16")                                                             \
  }

extern const RowMapFamily
    threshold_maps;  // simplex, entmax, normmax, capped simplex, box section, l1 ball, sparse simplex, l0 ball
extern const RowMapFamily elementwise_maps;  // l-infinity ball, soft threshold to Huber
extern const RowMapFamily norm_maps;         // l2 ball, sphere, tangent
extern const RowMapFamily group_lasso_map;
extern const RowMapFamily l1inf_maps;          // l1,inf ball, linf1 prox
extern const RowMapFamily group_envelope_map;  // k-support too
extern const RowMapFamily n_of_m_map;
extern const RowMapFamily order_maps;  // isotonic, soft sort, soft rank, permutahedron

// Simplex, entmax and sparse simplex in compressed sparse form (threshold_maps.cpp).
void run_sparse(const RowMapCall& call);
// Gradients of each element by itself, n of m among them, and those by column parameters, over no rows too
// (elementwise_maps.cpp).
void elementwise_gradient(const RowMapCall& call, runtime::Workspace& workspace);
void column_gradient(const RowMapCall& call);

}  // namespace gibbs::ops
