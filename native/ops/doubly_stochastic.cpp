// Doubly-stochastic normalisation: from the C arguments to one launch, of the tier that the shape of a matrix fits.
#include <algorithm>
#include <cmath>

#include "kernels/tiny_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"

namespace gibbs::ops {

namespace {

using kernels::kTinyRows;
using kernels::kTinyThreads;
using kernels::TinyParameters;

// By type.
#define GIBBS_TYPED(name) \
  { runtime::Kernel(name "_f32"), runtime::Kernel(name "_f64"), runtime::Kernel(name "_f16"), runtime::Kernel(name "_bf16") }
const runtime::Kernel tiny_4_kernels[4] = GIBBS_TYPED("gibbs_tiny_4");
const runtime::Kernel tiny_4_gradient_kernels[4] = GIBBS_TYPED("gibbs_tiny_4_gradient");
const runtime::Kernel tiny_8_kernels[4] = GIBBS_TYPED("gibbs_tiny_8");
const runtime::Kernel tiny_8_gradient_kernels[4] = GIBBS_TYPED("gibbs_tiny_8_gradient");
const runtime::Kernel tiny_64_kernels[4] = GIBBS_TYPED("gibbs_tiny_64");
#undef GIBBS_TYPED

constexpr int kLargestSide = 64, kMostIterations = 1000;

struct TinyLaunch {
  const runtime::Kernel* kernels;
  int matrices;  // of a block
  unsigned block, shared_bytes;
};

void check_targets(const gibbs_doubly_stochastic& a, const void* targets, int64_t stride, int side, const char* name,
                   const char* stride_name) {
  if (targets == nullptr) return;
  check_aligned(targets, real_bytes(a.type), name);
  check(stride == 0 || stride >= side, stride_name, double(stride), "0 (the same for all matrices) or at least the side");
  if (a.scheme == GIBBS_STOCHASTIC_DEEPSEEK)
    fail(GIBBS_INVALID_ARGUMENT, "%s: given, but the DeepSeek scheme normalises to 1 and takes none", name);
}

void check_stochastic(const gibbs_doubly_stochastic* given) {
  runtime::check_struct(given, sizeof(gibbs_doubly_stochastic), "arguments");
  const gibbs_doubly_stochastic& a = *given;
  check(a.rows >= 1 && a.rows <= kLargestSide, "rows", a.rows, "from 1 to 64");
  check(a.columns >= 1 && a.columns <= kLargestSide, "columns", a.columns, "from 1 to 64");
  check_shape(a.type, a.matrices, int64_t(a.rows) * a.columns);
  check(a.scheme == GIBBS_STOCHASTIC_ALTERNATING || a.scheme == GIBBS_STOCHASTIC_DEEPSEEK, "scheme", a.scheme,
        "a gibbs_stochastic_scheme");
  if (a.scheme == GIBBS_STOCHASTIC_DEEPSEEK) check(a.rows == a.columns, "columns", a.columns, "as rows for the DeepSeek scheme");
  check(a.iterations >= 1 && a.iterations <= kMostIterations, "iterations", a.iterations, "from 1 to 1000");
  check(a.temperature >= 1e-30 && a.temperature <= 1e18, "temperature", a.temperature, "from 1e-30 to 1e18");
  check(a.epsilon >= 1e-9 && a.epsilon <= 1, "epsilon", a.epsilon, "from 1e-9 to 1");
  check(a.noise_scale >= 0 && std::isfinite(a.noise_scale), "noise_scale", a.noise_scale, "at least 0 and finite");
  check_held(a.type, "noise_scale", a.noise_scale);
  check(a.matrix_offset >= 0, "matrix_offset", double(a.matrix_offset), "at least 0");
  if (a.positive) {
    check(a.temperature == 1, "temperature", a.temperature, "1 where values are the matrix itself");
    check(a.noise_scale == 0, "noise_scale", a.noise_scale, "0 where values are the matrix itself");
  }
  check_targets(a, a.row_targets, a.row_targets_stride, a.rows, "row_targets", "row_targets_stride");
  check_targets(a, a.column_targets, a.column_targets_stride, a.columns, "column_targets", "column_targets_stride");
  if (a.matrices > 0) runtime::require(a.values, "values");
  if (a.matrices > 0 && a.upstream != nullptr) runtime::require(a.result, "result");
  if (a.upstream != nullptr && a.marginal_errors != nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "marginal_errors: given, but a gradient has none");
  const int element = element_bytes(a.type);
  const int64_t width = int64_t(a.rows) * a.columns;
  const MatrixView values = {a.values, a.values_stride, "values"}, upstream = {a.upstream, a.upstream_stride, "upstream"},
                   result = {a.result, a.result_stride, "result"};
  for (const MatrixView& view : {values, upstream, result}) check_matrix(element, a.matrices, width, view);
  check_overlap(element, a.matrices, width, result, values, true);
  check_overlap(element, a.matrices, width, result, upstream, true);
  check_aligned(a.marginal_errors, real_bytes(a.type), "marginal_errors");
  check(a.regime == GIBBS_REGIME_AUTOMATIC || a.regime == GIBBS_REGIME_LANES || a.regime == GIBBS_REGIME_BLOCK, "regime",
        a.regime, "automatic, lanes or block");
}

// The log domain's shared memory, in bytes; states are those kept for a gradient.
int64_t log_domain_bytes(const TinyParameters& p, int64_t states) {
  const int64_t entries = int64_t(p.rows) * p.columns, lines = p.rows + p.columns;
  return 8 * (entries * (p.upstream != nullptr ? 2 : 1) + lines * (4 + states) + 2);
}

TinyLaunch in_registers(const TinyParameters& p, int real, int64_t states, bool small, unsigned threads) {
  const int columns = small ? 4 : 8, lanes = small ? 1 : 2;
  const int64_t kept = states * (kTinyRows + columns) * real * threads;
  const bool gradient = p.upstream != nullptr;
  const runtime::Kernel* kernels = small      ? (gradient ? tiny_4_gradient_kernels : tiny_4_kernels)
                                   : gradient ? tiny_8_gradient_kernels
                                              : tiny_8_kernels;
  return {kernels, int(threads) / lanes, threads, unsigned(std::max(kept, kTinyThreads + log_domain_bytes(p, states)))};
}

TinyLaunch in_shared_memory(const TinyParameters& p, int real, int64_t states) {
  const int64_t lines = p.rows + p.columns, matrix = int64_t(p.rows) * (p.columns | 1);
  const int64_t scaling = real * (matrix * (p.upstream != nullptr ? 2 : 1) + lines * (5 + states));
  return {tiny_64_kernels, 1, kWarpThreads, unsigned(std::max(scaling, log_domain_bytes(p, states)))};
}

TinyLaunch tiny_launch(const TinyParameters& p, int real, int32_t regime, const runtime::Limits& limits) {
  const int64_t states = p.upstream != nullptr ? p.segments + p.segment : 0;
  const int side = std::max(p.rows, p.columns);
  if (side <= 2 * kTinyRows && p.noise_scale == 0 && regime != GIBBS_REGIME_BLOCK) {
    for (const unsigned threads : {unsigned(kTinyThreads), unsigned(kWarpThreads)}) {
      const TinyLaunch l = in_registers(p, real, states, side <= kTinyRows, threads);
      if (int64_t(l.shared_bytes) <= limits.shared_per_block) return l;
    }
  }
  if (regime == GIBBS_REGIME_LANES)
    fail(GIBBS_INVALID_ARGUMENT, "regime: lanes given, but matrices of %d x %d with %d iterations, or noise, do not fit it",
         p.rows, p.columns, p.iterations);
  return in_shared_memory(p, real, states);
}

void run_stochastic(gibbs_device* device, gibbs_stream stream, const gibbs_doubly_stochastic& a) {
  TinyParameters p{};
  p.matrices = a.matrices;
  p.rows = a.rows;
  p.columns = a.columns;
  p.iterations = a.iterations;
  p.segment = int32_t(std::ceil(std::sqrt(double(a.iterations))));
  p.segments = (a.iterations + p.segment - 1) / p.segment;
  p.damped = a.scheme == GIBBS_STOCHASTIC_DEEPSEEK;
  p.positive = a.positive != 0;
  p.values = a.values;
  p.values_stride = a.values_stride;
  p.upstream = a.upstream;
  p.upstream_stride = a.upstream_stride;
  p.result = a.result;
  p.result_stride = a.result_stride;
  p.row_targets = a.row_targets;
  p.row_targets_stride = a.row_targets_stride;
  p.column_targets = a.column_targets;
  p.column_targets_stride = a.column_targets_stride;
  p.errors = a.marginal_errors;
  p.status = a.status;
  p.temperature = a.temperature;
  p.scale = 1.4426950408889634 / a.temperature;
  p.epsilon = a.epsilon;
  p.noise_scale = a.noise_scale;
  p.seed = a.seed;
  p.matrix_offset = a.matrix_offset;
  p.step = a.step;
  if (a.matrices == 0) return;
  const runtime::Limits& limits = runtime::limits(device);
  const TinyLaunch l = tiny_launch(p, real_bytes(a.type), a.regime, limits);
  runtime::launch(device, stream, l.kernels[a.type],
                  {resident_grid(divide_up(a.matrices, l.matrices), limits), l.block, l.shared_bytes}, &p, sizeof(p));
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_doubly_stochastic_run(gibbs_device* device, gibbs_stream stream,
                                                   const gibbs_doubly_stochastic* arguments) {
  return runtime::entry(device, [&] {
    ops::check_stochastic(arguments);
    ops::run_stochastic(device, stream, *arguments);
  });
}
