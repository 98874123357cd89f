// Elastic maps: checks, the embedding of a linear cost, weights of targets, a warp per point, and what is left to whole rows.
#include <cmath>

#include "kernels/elastic_map_parameters.h"
#include "ops/launch.h"
#include "ops/row_map_parameters.h"
#include "ops/token_arrays.h"
#include "runtime/error.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Kernel;
using runtime::Workspace;

#define GIBBS_ELASTIC_KERNELS(name) \
  { Kernel("gibbs_elastic_" name "_f32"), Kernel("gibbs_elastic_" name "_f64") }
const Kernel map_kernels[] = GIBBS_ELASTIC_KERNELS("map"), bias_kernels[] = GIBBS_ELASTIC_KERNELS("bias"),
             product_kernels[] = GIBBS_ELASTIC_KERNELS("product"), combine_kernels[] = GIBBS_ELASTIC_KERNELS("combine");

constexpr double kLn2 = 0.693147180559945309417232;

bool linear(const gibbs_elastic_map& a) { return a.cost >= GIBBS_ELASTIC_LINEAR; }
bool by_rows(const gibbs_elastic_map& a) { return a.cost == GIBBS_ELASTIC_K_SUPPORT && a.mapped != nullptr; }

void check_cost(const gibbs_elastic_map& a) {
  check_tokens(a.type, a.rows, 1);
  check(a.dimensions >= 1 && a.dimensions <= kMaxColumns, "dimensions", double(a.dimensions), "from 1 to 2147479552");
  check_shape(a.type, a.rows, a.dimensions);
  check(a.cost >= GIBBS_ELASTIC_L1 && a.cost <= GIBBS_ELASTIC_COMPLEMENT, "cost", a.cost, "a gibbs_elastic_cost");
  check(a.gamma >= 0 && std::isfinite(a.gamma), "gamma", a.gamma, "finite and not negative");
  if (a.cost == GIBBS_ELASTIC_K_SUPPORT) {
    check(a.k >= 1, "k", a.k, "1 or more");
    check(a.dimensions <= 4096, "dimensions", double(a.dimensions), "at most 4096 for the k-support cost");
  }
  const int64_t most = a.cost == GIBBS_ELASTIC_COMPLEMENT ? a.dimensions : kMaxColumns - a.dimensions;
  if (linear(a)) {
    check(a.matrix_rows >= 1 && a.matrix_rows <= most, "matrix_rows", double(a.matrix_rows),
          "1 or more, and of the complement at most dimensions");
    runtime::require(a.matrix, "matrix");
  } else {
    check(a.matrix_rows == 0, "matrix_rows", double(a.matrix_rows), "0 for a cost without a matrix");
  }
  const int real = element_bytes(a.type);
  if (a.rows > 0) runtime::require(a.points, "points");
  check_matrix(real, a.rows, a.dimensions, {a.points, a.points_stride, "points"});
  if (linear(a)) check_matrix(real, a.matrix_rows, a.dimensions, {a.matrix, a.matrix_stride, "matrix"});
}

struct Extent {
  MatrixView view;
  int64_t rows, columns;
};

// Every input is read until the end: whole extents are apart.
void check_extents(int bytes, const Extent* outputs, int output_count, const Extent* inputs, int input_count) {
  const auto end = [&](const Extent& e) {
    return reinterpret_cast<intptr_t>(e.view.pointer) + ((e.rows - 1) * e.view.stride + e.columns) * bytes;
  };
  const auto refuse = [&](const Extent& a, const Extent& b) {
    if (a.view.pointer == nullptr || b.view.pointer == nullptr || a.rows == 0 || b.rows == 0) return;
    if (reinterpret_cast<intptr_t>(a.view.pointer) < end(b) && reinterpret_cast<intptr_t>(b.view.pointer) < end(a))
      fail(GIBBS_INVALID_ARGUMENT, "%s: overlaps %s; it must be memory apart", a.view.name, b.view.name);
  };
  for (int o = 0; o < output_count; ++o) {
    for (int i = 0; i < input_count; ++i) refuse(outputs[o], inputs[i]);
    for (int i = 0; i < o; ++i) refuse(outputs[o], outputs[i]);
  }
}

