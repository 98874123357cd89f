// Sample entropies: from the C arguments to launches over pairs: row sums, what they come to, gradients. Which blocks compute
// what follows from the shape alone, so that sums do not depend on the device.
#include <cmath>
#include <initializer_list>
#include <utility>

#include "kernels/sample_entropy_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"
#include "ops/sample_entropy_arguments.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Kernel;
using runtime::Workspace;

struct SumsKernels {
  Kernel narrow, wide, merge;
  int totals;
};
#define GIBBS_SUMS_KERNELS(name, totals) \
  { Kernel("gibbs_pair_" name "_sums_f32"), Kernel("gibbs_pair_" name "_sums_f64"), Kernel("gibbs_pair_" name "_merge"), totals }
#define GIBBS_REAL_KERNELS(name) \
  { Kernel(name "_f32"), Kernel(name "_f64") }

const SumsKernels kernel_sums = GIBBS_SUMS_KERNELS("kernel", 3), diffusion_sums = GIBBS_SUMS_KERNELS("diffusion", 1),
                  product_sums = GIBBS_SUMS_KERNELS("product", 5), conditional_sums = GIBBS_SUMS_KERNELS("conditional", 5),
                  nearest_sums = GIBBS_SUMS_KERNELS("nearest", 2);
const Kernel kernel_gradient[2] = GIBBS_REAL_KERNELS("gibbs_pair_kernel_gradient"),
             diffusion_gradient[2] = GIBBS_REAL_KERNELS("gibbs_pair_diffusion_gradient"),
             product_gradient[2] = GIBBS_REAL_KERNELS("gibbs_pair_product_gradient"),
             condition_gradient[2] = GIBBS_REAL_KERNELS("gibbs_pair_condition_gradient"),
             side_gradient[2] = GIBBS_REAL_KERNELS("gibbs_pair_side_gradient");
const Kernel own_buffers[2] = GIBBS_REAL_KERNELS("gibbs_nearest_own"),
             nearest_gradient[2] = GIBBS_REAL_KERNELS("gibbs_nearest_gradient");
const Kernel store_kernel("gibbs_pair_store"), totals_kernel("gibbs_sample_totals");

constexpr int kSplitBlocks = 256;  // rows are split until there are about as many blocks
constexpr int kConstants = 8;

PairGrid grid_of(int64_t rows, int64_t columns) {
  PairGrid g{};
  g.rows = rows;
  g.columns = columns;
  const int64_t row_tiles = divide_up(rows, kPairTile), column_tiles = divide_up(columns, kPairTile);
  const int64_t wanted = std::min(column_tiles, std::max<int64_t>(kSplitBlocks / row_tiles, 1));
  g.tiles = int32_t(divide_up(column_tiles, wanted));
  g.splits = int32_t(divide_up(column_tiles, g.tiles));
  return g;
}

// The same steps size a call's scratch and run it: without a workspace, pieces are only counted, and nothing is launched.
class SampleCall {
 public:
  SampleCall(gibbs_device* device_, gibbs_stream stream_, const gibbs_sample_entropy& arguments, Workspace* workspace)
      : device(device_), stream(stream_), a(arguments), workspace_(workspace) {
    points = {a.points, a.points_stride, a.rows, int32_t(a.columns), a.type};
    others = {a.others, a.others_stride, a.other_rows, int32_t(a.other_columns), a.type};
    conditions = {a.conditions, a.conditions_stride, a.rows, int32_t(a.condition_columns), a.type};
    const double base = a.flags & GIBBS_SAMPLE_BASE_2 ? 1 / std::log(2.0) : 1;
    totals.wide = a.type == GIBBS_FLOAT64;
    totals.squared = (a.flags & GIBBS_SAMPLE_SQUARED_SUMS) != 0;
    totals.normalised = (a.flags & GIBBS_SAMPLE_NORMALISED) != 0;
    totals.rows = a.rows;
    totals.other_rows = a.other_rows;
    totals.dimensions = a.columns;
    totals.factor = a.weight * (totals.normalised ? 1 : base);
    totals.unit = base;
    totals.scale = 0.5 / (a.bandwidth * a.bandwidth);
    totals.value = a.value;
    totals.row_values = a.row_values;
    totals.nearest = a.nearest;
    totals.constants = take(kConstants);
  }

  double* take(int64_t doubles) {
    const int64_t bytes = doubles * int64_t(sizeof(double));
    needed += Workspace::round_up(bytes);
    return workspace_ == nullptr ? nullptr : static_cast<double*>(workspace_->take(bytes));
  }
  void take_arrays(int count) {
    for (int i = 0; i < count; ++i) totals.arrays[i] = take(a.rows);
  }

