// Softmax cross-entropy: from the C arguments to launches. At most five: the normaliser, the rows (one launch, or partial, finish
// and gradient where a row is split over blocks), and the reduced loss.
#include <algorithm>
#include <limits>

#include "gibbs/gibbs.h"
#include "kernels/row_entries.h"
#include "kernels/row_parameters.h"
#include "ops/row_reduction.h"
#include "ops/softmax_cross_entropy_arguments.h"
#include "runtime/entry.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Kernel;
using runtime::Workspace;

// One table per type: what is launched, by set.
struct SetKernels {
  unsigned flags;
  Kernel lanes, lanes_gradient, warp, warp_gradient, stream, stream_gradient, block_gradient, shared_gradient, partial, gradient;
};
struct TypeKernels {
  SetKernels sets[4];
  Kernel finish, coefficients;
};

#define GIBBS_NAME(kernel, set, type, ...) Kernel("gibbs_row_" #kernel "_" #set "_" #type),
#define GIBBS_SET(set, flags, type) {flags, GIBBS_ROW_KERNELS(GIBBS_NAME, set, flags, type)},
#define GIBBS_SCALARS(set, flags, type) GIBBS_ROW_SCALAR_KERNELS(GIBBS_NAME, set, flags, type)
#define GIBBS_TYPE(type) \
  { {GIBBS_ROW_SETS(GIBBS_SET, type)}, GIBBS_ROW_SET_ALL(GIBBS_SCALARS, type) }
const TypeKernels row_kernels[] = {GIBBS_TYPE(f32), GIBBS_TYPE(f64), GIBBS_TYPE(f16), GIBBS_TYPE(bf16)};  // by gibbs_type

static_assert(sizeof(SavedStatistics<float>) == sizeof(gibbs_row_statistics_f32) &&
                  sizeof(SavedStatistics<double>) == sizeof(gibbs_row_statistics_f64),
              "saved statistics are laid out as the C ABI says");

bool wants_metrics(const CrossEntropy& a) { return a.statistics != nullptr || a.argmax != nullptr; }

unsigned needed_flags(const CrossEntropy& a) {
  const bool soft = a.soft_targets != nullptr, smooth = a.label_smoothing > 0 && !soft;
  unsigned flags = 0;
  if (a.entropy != nullptr || a.statistics != nullptr || a.entropy_weight != 0) flags |= kMoment;
  if ((smooth && a.class_weights == nullptr) || a.max_suppression != 0 || a.logit_penalty != 0) flags |= kSums;
  if (soft || (smooth && a.class_weights != nullptr)) flags |= kColumns;
  if (wants_metrics(a) || a.rank != nullptr || a.max_suppression != 0) flags |= kIndices;
  if (a.softcap > 0) flags |= kSoftcap;
  return flags;
}

const SetKernels& choose_set(const TypeKernels& type, unsigned flags) {
  for (const SetKernels& set : type.sets) {
    if ((set.flags & flags) == flags) return set;
  }
  fail(GIBBS_INTERNAL_ERROR, "no kernel set covers flags %u", flags);
}

struct Call {
  gibbs_device* device;
  gibbs_stream stream;
  const CrossEntropy& a;
  RowGeometry geometry;
  bool from_saved;
};

// Pieces of scratch beside the reduction's, in bytes; 0 where a call needs none. The query and the call size them here alone.
struct Scratch {
  ReductionScratch reduction;
  int64_t segments, coefficients;

  template <class R>
  static Scratch of(const Call& call) {
    const CrossEntropy& a = call.a;
    const bool split = call.geometry.regime == GIBBS_REGIME_SPLIT;
    Scratch s{ReductionScratch::of<R>(a), 0, 0};
    if (split && !call.from_saved) s.segments = a.rows * call.geometry.segments * int64_t(sizeof(SegmentStatistics<R>));
    if (a.gradient != nullptr && (split || call.from_saved)) s.coefficients = a.rows * int64_t(sizeof(RowCoefficients<R>));
    return s;
  }