void check_elastic_map(const gibbs_elastic_map* given) {
  runtime::check_struct(given, sizeof(gibbs_elastic_map), "arguments");
  const gibbs_elastic_map& a = *given;
  check_cost(a);
  check(a.epsilon > 0 && std::isfinite(a.epsilon), "epsilon", a.epsilon, "positive and finite");
  check_shape(a.type, a.targets, a.dimensions);
  check(a.targets >= 1, "targets", double(a.targets), "1 or more");
  runtime::require(a.target_points, "target_points");
  runtime::require(a.target_potential, "target_potential");
  const int real = element_bytes(a.type);
  check_aligned(a.target_potential, real, "target_potential");
  check_aligned(a.target_weights, real, "target_weights");
  check_aligned(a.potential, real, "potential");
  const Extent inputs[] = {{{a.points, a.points_stride, "points"}, a.rows, a.dimensions},
                           {{a.target_points, a.target_points_stride, "target_points"}, a.targets, a.dimensions},
                           {{a.matrix, a.matrix_stride, "matrix"}, a.matrix_rows, a.dimensions},
                           {{a.target_potential, a.targets, "target_potential"}, 1, a.targets},
                           {{a.target_weights, a.targets, "target_weights"}, 1, a.targets}};
  const Extent outputs[] = {{{a.mapped, a.mapped_stride, "mapped"}, a.rows, a.dimensions},
                            {{a.gradient, a.gradient_stride, "gradient"}, a.rows, a.dimensions},
                            {{a.potential, a.rows, "potential"}, a.rows > 0 ? 1 : 0, a.rows}};
  check_matrix(real, a.targets, a.dimensions, inputs[1].view);
  check_matrix(real, a.rows, a.dimensions, outputs[0].view);
  check_matrix(real, a.rows, a.dimensions, outputs[1].view);
  check_extents(real, outputs, 3, inputs, 5);
}

// The same steps size a call's scratch and run it: without a workspace, pieces are only counted, and nothing is launched.
class ElasticCall {
 public:
  ElasticCall(gibbs_device* device_, gibbs_stream stream_, const gibbs_elastic_map& arguments, Workspace* workspace)
      : device(device_), stream(stream_), a_(arguments), wide_(arguments.type == GIBBS_FLOAT64), workspace_(workspace) {}

  void map() {
    const int64_t width = a_.dimensions + a_.matrix_rows;
    ElasticMapParameters p{};
    p.points = a_.points;
    p.points_stride = a_.points_stride;
    p.targets = a_.target_points;
    p.targets_stride = a_.target_points_stride;
    p.costs = {a_.points, a_.target_points, a_.points_stride, a_.target_points_stride, int32_t(width),
               a_.cost == GIBBS_ELASTIC_K_SUPPORT ? GIBBS_METRIC_ELASTIC_K_SUPPORT : GIBBS_METRIC_ELASTIC_L1, a_.k, 0, a_.gamma};
    if (linear(a_)) {
      void *const x = take(a_.rows * width * real()), *const y = take(a_.targets * width * real());
      p.costs = {x, y, width, width, int32_t(width), GIBBS_METRIC_SQUARED_EUCLIDEAN, 0, 0, 0};
      embed(a_.points, a_.points_stride, a_.rows, x, width);
      embed(a_.target_points, a_.target_points_stride, a_.targets, y, width);
    }
    p.rows = a_.rows;
    p.target_count = a_.targets;
    p.dimensions = int32_t(a_.dimensions);
    p.cost = a_.cost;
    p.gamma = a_.gamma;
    p.scale = 1 / (a_.epsilon * kLn2);
    p.mapped = a_.mapped;
    p.mapped_stride = a_.mapped_stride;
    p.potential = a_.potential;
    p.gradient = a_.gradient;
    p.gradient_stride = a_.gradient_stride;
    void* const bias = take(a_.targets * real());
    p.bias = bias;
    if (a_.mapped != nullptr || a_.gradient != nullptr) p.sums = static_cast<double*>(take(a_.rows * a_.dimensions * 8));
    elements(bias_kernels, a_.targets, ElasticBiasParameters{a_.target_potential, a_.target_weights, bias, a_.targets, p.scale});
    if (workspace_ != nullptr) launch_warps(*this, map_kernels[wide_], a_.rows, kElasticThreads, p);
    if (linear(a_) && a_.gradient != nullptr) raise();
    if (by_rows(a_)) displace();
  }

  // e(x): the coordinates times a factor, or what of them lies outside the span of A, and behind them Ax times another.
  void embed(const void* points, int64_t stride, int64_t rows, void* embedded, int64_t embedded_stride) {
    const bool complement = a_.cost == GIBBS_ELASTIC_COMPLEMENT;
    const double own = std::sqrt(complement ? 0.5 * (1 + a_.gamma) : 0.5);
    void* const tail = static_cast<char*>(embedded) + (embedded == nullptr ? 0 : a_.dimensions * real());
    const ElasticProductParameters product = {points,         nullptr,         a_.matrix,
                                              stride,         0,               a_.matrix_stride,
                                              rows,           a_.matrix_rows,  a_.dimensions,
                                              std::sqrt(complement ? 0.5 : 0.5 * a_.gamma), tail, embedded_stride};
    elements(product_kernels, rows * a_.matrix_rows, product);
    elements(combine_kernels, rows * a_.dimensions,
             ElasticCombineParameters{product, own, complement ? -std::sqrt(1 + a_.gamma) : 0.0, embedded, embedded_stride});
  }

  int64_t needed = 0;
  gibbs_device* device;
  gibbs_stream stream;

 private:
  int real() const { return wide_ ? 8 : 4; }

  void* take(int64_t bytes) {
    needed += Workspace::round_up(bytes);
    return workspace_ == nullptr ? nullptr : workspace_->take(bytes);
  }

