// Fenchel-Young losses: from the C arguments to launches: the normaliser, the rows, the reduced loss.
#include "kernels/fenchel_young_parameters.h"
#include "ops/arguments.h"
#include "ops/row_map.h"
#include "ops/row_map_parameters.h"
#include "ops/row_reduction.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

using FenchelYoung = gibbs_fenchel_young;

const runtime::Kernel kernels_by_type[] = GIBBS_TYPE_KERNELS("gibbs_fenchel_young");

void check_fenchel_young(const FenchelYoung* given) {
  runtime::check_struct(given, sizeof(FenchelYoung), "arguments");
  const FenchelYoung& a = *given;
  check_shape(a.type, a.rows, a.columns);
  check(a.target_type == GIBBS_TARGETS_INT32 || a.target_type == GIBBS_TARGETS_INT64, "target_type", a.target_type,
        "int32 or int64");
  if (a.alphas == nullptr) check(a.alpha > 1 && a.alpha <= 8, "alpha", a.alpha, "in (1, 8]");
  check(a.label_smoothing >= 0 && a.label_smoothing <= 1, "label_smoothing", a.label_smoothing, "in [0, 1]");
  check(a.reduction >= GIBBS_REDUCTION_MEAN && a.reduction <= GIBBS_REDUCTION_NONE, "reduction", a.reduction,
        "a gibbs_reduction");
  check_normaliser(a);
  if (a.rows > 0) {
    runtime::require(a.logits, "logits");
    runtime::require(a.targets, "targets");
  }
  const int element = element_bytes(a.type), real = real_bytes(a.type);
  const MatrixView logits = {a.logits, a.logits_stride, "logits"}, gradient = {a.gradient, a.gradient_stride, "gradient"},
                   probabilities = {a.probabilities, a.probabilities_stride, "probabilities"};
  for (const MatrixView& m : {logits, gradient, probabilities}) check_matrix(element, a.rows, a.columns, m);
  check_overlap(element, a.rows, a.columns, gradient, logits, true);
  check_overlap(element, a.rows, a.columns, probabilities, logits, false);
  check_overlap(element, a.rows, a.columns, gradient, probabilities, false);
  check_aligned(a.targets, a.target_type == GIBBS_TARGETS_INT32 ? 4 : 8, "targets");
  const struct {
    const void* pointer;
    int bytes;
    const char* name;
  } arrays[] = {{a.class_weights, real, "class_weights"},
                {a.row_weights, real, "row_weights"},
                {a.alphas, real, "alphas"},
                {a.normaliser, real, "normaliser"},
                {a.losses, real, "losses"},
                {a.loss, real, "loss"},
                {a.support_size, 8, "support_size"},
                {a.valid_rows, 8, "valid_rows"},
                {a.normaliser_used, real, "normaliser_used"}};
  for (const auto& array : arrays) check_aligned(array.pointer, array.bytes, array.name);
  if (a.loss != nullptr && a.reduction == GIBBS_REDUCTION_NONE)
    fail(GIBBS_INVALID_ARGUMENT, "loss: asked for with reduction none; take losses, or mean or sum");
}

int64_t workspace_bytes(const FenchelYoung& a) {
  return a.type == GIBBS_FLOAT64 ? ReductionScratch::of<double>(a).total() : ReductionScratch::of<float>(a).total();
}

template <class R>
kernels::FenchelYoungParameters<R> parameters(const FenchelYoung& a, const ScopeLaunch& l) {
  kernels::FenchelYoungParameters<R> p{};
  kernels::RowParameters<R>& r = p.row;
  r.rows = a.rows;
  r.columns = int32_t(a.columns);
  r.target_bytes = a.target_type == GIBBS_TARGETS_INT32 ? 4 : 8;
  r.logits = a.logits;
  r.logits_stride = a.logits_stride;
  r.targets = a.targets;
  r.class_weights = static_cast<const R*>(a.class_weights);
  r.row_weights = static_cast<const R*>(a.row_weights);
  r.normaliser = static_cast<const R*>(a.normaliser);
  r.normaliser_value = a.has_normaliser_value ? R(a.normaliser_value) : R(1);
  r.ignore_index = a.ignore_index;
  r.label_smoothing = R(a.label_smoothing);
  r.gradient = a.gradient;
  r.gradient_stride = a.gradient_stride;
  r.status = a.status;
  p.scope = l.geometry;
  p.alpha = a.alpha;
  p.alphas = static_cast<const R*>(a.alphas);
  p.probabilities = a.probabilities;
  p.probabilities_stride = a.probabilities_stride;
  p.support_size = a.support_size;
  return p;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_fenchel_young_workspace(gibbs_device* device, const gibbs_fenchel_young* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_fenchel_young(arguments);
    *bytes = ops::workspace_bytes(*arguments);
  });
}

GIBBS_API gibbs_status gibbs_fenchel_young_run(gibbs_device* device, gibbs_stream stream, const gibbs_fenchel_young* arguments) {
  return runtime::entry(device, [&] {
    ops::check_fenchel_young(arguments);
    const gibbs_fenchel_young& a = *arguments;
    const ops::ScopeLaunch l =
        ops::scope_launch(a.rows, a.columns, ops::element_bytes(a.type), 1, a.regime, runtime::limits(device));
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, ops::workspace_bytes(a));
    ops::with_real(a.type, [&](auto real) {
      using R = decltype(real);
      auto p = ops::parameters<R>(a, l);
      const ops::RowReduction<R, gibbs_fenchel_young> reduction(device, stream, a, workspace);
      reduction.before(p.row);
      if (a.rows > 0)
        runtime::launch(device, stream, ops::kernels_by_type[a.type], {l.grid, l.block, l.shared_bytes}, &p, sizeof(p));
      reduction.after(p.row);
    });
  });
}