  // Row sums [left.count, totals].
  template <class Terms>
  const double* sums(const SumsKernels& k, PairParameters<Terms>& p) {
    p.grid = grid_of(p.left[0].count, p.right[0].count);
    double* const result = take(p.grid.rows * k.totals);
    p.partials = p.grid.splits == 1 ? result : take(p.grid.rows * k.totals * p.grid.splits);
    if (workspace_ == nullptr) return result;
    pairs(totals.wide ? k.wide : k.narrow, p, pair_points_bytes(real()));
    if (p.grid.splits > 1) elements(k.merge, p.grid.rows, PairMergeParameters{p.partials, result, p.grid.rows, p.grid.splits});
    return result;
  }

  void total(int32_t what, const double* own, const double* other = nullptr, const double* cross = nullptr) {
    totals.what = what;
    totals.totals = own;
    totals.other_totals = other;
    totals.cross_totals = cross;
    if (workspace_ != nullptr)
      launch(*this, totals_kernel, 1, kTotalsThreads, kTotalsThreads / kWarpThreads * sizeof(double), totals);
  }

  // A pass of a gradient by left: to carry, or with a destination and what carry holds already, to memory.
  template <class Terms>
  void gradient(const Kernel (&k)[2], PairParameters<Terms>& p, int channel, double* carry, bool adds, void* destination,
                int64_t stride) {
    const PointSet& left = p.left[channel];
    p.grid = grid_of(left.count, p.right[channel].count);
    p.partials = take(p.grid.splits * left.count * left.dimensions);
    if (workspace_ == nullptr) return;
    pairs(k[totals.wide], p, pair_points_bytes(real()) + pair_weights_bytes(real()));
    PairStoreParameters s{p.partials, carry, destination, stride, left.count, p.grid.splits, left.dimensions, a.type, adds};
    elements(store_kernel, left.count * left.dimensions, s);
  }
  template <class Terms>
  void gradient(const Kernel (&k)[2], PairParameters<Terms>& p, int channel, void* destination, int64_t stride) {
    gradient(k, p, channel, nullptr, false, destination, stride);
  }

  // A thread per element.
  template <class Parameters>
  void elements(const Kernel& k, int64_t count, const Parameters& p) {
    if (workspace_ == nullptr) return;
    launch(*this, k, resident_grid(divide_up(count, kPairThreads), runtime::limits(device)), kPairThreads, 0, p);
  }

  bool has(int32_t flag) const { return (a.flags & flag) != 0; }
  int real() const { return totals.wide ? 8 : 4; }

  gibbs_device* device;
  gibbs_stream stream;
  const gibbs_sample_entropy& a;
  PointSet points, others, conditions;
  SampleTotalsParameters totals{};
  int64_t needed = 0;

 private:
  template <class Terms>
  void pairs(const Kernel& k, const PairParameters<Terms>& p, int shared) {
    const int64_t blocks = divide_up(p.grid.rows, kPairTile) * p.grid.splits;
    launch(*this, k, resident_grid(blocks, runtime::limits(device)), kPairThreads, unsigned(shared), p);
  }

  Workspace* workspace_;
};

template <class Terms>
PairParameters<Terms> channels(std::initializer_list<std::pair<PointSet, PointSet>> pairs, const Terms& terms) {
  PairParameters<Terms> p{};
  int c = 0;
  for (const auto& pair : pairs) {
    p.left[c] = pair.first;
    p.right[c++] = pair.second;
  }
  p.terms = terms;
  return p;
}

void kernel_entropy(SampleCall& call) {
  const gibbs_sample_entropy& a = call.a;
  const bool renyi = a.kind == GIBBS_SAMPLE_RENYI_QUADRATIC;
  auto sums = channels({{call.points, call.points}}, LogKernelTerms{call.totals.scale, nullptr});
  const double* rows = call.sums(kernel_sums, sums);
  if (!renyi) call.take_arrays(2);
  call.total(renyi ? kTotalsRenyi : kTotalsKde, rows);
  if (a.gradient == nullptr) return;
  double *const *const arrays = call.totals.arrays, *const c = call.totals.constants;
  const KernelWeightTerms terms = renyi ? KernelWeightTerms{call.totals.scale, c, c + 1, nullptr, nullptr, 0}
                                        : KernelWeightTerms{call.totals.scale, arrays[0], arrays[1], arrays[0], arrays[1], 1};
  auto weights = channels({{call.points, call.points}}, terms);
  call.gradient(kernel_gradient, weights, 0, a.gradient, a.gradient_stride);
}