  // A thread per element.
  template <class Parameters>
  void elements(const Kernel (&k)[2], int64_t count, const Parameters& p) {
    if (workspace_ == nullptr) return;
    launch(*this, k[wide_], resident_grid(divide_up(count, kElasticThreads), runtime::limits(device)), kElasticThreads, 0, p);
  }

  // The gradient holds x - sum p_j y_j: (I + gamma M) of it.
  void raise() {
    const bool complement = a_.cost == GIBBS_ELASTIC_COMPLEMENT;
    void* const products = take(a_.rows * a_.matrix_rows * real());
    const ElasticProductParameters product = {a_.gradient,        nullptr, a_.matrix,      a_.gradient_stride,
                                              0,                  a_.matrix_stride, a_.rows, a_.matrix_rows,
                                              a_.dimensions,      1,       products,       a_.matrix_rows};
    elements(product_kernels, a_.rows * a_.matrix_rows, product);
    elements(combine_kernels, a_.rows * a_.dimensions,
             ElasticCombineParameters{product, complement ? 1 + a_.gamma : 1, complement ? -a_.gamma : a_.gamma, a_.gradient,
                                      a_.gradient_stride});
  }

  // Mapped holds grad f: x less its proximal map, which is that of half the squared k-support norm.
  void displace() {
    gibbs_row_map r{};
    r.struct_size = sizeof(r);
    r.type = a_.type;
    r.rows = a_.rows;
    r.columns = a_.dimensions;
    r.map = GIBBS_MAP_GROUP_ENVELOPE;
    r.parameter = a_.gamma;
    r.count = a_.k < a_.dimensions ? a_.k : a_.dimensions;
    r.second = double(r.count);
    r.input = r.output = a_.mapped;
    r.input_stride = r.output_stride = a_.mapped_stride;
    int64_t bytes = 0;
    settle(gibbs_row_map_workspace(device, &r, &bytes));
    r.workspace = take(bytes);
    r.workspace_bytes = bytes;
    if (workspace_ == nullptr) return;
    settle(gibbs_row_map_run(device, stream, &r));
    ElasticCombineParameters difference{};
    difference.product.values = a_.points;
    difference.product.values_stride = a_.points_stride;
    difference.product.others = difference.result = a_.mapped;
    difference.product.others_stride = difference.result_stride = a_.mapped_stride;
    difference.product.rows = a_.rows;
    difference.product.dimensions = a_.dimensions;
    difference.own = 1;
    elements(combine_kernels, a_.rows * a_.dimensions, difference);
  }

  static void settle(gibbs_status status) {
    if (status != GIBBS_OK) fail(status, "%s", last_error());
  }

  const gibbs_elastic_map& a_;
  const bool wide_;
  Workspace* workspace_;
};

int64_t elastic_bytes(gibbs_device* device, const gibbs_elastic_map& a) {
  ElasticCall query(device, nullptr, a, nullptr);
  if (a.rows > 0) query.map();
  return query.needed;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_elastic_map_workspace(gibbs_device* device, const gibbs_elastic_map* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    ops::check_elastic_map(arguments);
    runtime::require(bytes, "bytes");
    *bytes = ops::elastic_bytes(device, *arguments);
  });
}

GIBBS_API gibbs_status gibbs_elastic_map_run(gibbs_device* device, gibbs_stream stream, const gibbs_elastic_map* arguments) {
  return runtime::entry(device, [&] {
    ops::check_elastic_map(arguments);
    const gibbs_elastic_map& a = *arguments;
    if (a.rows == 0) return;
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, ops::elastic_bytes(device, a));
    ops::ElasticCall(device, stream, a, &workspace).map();
  });
}

GIBBS_API gibbs_status gibbs_elastic_map_embed(gibbs_device* device, gibbs_stream stream, const gibbs_elastic_map* arguments) {
  return runtime::entry(device, [&] {
    runtime::check_struct(arguments, sizeof(gibbs_elastic_map), "arguments");
    const gibbs_elastic_map& a = *arguments;
    ops::check_cost(a);
    ops::check(ops::linear(a), "cost", a.cost, "GIBBS_ELASTIC_LINEAR or GIBBS_ELASTIC_COMPLEMENT");
    const int64_t width = a.dimensions + a.matrix_rows;
    const int real = ops::element_bytes(a.type);
    if (a.rows == 0) return;
    runtime::require(a.embedded, "embedded");
    const ops::Extent embedded = {{a.embedded, a.embedded_stride, "embedded"}, a.rows, width};
    const ops::Extent inputs[] = {{{a.points, a.points_stride, "points"}, a.rows, a.dimensions},
                                  {{a.matrix, a.matrix_stride, "matrix"}, a.matrix_rows, a.dimensions}};
    ops::check_matrix(real, a.rows, width, embedded.view);
    ops::check_extents(real, &embedded, 1, inputs, 2);
    runtime::Workspace none(device, stream, nullptr, 0, 0);
    ops::ElasticCall(device, stream, a, &none).embed(a.points, a.points_stride, a.rows, a.embedded, a.embedded_stride);
  });
}
