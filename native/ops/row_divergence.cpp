// Divergences of rows: from the C arguments to launches: the normaliser, the rows, the reduced value.
#include <algorithm>

#include "kernels/row_divergence_parameters.h"
#include "ops/arguments.h"
#include "ops/reduced_value.h"
#include "ops/row_map.h"
#include "ops/row_map_parameters.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

using RowDivergence = gibbs_row_divergence;

const runtime::Kernel dense_kernels[] = GIBBS_TYPE_KERNELS("gibbs_row_divergence");
const runtime::Kernel sparse_kernels[] = GIBBS_TYPE_KERNELS("gibbs_sparse_divergence");

void check_divergence_scalars(const RowDivergence& a) {
  const bool sparse = a.listed > 0;
  check(a.kind >= GIBBS_DIVERGENCE_KULLBACK_LEIBLER && a.kind <= GIBBS_DIVERGENCE_SYMMETRIC_CROSS_ENTROPY, "kind", a.kind,
        "a gibbs_divergence_kind");
  check(a.beta > 0 && a.beta < 1, "beta", a.beta, "in (0, 1)");
  check(std::isfinite(a.alpha), "alpha", a.alpha, "finite");
  check(a.share >= 0 && a.share <= 1, "share", a.share, "in [0, 1]");
  if (a.kind == GIBBS_DIVERGENCE_ALPHA) check_held(a.type, "alpha", a.alpha);
  if (a.kind == GIBBS_DIVERGENCE_JENSEN_SHANNON) check_held(a.type, "beta", a.beta);
  check(a.student_temperature > 0 && std::isfinite(a.student_temperature), "student_temperature", a.student_temperature,
        "positive and finite");
  check(a.teacher_temperature > 0 && std::isfinite(a.teacher_temperature), "teacher_temperature", a.teacher_temperature,
        "positive and finite");
  check(std::isfinite(a.weight), "weight", a.weight, "finite");
  check_held(a.type, "weight", a.weight);
  check(a.teacher_input == GIBBS_TEACHER_LOGITS || a.teacher_input == GIBBS_TEACHER_PROBABILITIES, "teacher_input",
        a.teacher_input, "a gibbs_teacher_input");
  check(a.tail >= GIBBS_TAIL_NONE && a.tail <= GIBBS_TAIL_BUCKET, "tail", a.tail, "a gibbs_sparse_tail");
  check(a.reduction >= GIBBS_REDUCTION_MEAN && a.reduction <= GIBBS_REDUCTION_NONE, "reduction", a.reduction,
        "a gibbs_reduction");
  check_normaliser(a);
  if (a.value != nullptr && a.reduction == GIBBS_REDUCTION_NONE)
    fail(GIBBS_INVALID_ARGUMENT, "value: asked for with reduction none; take divergences, or mean or sum");
  if (sparse || a.teacher_input == GIBBS_TEACHER_PROBABILITIES)
    check(a.teacher_temperature == 1, "teacher_temperature", a.teacher_temperature, "1 for given probabilities, which have none");
  if (!sparse) {
    check(a.tail == GIBBS_TAIL_NONE, "tail", a.tail, "none (0) for a dense teacher");
    return;
  }
  check(a.teacher_input == GIBBS_TEACHER_LOGITS, "teacher_input", a.teacher_input, "0 for a sparse teacher");
  check(a.tail != GIBBS_TAIL_NONE || a.kind == GIBBS_DIVERGENCE_KULLBACK_LEIBLER, "tail", a.tail,
        "renormalised (1) or bucket (2) for kinds other than Kullback-Leibler");
  check(a.id_type == GIBBS_TARGETS_INT32 || a.id_type == GIBBS_TARGETS_INT64, "id_type", a.id_type, "int32 or int64");
  check(a.listed <= a.columns, "listed", double(a.listed), "at most columns");
  if (a.teacher_gradient != nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "teacher_gradient: given with a sparse teacher, which has none");
}