void diffusion_entropy(SampleCall& call) {
  const gibbs_sample_entropy& a = call.a;
  const bool plain = call.has(GIBBS_SAMPLE_PLAIN_ROWS);
  call.take_arrays(5);
  double* const* const arrays = call.totals.arrays;
  auto sums = channels({{call.points, call.points}}, LogKernelTerms{call.totals.scale, nullptr});
  const double *degrees = call.sums(kernel_sums, sums), *rows = degrees;
  if (!plain) {
    call.total(kTotalsDegrees, degrees);
    sums.terms.bias = arrays[0];
    rows = call.sums(kernel_sums, sums);
  }
  call.total(kTotalsDiffusion, rows);
  if (a.gradient == nullptr) return;
  DiffusionTerms terms{call.totals.scale,
                       2 * call.totals.scale * call.totals.factor / double(a.rows),
                       arrays[0],
                       arrays[1],
                       arrays[2],
                       nullptr,
                       nullptr};
  if (plain) terms.bias = nullptr;
  auto weights = channels({{call.points, call.points}}, terms);
  if (!plain) {
    const double* slopes = call.sums(diffusion_sums, weights);
    call.total(kTotalsSlopes, degrees, slopes);
    weights.terms.coefficients = arrays[3];
    weights.terms.shifts = arrays[4];
  }
  call.gradient(diffusion_gradient, weights, 0, a.gradient, a.gradient_stride);
}

void nearest_entropy(SampleCall& call) {
  const gibbs_sample_entropy& a = call.a;
  NearestParameters p{call.points, call.others, nullptr, nullptr, a.gradient, a.gradient_stride};
  const double* rows;
  if (call.has(GIBBS_SAMPLE_OWN_BUFFERS)) {
    rows = p.totals = call.take(2 * a.rows);
    call.elements(own_buffers[call.totals.wide], a.rows * kWarpThreads, p);
  } else {
    auto sums = channels({{call.points, call.others}}, LogKernelTerms{});
    rows = call.sums(nearest_sums, sums);
  }
  call.total(kTotalsNearest, rows);
  p.totals = const_cast<double*>(rows);
  p.scale = call.totals.constants;
  if (a.gradient != nullptr) call.elements(nearest_gradient[call.totals.wide], a.rows * a.columns, p);
}

// Both passes of one side's gradient: its own kernel, then that against the other side. Each is summed on its own before the two
// meet, so that the same samples have gradient 0.
void divergence_gradient(SampleCall& call, const PointSet& own, const PointSet& other, const double* constants, void* gradient,
                         int64_t stride) {
  if (gradient == nullptr) return;
  double *const carry = call.take(own.count * own.dimensions), *const c = call.totals.constants;
  auto weights = channels({{own, own}}, KernelWeightTerms{call.totals.scale, constants, constants + 1, nullptr, nullptr, 0});
  call.gradient(kernel_gradient, weights, 0, carry, false, nullptr, 0);
  weights.right[0] = other;
  weights.terms.coefficients = c + 2;
  weights.terms.shifts = c + 3;
  call.gradient(kernel_gradient, weights, 0, carry, true, gradient, stride);
}

void divergence(SampleCall& call) {
  const gibbs_sample_entropy& a = call.a;
  const double* rows[3];
  const std::pair<PointSet, PointSet> pairs[3] = {
      {call.points, call.points}, {call.others, call.others}, {call.points, call.others}};
  for (int i = 0; i < 3; ++i) {
    auto sums = channels({pairs[i]}, LogKernelTerms{call.totals.scale, nullptr});
    rows[i] = call.sums(kernel_sums, sums);
  }
  call.total(kTotalsDivergence, rows[0], rows[1], rows[2]);
  divergence_gradient(call, call.points, call.others, call.totals.constants, a.gradient, a.gradient_stride);
  divergence_gradient(call, call.others, call.points, call.totals.constants + 4, a.others_gradient, a.others_gradient_stride);
}

void information(SampleCall& call) {
  const gibbs_sample_entropy& a = call.a;
  const PointSet &x = call.points, &y = call.others;
  call.totals.other_scale = 0.5 / (a.other_bandwidth * a.other_bandwidth);
  const double scale = call.totals.scale, other = call.totals.other_scale;
  call.take_arrays(2);
  auto p = channels({{x, x}, {y, y}}, ProductTerms{scale, other, call.totals.constants, call.totals.arrays[0]});
  call.total(kTotalsInformation, call.sums(product_sums, p));
  if (a.gradient != nullptr) call.gradient(product_gradient, p, 0, a.gradient, a.gradient_stride);
  p = channels({{y, y}, {x, x}}, ProductTerms{other, scale, call.totals.constants + 3, call.totals.arrays[1]});
  if (a.others_gradient != nullptr) call.gradient(product_gradient, p, 0, a.others_gradient, a.others_gradient_stride);
}

