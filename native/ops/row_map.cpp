// Row maps: the entries of the C ABI, and the one table from a map to its family.
#include "ops/row_map.h"

#include "ops/row_map_arguments.h"

namespace gibbs::ops {

namespace {

const RowMapFamily& family(int32_t map) {
  switch (map) {
    case GIBBS_MAP_SIMPLEX:
    case GIBBS_MAP_ENTMAX:
    case GIBBS_MAP_NORMMAX:
    case GIBBS_MAP_CAPPED_SIMPLEX:
    case GIBBS_MAP_BOX_SECTION:
    case GIBBS_MAP_L1_BALL:
    case GIBBS_MAP_SPARSE_SIMPLEX:
    case GIBBS_MAP_L0_BALL:
      return threshold_maps;
    case GIBBS_MAP_L2_BALL:
    case GIBBS_MAP_SPHERE:
    case GIBBS_MAP_TANGENT:
      return norm_maps;
    case GIBBS_MAP_GROUP_LASSO:
      return group_lasso_map;
    case GIBBS_MAP_L1INF_BALL:
    case GIBBS_MAP_LINF1_PROX:
      return l1inf_maps;
    case GIBBS_MAP_GROUP_ENVELOPE:
      return group_envelope_map;
    case GIBBS_MAP_N_OF_M:
      return n_of_m_map;
    case GIBBS_MAP_ISOTONIC:
    case GIBBS_MAP_SOFT_SORT:
    case GIBBS_MAP_SOFT_RANK:
    case GIBBS_MAP_PERMUTAHEDRON:
      return order_maps;
    default:
      return elementwise_maps;
  }
}

template <class Check, class Run>
gibbs_status enter(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* a, Check check, Run run) {
  return runtime::entry(device, [&] {
    check_map(a);
    check(*a);
    const RowMapCall call = {device, stream, *a};
    runtime::Workspace workspace(device, stream, a->workspace, a->workspace_bytes,
                                 a->rows == 0 ? 0 : family(a->map).workspace(call));
    run(call, workspace);
  });
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_row_map_workspace(gibbs_device* device, const gibbs_row_map* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_map(arguments);
    if (arguments->rows == 0) {
      *bytes = 0;
      return;
    }
    // One answer for run and gradient, whatever is asked of them: as if every output were.
    gibbs_row_map all = *arguments;
    static double present;
    all.output = all.thresholds = all.values = all.compressed = all.gradient = &present;
    all.parameter_gradient = all.second_gradient = all.column_parameter_gradient = &present;
    all.support_size = reinterpret_cast<int64_t*>(&present);
    all.mask = all.metadata = all.status = reinterpret_cast<uint8_t*>(&present);
    *bytes = ops::family(arguments->map).workspace({device, nullptr, all});
  });
}

GIBBS_API gibbs_status gibbs_row_map_run(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* arguments) {
  return ops::enter(device, stream, arguments, ops::check_map_forward,
                    [](const ops::RowMapCall& call, runtime::Workspace& workspace) {
                      if (call.a.rows > 0) ops::family(call.a.map).run(call, workspace);
                    });
}

GIBBS_API gibbs_status gibbs_row_map_sparse(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* arguments) {
  return ops::enter(device, stream, arguments, ops::check_map_sparse,
                    [](const ops::RowMapCall& call, runtime::Workspace&) { ops::run_sparse(call); });
}

GIBBS_API gibbs_status gibbs_row_map_gradient(gibbs_device* device, gibbs_stream stream, const gibbs_row_map* arguments) {
  return ops::enter(device, stream, arguments, ops::check_map_gradient,
                    [](const ops::RowMapCall& call, runtime::Workspace& workspace) {
                      if (call.a.rows > 0) {
                        ops::family(call.a.map).gradient(call, workspace);
                      } else if (call.a.column_parameter_gradient != nullptr) {
                        ops::column_gradient(call);
                      }
                    });
}