void check_divergence(const RowDivergence* given) {
  runtime::check_struct(given, sizeof(RowDivergence), "arguments");
  const RowDivergence& a = *given;
  check_shape(a.type, a.rows, a.columns);
  check(a.listed >= 0, "listed", double(a.listed), "0 or more");
  check_divergence_scalars(a);
  const int element = element_bytes(a.type), real = real_bytes(a.type), id = a.id_type == GIBBS_TARGETS_INT32 ? 4 : 8;
  if (a.rows > 0) {
    runtime::require(a.student, "student");
    if (a.listed == 0) {
      runtime::require(a.teacher, "teacher");
    } else {
      runtime::require(a.ids, "ids");
      runtime::require(a.log_probabilities, "log_probabilities");
    }
  }
  const MatrixView student = {a.student, a.student_stride, "student"}, teacher = {a.teacher, a.teacher_stride, "teacher"},
                   student_gradient = {a.student_gradient, a.student_gradient_stride, "student_gradient"},
                   teacher_gradient = {a.teacher_gradient, a.teacher_gradient_stride, "teacher_gradient"};
  for (const MatrixView& m : {student, teacher, student_gradient, teacher_gradient}) check_matrix(element, a.rows, a.columns, m);
  check_matrix(id, a.rows, a.listed, {a.ids, a.ids_stride, "ids"});
  check_matrix(real, a.rows, a.listed, {a.log_probabilities, a.log_probabilities_stride, "log_probabilities"});
  // One matrix may be both sides: then a gradient on it is on either.
  const bool same = a.student == a.teacher && (a.student_stride == a.teacher_stride || a.rows == 1);
  check_overlap(element, a.rows, a.columns, student_gradient, student, true);
  check_overlap(element, a.rows, a.columns, student_gradient, teacher, same);
  check_overlap(element, a.rows, a.columns, teacher_gradient, teacher, true);
  check_overlap(element, a.rows, a.columns, teacher_gradient, student, same);
  check_overlap(element, a.rows, a.columns, teacher_gradient, student_gradient, false);
  const struct {
    const void* pointer;
    int bytes;
    const char* name;
  } arrays[] = {{a.row_weights, real, "row_weights"},
                {a.normaliser, real, "normaliser"},
                {a.divergences, real, "divergences"},
                {a.value, real, "value"},
                {a.normaliser_used, real, "normaliser_used"}};
  for (const auto& array : arrays) check_aligned(array.pointer, array.bytes, array.name);
}

// What a reduction reads: either gradient is divided by the normaliser.
struct DivergenceReduction {
  int64_t rows;
  int32_t reduction, has_normaliser_value;
  const void *normaliser, *gradient;
  void *loss, *losses, *normaliser_used;
  int64_t* valid_rows;

  explicit DivergenceReduction(const RowDivergence& a)
      : rows(a.rows),
        reduction(a.reduction),
        has_normaliser_value(a.has_normaliser_value),
        normaliser(a.normaliser),
        gradient(a.student_gradient != nullptr ? a.student_gradient : a.teacher_gradient),
        loss(a.value),
        losses(a.divergences),
        normaliser_used(a.normaliser_used),
        valid_rows(nullptr) {}

  int64_t workspace_bytes(int32_t type) const {
    return type == GIBBS_FLOAT64 ? ReductionScratch::of<double>(*this).total() : ReductionScratch::of<float>(*this).total();
  }
};

ScopeLaunch divergence_launch(const RowDivergence& a, const runtime::Limits& limits) {
  // A sparse teacher's listed classes are written by threads that do not own their elements: a block a row.
  const bool sparse = a.listed > 0;
  int32_t regime = a.regime;
  if (sparse && (regime == GIBBS_REGIME_AUTOMATIC || regime == GIBBS_REGIME_WARP)) {
    const int64_t row_bytes = divide_up(a.columns * element_bytes(a.type), kSegmentBytes) * kSegmentBytes;
    regime = kernels::kExchangeBytes + row_bytes <= limits.shared_per_block ? GIBBS_REGIME_SHARED : GIBBS_REGIME_TWO_PASS;
  }
  return scope_launch(a.rows, a.columns, element_bytes(a.type), sparse ? 1 : 2, regime, limits);
}

// Of the listed classes' gradients, a row of them for each block.
int64_t listed_bytes(const RowDivergence& a, const ScopeLaunch& l) {
  return a.listed == 0 || a.student_gradient == nullptr ? 0 : int64_t(l.grid) * a.listed * int64_t(sizeof(double));
}

