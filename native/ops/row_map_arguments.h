// What row maps accept: each refusal names the argument, what was given and what would be right. What lies in device memory
// cannot be looked at here: a row's own parameter, weights and offsets are checked by the kernels, which set the row's status.
#pragma once

#include "ops/arguments.h"

namespace gibbs::ops {

using RowMap = gibbs_row_map;

inline bool elementwise(int32_t map) {
  return map == GIBBS_MAP_LINF_BALL || (map >= GIBBS_MAP_SOFT_THRESHOLD && map <= GIBBS_MAP_HUBER);
}
inline bool takes_column_parameters(int32_t map) { return map >= GIBBS_MAP_SOFT_THRESHOLD && map <= GIBBS_MAP_HUBER; }
inline bool has_parameter(int32_t map) {
  return map != GIBBS_MAP_L0_BALL && map != GIBBS_MAP_N_OF_M && map != GIBBS_MAP_ISOTONIC && map != GIBBS_MAP_PERMUTAHEDRON &&
         map != GIBBS_MAP_TANGENT;
}
inline bool has_second(int32_t map) {
  return map == GIBBS_MAP_CAPPED_SIMPLEX || (map >= GIBBS_MAP_ELASTIC_NET && map <= GIBBS_MAP_HUBER) ||
         map == GIBBS_MAP_GROUP_ENVELOPE;
}
inline bool takes_groups(int32_t map) { return map >= GIBBS_MAP_GROUP_LASSO && map <= GIBBS_MAP_GROUP_ENVELOPE; }
inline bool takes_weights(int32_t map) {
  return map == GIBBS_MAP_BOX_SECTION || map == GIBBS_MAP_L1_BALL || map == GIBBS_MAP_ISOTONIC || map == GIBBS_MAP_PERMUTAHEDRON;
}
inline bool needs_input(int32_t map) {  // the gradient
  return map == GIBBS_MAP_LINF1_PROX || (map >= GIBBS_MAP_SOFT_SORT && map <= GIBBS_MAP_PERMUTAHEDRON);
}
inline bool needs_thresholds(int32_t map) {
  return map == GIBBS_MAP_L1_BALL || map == GIBBS_MAP_L2_BALL || map == GIBBS_MAP_SPHERE || map == GIBBS_MAP_L1INF_BALL ||
         map == GIBBS_MAP_LINF1_PROX || map == GIBBS_MAP_GROUP_ENVELOPE;
}
inline bool has_sparse_form(int32_t map) {
  return map == GIBBS_MAP_SIMPLEX || map == GIBBS_MAP_ENTMAX || map == GIBBS_MAP_SPARSE_SIMPLEX;
}

inline void check_map_scalars(const RowMap& a) {
  check(a.map >= GIBBS_MAP_SIMPLEX && a.map <= GIBBS_MAP_TANGENT, "map", a.map, "a gibbs_map");
  const double x = a.parameter;
  if (has_parameter(a.map) && a.row_parameters == nullptr && a.column_parameters == nullptr) {
    switch (a.map) {
      case GIBBS_MAP_ENTMAX:
      case GIBBS_MAP_NORMMAX:
        check(x > 1 && x <= 8, "parameter", x, "in (1, 8], being alpha");
        break;
      case GIBBS_MAP_BOX_SECTION:
        check(std::isfinite(x), "parameter", x, "finite, being the total");
        break;
      case GIBBS_MAP_SOFT_SORT:
      case GIBBS_MAP_SOFT_RANK:
      case GIBBS_MAP_SPHERE:
        check(x > 0 && std::isfinite(x), "parameter", x, "positive and finite");
        break;
      default:
        check(x >= 0 && std::isfinite(x), "parameter", x, "finite and not negative");
    }
    check_held(a.type, "parameter", x);
  }
  if (has_second(a.map)) {
    const double least = a.map == GIBBS_MAP_MCP ? 1 : a.map == GIBBS_MAP_SCAD ? 2 : 0;
    if (a.map == GIBBS_MAP_ELASTIC_NET) {
      check(a.second >= 0 && std::isfinite(a.second), "second", a.second, "finite and not negative, being the ridge");
    } else {
      check(a.second > least && std::isfinite(a.second), "second", a.second,
            least == 1   ? "finite and greater than 1, being gamma"
            : least == 2 ? "finite and greater than 2, being a"
                         : "positive and finite");
    }
    check_held(a.type, "second", a.second);
  }
  if (a.map == GIBBS_MAP_SPARSE_SIMPLEX || a.map == GIBBS_MAP_L0_BALL)
    check(a.count >= 1 && a.count <= a.columns, "count", double(a.count), "from 1 to columns");
  if (a.map == GIBBS_MAP_N_OF_M) {
    check(a.group_size >= 1 && a.group_size <= 64, "group_size", double(a.group_size), "from 1 to 64");
    check(a.count >= 1 && a.count <= a.group_size, "count", double(a.count), "from 1 to group_size");
  }
  // k of the k-support norm; an envelope without groups and with a count.
  if (a.map == GIBBS_MAP_GROUP_ENVELOPE && a.count != 0)
    check(a.count >= 1 && a.count <= a.columns && double(a.count) == a.second, "count", double(a.count),
          "0, or k from 1 to columns");
  const int32_t known = a.map == GIBBS_MAP_ISOTONIC                           ? GIBBS_MAP_DESCENDING
                        : a.map == GIBBS_MAP_PERMUTAHEDRON                    ? GIBBS_MAP_ENTROPIC
                        : needs_input(a.map) && a.map != GIBBS_MAP_LINF1_PROX ? GIBBS_MAP_DESCENDING | GIBBS_MAP_ENTROPIC
                                                                              : 0;
  check((a.flags & ~known) == 0, "flags", a.flags, "of the map");
  check(a.regime == GIBBS_REGIME_AUTOMATIC || a.regime == GIBBS_REGIME_WARP || a.regime == GIBBS_REGIME_SHARED ||
            a.regime == GIBBS_REGIME_TWO_PASS,
        "regime", a.regime, "automatic, warp, shared or two-pass");
}

inline void refuse(bool given, bool taken, const char* name, int32_t map) {
  if (given && !taken) fail(GIBBS_INVALID_ARGUMENT, "%s: given, but map %d takes none", name, map);
}

inline void check_map_arrays(const RowMap& a) {
  const int real = real_bytes(a.type);
  refuse(a.row_parameters != nullptr, has_parameter(a.map), "row_parameters", a.map);
  refuse(a.column_parameters != nullptr, takes_column_parameters(a.map), "column_parameters", a.map);
  refuse(a.weights != nullptr, takes_weights(a.map), "weights", a.map);
  refuse(a.lower != nullptr, a.map == GIBBS_MAP_BOX_SECTION, "lower", a.map);
  refuse(a.upper != nullptr, a.map == GIBBS_MAP_BOX_SECTION, "upper", a.map);
  refuse(a.group_offsets != nullptr, takes_groups(a.map), "group_offsets", a.map);
  refuse(a.group_size != 0, takes_groups(a.map) || a.map == GIBBS_MAP_N_OF_M, "group_size", a.map);
  refuse(a.group_weights != nullptr, a.map == GIBBS_MAP_GROUP_LASSO || a.map == GIBBS_MAP_GROUP_ENVELOPE, "group_weights", a.map);
  refuse(a.group_scales != nullptr, a.map == GIBBS_MAP_GROUP_ENVELOPE, "group_scales", a.map);
  refuse(a.point != nullptr, a.map == GIBBS_MAP_TANGENT, "point", a.map);
  if (a.row_parameters != nullptr && a.column_parameters != nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "column_parameters: given together with row_parameters; give one of them");
  if (a.map == GIBBS_MAP_PERMUTAHEDRON && a.rows > 0) runtime::require(a.weights, "weights");
  if (a.map == GIBBS_MAP_TANGENT && a.rows > 0) runtime::require(a.point, "point");
  check(a.group_size >= 0 && a.group_size <= 0x7fffffff, "group_size", double(a.group_size), "0 or more");
  if (a.group_offsets != nullptr) {
    if (a.group_size != 0) fail(GIBBS_INVALID_ARGUMENT, "group_offsets: given together with group_size; give one of them");
    check(a.groups >= 1 && a.groups <= kMaxColumns, "groups", double(a.groups), "1 or more, with group_offsets");
  }
  if ((a.map == GIBBS_MAP_L1INF_BALL || a.map == GIBBS_MAP_LINF1_PROX) && a.group_offsets == nullptr && a.group_size == 0)
    fail(GIBBS_INVALID_ARGUMENT, "group_size: 0 given without group_offsets, but map %d needs groups", a.map);
  const struct {
    const void* pointer;
    int bytes;
    const char* name;
  } arrays[] = {{a.row_parameters, real, "row_parameters"},
                {a.column_parameters, real, "column_parameters"},
                {a.weights, real, "weights"},
                {a.lower, real, "lower"},
                {a.upper, real, "upper"},
                {a.group_offsets, 4, "group_offsets"},
                {a.group_weights, real, "group_weights"},
                {a.group_scales, real, "group_scales"},
                {a.thresholds, real, "thresholds"},
                {a.support_size, 8, "support_size"},
                {a.values, real, "values"},
                {a.row_offsets, 8, "row_offsets"},
                {a.indices, 4, "indices"},
                {a.sparse_values, element_bytes(a.type), "sparse_values"},
                {a.saved_thresholds, real, "saved_thresholds"},
                {a.parameter_gradient, real, "parameter_gradient"},
                {a.second_gradient, real, "second_gradient"},
                {a.column_parameter_gradient, real, "column_parameter_gradient"}};
  for (const auto& array : arrays) check_aligned(array.pointer, array.bytes, array.name);
}

inline void check_map(const RowMap* given) {
  runtime::check_struct(given, sizeof(RowMap), "arguments");
  check_shape(given->type, given->rows, given->columns);
  check_map_scalars(*given);
  check_map_arrays(*given);
}

inline void check_map_forward(const RowMap& a) {
  const int element = element_bytes(a.type);
  const MatrixView input = {a.input, a.input_stride, "input"}, output = {a.output, a.output_stride, "output"},
                   point = {a.point, a.point_stride, "point"};
  if (a.rows > 0) runtime::require(a.input, "input");
  for (const MatrixView& m : {input, output, point}) check_matrix(element, a.rows, a.columns, m);
  check_overlap(element, a.rows, a.columns, output, input, true);
  check_overlap(element, a.rows, a.columns, output, point, false);
  const bool n_of_m = a.map == GIBBS_MAP_N_OF_M;
  refuse(a.mask != nullptr, n_of_m || a.map == GIBBS_MAP_L0_BALL, "mask", a.map);
  refuse(a.compressed != nullptr, n_of_m, "compressed", a.map);
  refuse(a.metadata != nullptr, n_of_m, "metadata", a.map);
  refuse(a.values != nullptr, a.map == GIBBS_MAP_GROUP_ENVELOPE, "values", a.map);
  check_matrix(1, a.rows, a.columns, {a.mask, a.mask_stride, "mask"});
  if (a.compressed != nullptr || a.metadata != nullptr) {
    if (a.columns % a.group_size != 0)
      fail(GIBBS_INVALID_ARGUMENT, "compressed: %lld columns are no multiple of the group size, %lld",
           static_cast<long long>(a.columns), static_cast<long long>(a.group_size));
    const int64_t kept = a.columns / a.group_size * a.count;
    check_matrix(element, a.rows, kept, {a.compressed, a.compressed_stride, "compressed"});
    check_matrix(1, a.rows, kept, {a.metadata, a.metadata_stride, "metadata"});
  }
}

inline void check_map_sparse(const RowMap& a) {
  if (!has_sparse_form(a.map))
    fail(GIBBS_INVALID_ARGUMENT, "map: %d has no sparse form; simplex, entmax and sparse simplex have", a.map);
  if (a.rows > 0) runtime::require(a.input, "input");
  check_matrix(element_bytes(a.type), a.rows, a.columns, {a.input, a.input_stride, "input"});
  runtime::require(a.row_offsets, "row_offsets");
  check(a.capacity >= 0, "capacity", double(a.capacity), "0 or more");
  if (a.capacity > 0) {
    runtime::require(a.indices, "indices");
    runtime::require(a.sparse_values, "sparse_values");
  }
}

inline void check_map_gradient(const RowMap& a) {
  const int element = element_bytes(a.type);
  const MatrixView upstream = {a.upstream, a.upstream_stride, "upstream"}, gradient = {a.gradient, a.gradient_stride, "gradient"},
                   result = {a.result, a.result_stride, "result"}, input = {a.input, a.input_stride, "input"},
                   point = {a.point, a.point_stride, "point"};
  if (a.rows > 0) {
    runtime::require(a.upstream, "upstream");
    if (needs_input(a.map)) runtime::require(a.input, "input");
    if (a.map != GIBBS_MAP_TANGENT) runtime::require(a.result, "result");
    if (needs_thresholds(a.map)) runtime::require(a.saved_thresholds, "saved_thresholds");
  }
  for (const MatrixView& m : {upstream, gradient, result, input, point}) check_matrix(element, a.rows, a.columns, m);
  check_overlap(element, a.rows, a.columns, gradient, upstream, true);
  for (const MatrixView& m : {result, input, point}) check_overlap(element, a.rows, a.columns, gradient, m, false);
  refuse(a.parameter_gradient != nullptr, has_parameter(a.map), "parameter_gradient", a.map);
  refuse(a.second_gradient != nullptr, has_second(a.map), "second_gradient", a.map);
  refuse(a.column_parameter_gradient != nullptr, a.column_parameters != nullptr, "column_parameter_gradient", a.map);
}

}  // namespace gibbs::ops