  int64_t total() const { return reduction.total() + Workspace::round_up(segments) + Workspace::round_up(coefficients); }
};

template <class Parameters>
void launch(const Call& call, const Kernel& kernel, unsigned grid, unsigned block, unsigned shared,
            const Parameters& parameters) {
  runtime::launch(call.device, call.stream, kernel, {grid, block, shared}, &parameters, sizeof(parameters));
}

template <class R>
RowParameters<R> row_parameters(const Call& call) {
  const CrossEntropy& a = call.a;
  const auto real = [](double x) { return R(x); };
  RowParameters<R> p{};
  p.rows = a.rows;
  p.columns = int32_t(a.columns);
  p.target_bytes = a.target_type == GIBBS_TARGETS_NONE ? 0 : a.target_type == GIBBS_TARGETS_INT32 ? 4 : 8;
  p.logits = a.logits;
  p.logits_stride = a.logits_stride;
  p.targets = a.targets;
  p.soft_targets = a.soft_targets;
  p.soft_targets_stride = a.soft_targets_stride;
  p.class_weights = static_cast<const R*>(a.class_weights);
  p.row_weights = static_cast<const R*>(a.row_weights);
  p.row_temperatures = static_cast<const R*>(a.row_temperatures);
  p.normaliser = static_cast<const R*>(a.normaliser);
  p.saved_statistics = static_cast<const SavedStatistics<R>*>(a.saved_statistics);
  p.upstream = call.from_saved ? static_cast<const R*>(a.upstream) : nullptr;
  p.upstream_stride = a.upstream_stride;
  p.ignore_index = a.ignore_index;
  p.inverse_temperature = 1.0 / a.temperature;
  p.normaliser_value = a.has_normaliser_value ? real(a.normaliser_value) : R(1);
  p.label_smoothing = real(a.label_smoothing);
  p.z_loss = real(a.z_loss);
  p.softcap = real(a.softcap);
  p.inverse_softcap = a.softcap > 0 ? real(std::min(1.0 / a.softcap, double(std::numeric_limits<R>::max()))) : R(0);
  p.entropy_weight = real(a.entropy_weight);
  p.target_loss_parameter = real(a.target_loss == GIBBS_LOSS_COMP_SUM ? 1.0 - a.target_loss_parameter : a.target_loss_parameter);
  p.max_suppression = real(a.max_suppression);
  p.logit_penalty = real(a.logit_penalty);
  p.logit_penalty_center = real(a.logit_penalty_center);
  p.target_loss = a.target_loss;
  p.uses_class_statistics = (needed_flags(a) & kColumns) != 0;
  p.skips_targetless = p.target_bytes != 0 && !wants_metrics(a) && a.log_sum_exp == nullptr && a.entropy == nullptr;
  p.losses = static_cast<R*>(a.losses);
  p.gradient = a.gradient;
  p.gradient_stride = a.gradient_stride;
  p.log_sum_exp = static_cast<R*>(a.log_sum_exp);
  p.entropy = static_cast<R*>(a.entropy);
  p.log_probability = static_cast<R*>(a.log_probability);
  p.argmax = a.argmax;
  p.rank = a.rank;
  p.status = a.status;
  p.statistics = static_cast<SavedStatistics<R>*>(a.statistics);
  p.segment_count = call.geometry.segments;
  return p;
}