int64_t divergence_workspace(const RowDivergence& a, const ScopeLaunch& l) {
  return DivergenceReduction(a).workspace_bytes(a.type) + runtime::Workspace::round_up(listed_bytes(a, l));
}

kernels::DivergenceShape divergence_shape(const RowDivergence& a) {
  kernels::DivergenceShape shape = {a.kind, a.alpha, a.beta, a.share};
  if (a.kind == GIBBS_DIVERGENCE_ALPHA && a.alpha == 0) shape.kind = GIBBS_DIVERGENCE_KULLBACK_LEIBLER;
  if (a.kind == GIBBS_DIVERGENCE_ALPHA && a.alpha == 1) shape.kind = GIBBS_DIVERGENCE_REVERSE_KULLBACK_LEIBLER;
  return shape;
}

template <class R>
kernels::RowDivergenceParameters<R> divergence_parameters(const RowDivergence& a, const kernels::RowParameters<R>& reduced,
                                                          const ScopeLaunch& l) {
  kernels::RowDivergenceParameters<R> p{};
  p.row = reduced;
  p.row.columns = int32_t(a.columns);
  p.row.logits = a.student;
  p.row.logits_stride = a.student_stride;
  p.row.gradient = a.student_gradient;
  p.row.gradient_stride = a.student_gradient_stride;
  p.row.status = a.status;
  p.scope = l.geometry;
  p.shape = divergence_shape(a);
  p.probabilities = a.teacher_input == GIBBS_TEACHER_PROBABILITIES;
  p.teacher = a.teacher;
  p.teacher_stride = a.teacher_stride;
  p.teacher_gradient = a.teacher_gradient;
  p.teacher_gradient_stride = a.teacher_gradient_stride;
  p.student_temperature = a.student_temperature;
  p.teacher_temperature = a.teacher_temperature;
  p.scale = a.weight / (a.per_element ? double(a.columns) : 1.0);
  p.ids = a.ids;
  p.ids_stride = a.ids_stride;
  p.log_probabilities = static_cast<const R*>(a.log_probabilities);
  p.log_probabilities_stride = a.log_probabilities_stride;
  p.id_bytes = a.id_type == GIBBS_TARGETS_INT32 ? 4 : 8;
  p.listed = int32_t(a.listed);
  p.tail = a.tail;
  p.list_segments = int32_t(divide_up(a.listed * element_bytes(a.type), kSegmentBytes));
  return p;
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_row_divergence_workspace(gibbs_device* device, const gibbs_row_divergence* arguments,
                                                      int64_t* bytes) {
  return runtime::entry(device, [&] {
    runtime::require(bytes, "bytes");
    ops::check_divergence(arguments);
    *bytes = ops::divergence_workspace(*arguments, ops::divergence_launch(*arguments, runtime::limits(device)));
  });
}

GIBBS_API gibbs_status gibbs_row_divergence_run(gibbs_device* device, gibbs_stream stream,
                                                const gibbs_row_divergence* arguments) {
  return runtime::entry(device, [&] {
    ops::check_divergence(arguments);
    const gibbs_row_divergence& a = *arguments;
    const ops::ScopeLaunch l = ops::divergence_launch(a, runtime::limits(device));
    const ops::DivergenceReduction value(a);
    runtime::Workspace workspace(device, stream, a.workspace, a.workspace_bytes, ops::divergence_workspace(a, l));
    ops::with_real(a.type, [&](auto real) {
      using R = decltype(real);
      auto reduced = ops::ReducedValue::rows_of<R>(a);
      const ops::RowReduction<R, ops::DivergenceReduction> reduction(device, stream, value, workspace);
      reduction.before(reduced);
      auto p = ops::divergence_parameters<R>(a, reduced, l);
      const int64_t listed = ops::listed_bytes(a, l);
      if (listed > 0) p.listed_gradients = static_cast<double*>(workspace.take(listed));
      const runtime::Kernel* kernels = a.listed > 0 ? ops::sparse_kernels : ops::dense_kernels;
      if (a.rows > 0) runtime::launch(device, stream, kernels[a.type], {l.grid, l.block, l.shared_bytes}, &p, sizeof(p));
      reduction.after(reduced);
    });
  });
}