void conditional(SampleCall& call) {
  const gibbs_sample_entropy& a = call.a;
  const PointSet &predictions = call.points, &targets = call.others, &given = call.conditions;
  const double scale = call.totals.scale, given_scale = 0.5 / (a.condition_bandwidth * a.condition_bandwidth);
  call.take_arrays(4);
  double* const* const arrays = call.totals.arrays;
  ConditionalTerms terms{given_scale,
                         scale,
                         -2 * given_scale * call.totals.factor,
                         call.totals.squared,
                         0,
                         arrays[0],
                         arrays[1],
                         arrays[2],
                         arrays[3],
                         call.totals.constants};
  auto p = channels(
      {{given, given}, {targets, targets}, {predictions, predictions}, {predictions, targets}, {targets, predictions}}, terms);
  call.total(kTotalsConditional, call.sums(conditional_sums, p));
  if (a.conditions_gradient != nullptr)
    call.gradient(condition_gradient, p, 0, a.conditions_gradient, a.conditions_gradient_stride);
  terms.outer = -2 * scale * call.totals.factor;
  p = channels({{given, given}, {targets, targets}, {targets, predictions}}, terms);
  if (a.others_gradient != nullptr) call.gradient(side_gradient, p, 1, a.others_gradient, a.others_gradient_stride);
  terms.predictions = 1;
  p = channels({{given, given}, {predictions, predictions}, {predictions, targets}}, terms);
  if (a.gradient != nullptr) call.gradient(side_gradient, p, 1, a.gradient, a.gradient_stride);
}

void steps(SampleCall& call) {
  switch (call.a.kind) {
    case GIBBS_SAMPLE_RENYI_QUADRATIC:
    case GIBBS_SAMPLE_KDE_BOUND:
      return kernel_entropy(call);
    case GIBBS_SAMPLE_DIFFUSION:
      return diffusion_entropy(call);
    case GIBBS_SAMPLE_NEAREST:
      return nearest_entropy(call);
    case GIBBS_SAMPLE_CS_DIVERGENCE:
      return divergence(call);
    case GIBBS_SAMPLE_CS_INFORMATION:
      return information(call);
    default:
      return conditional(call);
  }
}

int64_t workspace_bytes(gibbs_device* device, const gibbs_sample_entropy& a) {
  if (a.rows == 0) return 0;
  SampleCall call(device, nullptr, a, nullptr);
  steps(call);
  return call.needed;
}

// No points: the value is 0, and so is the gradient by others.
void run_without_points(gibbs_device* device, gibbs_stream stream, const gibbs_sample_entropy& a) {
  SampleTotalsParameters p{};
  p.what = kTotalsNothing;
  p.wide = a.type == GIBBS_FLOAT64;
  p.value = a.value;
  const struct {
    gibbs_device* device;
    gibbs_stream stream;
  } call = {device, stream};
  if (a.value != nullptr) launch(call, totals_kernel, 1, kTotalsThreads, kTotalsThreads / kWarpThreads * sizeof(double), p);
  if (a.others_gradient == nullptr || a.other_rows == 0) return;
  const PairStoreParameters s{
      nullptr, nullptr, a.others_gradient, a.others_gradient_stride, a.other_rows, 0, int32_t(a.other_columns), a.type, 0};
  launch(call, store_kernel, resident_grid(divide_up(a.other_rows * a.other_columns, kPairThreads), runtime::limits(device)),
         kPairThreads, 0, s);
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_sample_entropy_workspace(gibbs_device* device, const gibbs_sample_entropy* arguments,
                                                      int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_arguments(arguments);
    *bytes = ops::workspace_bytes(device, *arguments);
  });
}

GIBBS_API gibbs_status gibbs_sample_entropy_run(gibbs_device* device, gibbs_stream stream,
                                                const gibbs_sample_entropy* arguments) {
  return runtime::entry(device, [&] {
    ops::check_arguments(arguments);
    const gibbs_sample_entropy& a = *arguments;
    if (a.rows == 0) return ops::run_without_points(device, stream, a);
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, ops::workspace_bytes(device, a));
    ops::SampleCall call(device, stream, a, &workspace);
    ops::steps(call);
  });
}