template <class R>
void launch_rows(const Call& call, const RowParameters<R>& p, const TypeKernels& type, const SetKernels& set) {
  const RowGeometry& g = call.geometry;
  const bool gradient = p.gradient != nullptr;
  const auto rows = [&](const Kernel& kernel) { launch(call, kernel, g.grid, g.block, g.shared_bytes, p); };
  switch (g.regime) {
    case GIBBS_REGIME_LANES:
      return rows(gradient ? set.lanes_gradient : set.lanes);
    case GIBBS_REGIME_WARP:
      return rows(gradient ? set.warp_gradient : set.warp);
    case GIBBS_REGIME_BLOCK:
      return rows(gradient ? set.block_gradient : set.stream);
    case GIBBS_REGIME_SHARED:
      return rows(gradient ? set.shared_gradient : set.stream);
    case GIBBS_REGIME_TWO_PASS:
      return rows(gradient ? set.stream_gradient : set.stream);
    default:
      break;
  }
  RowGeometry per_row = g;
  warp_per_item(per_row, p.rows, runtime::limits(call.device));
  rows(set.partial);
  launch(call, type.finish, per_row.grid, per_row.block, 0, p);
  if (gradient) rows(set.gradient);
}

template <class R>
void run(Call& call) {
  const CrossEntropy& a = call.a;
  const Scratch sizes = Scratch::of<R>(call);
  Workspace workspace(call.device, call.stream, a.workspace, a.workspace_bytes, sizes.total());
  const auto take = [&](int64_t bytes) { return bytes == 0 ? nullptr : workspace.take(bytes); };
  const RowReduction<R, CrossEntropy> reduction(call.device, call.stream, a, workspace);

  RowParameters<R> p = row_parameters<R>(call);
  p.segments = static_cast<SegmentStatistics<R>*>(take(sizes.segments));
  p.coefficients = static_cast<RowCoefficients<R>*>(take(sizes.coefficients));
  reduction.before(p);

  const TypeKernels& type = row_kernels[a.type];
  const SetKernels& set = choose_set(type, needed_flags(a));
  if (a.rows > 0) {
    if (call.from_saved) {
      launch(call, type.coefficients, resident_grid(divide_up(a.rows, 128), runtime::limits(call.device)), 128, 0, p);
      launch(call, set.gradient, call.geometry.grid, call.geometry.block, 0, p);
    } else {
      launch_rows(call, p, type, set);
    }
  }
  reduction.after(p);
}

Call prepare(gibbs_device* device, gibbs_stream stream, const CrossEntropy* a, bool from_saved) {
  check_arguments(a, from_saved);
  const RowShape shape = {a->rows, a->columns, element_bytes(a->type),
                          int(a->type == GIBBS_FLOAT64 ? sizeof(SegmentStatistics<double>) : sizeof(SegmentStatistics<float>)),
                          a->gradient != nullptr};
  return {device, stream, *a, row_geometry(shape, from_saved ? int32_t(GIBBS_REGIME_SPLIT) : a->regime, runtime::limits(device)),
          from_saved};
}

gibbs_status enter(gibbs_device* device, gibbs_stream stream, const CrossEntropy* a, bool from_saved) {
  return runtime::entry(device, [&] {
    Call call = prepare(device, stream, a, from_saved);
    if (a->type == GIBBS_FLOAT64) {
      run<double>(call);
    } else {
      run<float>(call);
    }
  });
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_softmax_cross_entropy_workspace(gibbs_device* device, const gibbs_softmax_cross_entropy* arguments,
                                                             int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    runtime::check_struct(arguments, sizeof(*arguments), "arguments");
    const bool from_saved = arguments->saved_statistics != nullptr;
    const ops::Call call = ops::prepare(device, nullptr, arguments, from_saved);
    *bytes = (arguments->type == GIBBS_FLOAT64 ? ops::Scratch::of<double>(call) : ops::Scratch::of<float>(call)).total();
  });
}

GIBBS_API gibbs_status gibbs_softmax_cross_entropy_run(gibbs_device* device, gibbs_stream stream,
                                                       const gibbs_softmax_cross_entropy* arguments) {
  return ops::enter(device, stream, arguments, false);
}

GIBBS_API gibbs_status gibbs_softmax_cross_entropy_gradient(gibbs_device* device, gibbs_stream stream,
                                                            const gibbs_softmax_cross_entropy* arguments) {
  return ops::enter(device, stream, arguments, true);
}
