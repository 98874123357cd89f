// Transport on a line and sliced: keys, sort, cumulative weights, slopes, values and segments, for batches of problems that bound the
// workspace.
#include <algorithm>
#include <cmath>

#include "kernels/line_transport_parameters.h"
#include "ops/arguments.h"
#include "ops/merge_sort.h"

namespace gibbs::ops {

namespace {

using namespace kernels;
using runtime::Kernel;
using runtime::Workspace;

// By real: float32, float64.
#define GIBBS_REAL_PAIR(name) {Kernel(name "_f32"), Kernel(name "_f64")}
const Kernel line_load[2] = GIBBS_REAL_PAIR("gibbs_line_load");
const Kernel line_masses[2] = GIBBS_REAL_PAIR("gibbs_line_masses");
const Kernel line_slopes[2] = GIBBS_REAL_PAIR("gibbs_line_slopes");
const Kernel line_values[2] = GIBBS_REAL_PAIR("gibbs_line_values");
const Kernel line_plan[2] = GIBBS_REAL_PAIR("gibbs_line_plan");
const Kernel slice_directions[2] = GIBBS_REAL_PAIR("gibbs_slice_directions");
const Kernel slice_project[2] = GIBBS_REAL_PAIR("gibbs_slice_project");
const Kernel slice_gradient[2] = GIBBS_REAL_PAIR("gibbs_slice_gradient");
const Kernel slice_mean("gibbs_slice_mean");

constexpr int64_t kBatchPoints = int64_t(1) << 22;  // of problems computed at once, where there is more than one
constexpr int64_t kMostPoints = int64_t(1) << 27;   // of a problem: products of counts are exact in fp64

void check_wasserstein(const gibbs_wasserstein* given) {
  runtime::check_struct(given, sizeof(gibbs_wasserstein), "arguments");
  const gibbs_wasserstein& a = *given;
  check(a.type == GIBBS_FLOAT32 || a.type == GIBBS_FLOAT64, "type", a.type, "float32 or float64");
  check(a.rows >= 0, "rows", double(a.rows), "0 or more");
  check(a.sources >= 1 && a.sources <= kMostPoints, "sources", double(a.sources), "from 1 to 2^27");
  check(a.targets >= 1 && a.targets <= kMostPoints - a.sources, "targets", double(a.targets), "at least 1, with sources at most 2^27");
  check(a.dimensions >= 0 && a.dimensions <= kMaxColumns, "dimensions", double(a.dimensions), "0 (rows) or more");
  check(a.power >= 1 && std::isfinite(a.power), "power", a.power, "at least 1 and finite");
  const bool slices = a.dimensions > 0;
  if (a.rows > 0) {
    runtime::require(a.x, "x");
    runtime::require(a.y, "y");
  }
  const int element = element_bytes(a.type);
  const int64_t x_rows = slices ? a.sources : a.rows, y_rows = slices ? a.targets : a.rows, x_columns = slices ? a.dimensions : a.sources,
                y_columns = slices ? a.dimensions : a.targets, segments = a.sources + a.targets - 1;
  const MatrixView x = {a.x, a.x_stride, "x"}, y = {a.y, a.y_stride, "y"};
  const MatrixView dx = {a.x_gradient, a.x_gradient_stride, "x_gradient"}, dy = {a.y_gradient, a.y_gradient_stride, "y_gradient"};
  check_matrix(element, x_rows, x_columns, x);
  check_matrix(element, y_rows, y_columns, y);
  check_matrix(element, x_rows, x_columns, dx);
  check_matrix(element, y_rows, y_columns, dy);
  check_overlap(element, x_rows, x_columns, dx, x, false);
  check_overlap(element, y_rows, y_columns, dy, y, false);
  check_matrix(element, a.rows, a.dimensions, {a.directions, a.directions_stride, "directions"});
  check_matrix(element, a.rows, a.dimensions, {a.used_directions, a.used_directions_stride, "used_directions"});
  check_matrix(int(sizeof(int32_t)), a.rows, segments, {a.plan_sources, a.plan_sources_stride, "plan_sources"});
  check_matrix(int(sizeof(int32_t)), a.rows, segments, {a.plan_targets, a.plan_targets_stride, "plan_targets"});
  check_matrix(element, a.rows, segments, {a.plan_masses, a.plan_masses_stride, "plan_masses"});
  check_aligned(a.source_weights, element, "source_weights");
  check_aligned(a.target_weights, element, "target_weights");
  check_aligned(a.values, element, "values");
  check_aligned(a.mean, int(sizeof(double)), "mean");
  check_aligned(a.plan_lengths, int(sizeof(int32_t)), "plan_lengths");
  const bool plan = a.plan_sources != nullptr || a.plan_targets != nullptr || a.plan_masses != nullptr || a.plan_lengths != nullptr;
  if (slices && plan) fail(GIBBS_INVALID_ARGUMENT, "plan_lengths: plans are of rows (dimensions = 0), not of slices");
  if (!slices && (a.directions != nullptr || a.used_directions != nullptr || a.mean != nullptr))
    fail(GIBBS_INVALID_ARGUMENT, "directions: given for rows; directions and their mean are of slices (dimensions >= 1)");
}

// A call's shape and its pieces of workspace.
struct LinePlan {
  explicit LinePlan(const gibbs_wasserstein& arguments)
      : a(arguments),
        slices(a.dimensions > 0),
        real(a.type == GIBBS_FLOAT64),
        batch(std::max<int64_t>(std::min(a.rows, kBatchPoints / (a.sources + a.targets)), 1)) {}

  int64_t count(int side) const { return side == 0 ? a.sources : a.targets; }
  bool weighs(int side) const { return (side == 0 ? a.source_weights : a.target_weights) != nullptr; }
  void* gradient(int side) const { return side == 0 ? a.x_gradient : a.y_gradient; }
  // Lanes that share an atom: it has about as many segments as there are others to one.
  int32_t lanes(int side) const {
    int32_t lanes = 1;
    while (lanes < 32 && count(1 - side) / count(side) >= 4 * lanes) lanes *= 2;
    return lanes;
  }

  template <class Piece>
  void each_piece(LineSide (&sides)[2], double*& partials, double*& sums, SortBuffers (&buffers)[2], SliceParameters& s, const Piece& piece) const {
    const int64_t element = real_bytes(a.type);
    for (int side = 0; side < 2; ++side) {
      const int64_t entries = batch * count(side);
      for (int i = 0; i < 2; ++i) {
        piece(buffers[side].keys[i], entries * element);
        piece(buffers[side].indices[i], entries * int64_t(sizeof(int32_t)));
      }
      if (weighs(side)) {
        piece(sides[side].ends, entries * int64_t(sizeof(double)));
        piece(sides[side].masses, batch * int64_t(sizeof(double)));
      }
      if (slices && gradient(side) != nullptr) piece(sides[side].slopes, entries * element);
    }
    piece(partials, batch * divide_up(a.sources, line_chunk(lanes(0))) * int64_t(sizeof(double)));
    if (!slices) return;
    piece(s.directions, a.rows * a.dimensions * element);
    piece(sums, a.rows * int64_t(sizeof(double)));
  }

  const gibbs_wasserstein& a;
  const bool slices, real;
  const int64_t batch;
};

int64_t plan_bytes(const LinePlan& plan) {
  int64_t sum = 0;
  LineSide sides[2]{};
  double *partials = nullptr, *sums = nullptr;
  SliceParameters s{};
  SortBuffers buffers[2]{};
  plan.each_piece(sides, partials, sums, buffers, s, [&](auto&, int64_t bytes) { sum += Workspace::round_up(bytes); });
  return sum;
}

struct LineCall {
  gibbs_device* device;
  gibbs_stream stream;
};

// Batches of problems, one after the other.
class LineBatches {
 public:
  LineBatches(const LineCall& call, const LinePlan& plan, Workspace& workspace) : call_(call), plan_(plan) {
    plan.each_piece(sides_, partials_, p_.sums, buffers_, s_, [&](auto& pointer, int64_t bytes) {
      pointer = static_cast<std::remove_reference_t<decltype(pointer)>>(workspace.take(bytes));
    });
    const gibbs_wasserstein& a = plan.a;
    sides_[0].points = a.x;
    sides_[0].points_stride = a.x_stride;
    sides_[0].weights = a.source_weights;
    sides_[0].weights_stride = a.source_weights_stride;
    sides_[1].points = a.y;
    sides_[1].points_stride = a.y_stride;
    sides_[1].weights = a.target_weights;
    sides_[1].weights_stride = a.target_weights_stride;
    for (int side = 0; side < 2; ++side) sides_[side].count = plan.count(side);
    p_.power = a.power;
    p_.values = a.values;
    p_.status = a.status;
    p_.plan_sources = a.plan_sources;
    p_.plan_sources_stride = a.plan_sources_stride;
    p_.plan_targets = a.plan_targets;
    p_.plan_targets_stride = a.plan_targets_stride;
    p_.plan_masses = a.plan_masses;
    p_.plan_masses_stride = a.plan_masses_stride;
    p_.plan_lengths = a.plan_lengths;
    s_.slices = a.rows;
    s_.dimensions = a.dimensions;
    s_.given = a.directions;
    s_.given_stride = a.directions_stride;
    s_.seed = a.seed;
    s_.used = a.used_directions;
    s_.used_stride = a.used_directions_stride;
    s_.sums = p_.sums;
    s_.mean = a.mean;
  }

  void run() {
    if (plan_.slices) launch_warps(call_, slice_directions[plan_.real], plan_.a.rows, kLineThreads, s_);
    for (int64_t first = 0; first < plan_.a.rows; first += plan_.batch) {
      p_.first = s_.first = first;
      p_.rows = s_.rows = std::min(plan_.batch, plan_.a.rows - first);
      solve();
    }
    if (s_.mean != nullptr) launch(call_, slice_mean, 1, kLineThreads, kLineShared, s_);
  }

 private:
  void solve() {
    for (int side = 0; side < 2; ++side) sort(side);
    for (int side = 0; side < 2; ++side) {
      // The values come with the slopes of x.
      if (side == 0 || plan_.gradient(side) != nullptr) slopes(side);
    }
    of(0);
    launch(call_, line_values[plan_.real], blocks(p_.rows), kLineThreads, kLineShared, p_);
    const bool segments = p_.plan_sources != nullptr || p_.plan_targets != nullptr || p_.plan_masses != nullptr || p_.plan_lengths != nullptr;
    if (segments) launch(call_, line_plan[plan_.real], blocks(p_.rows), kLineThreads, kLineShared, p_);
  }

  void sort(int side) {
    LineSide& own = sides_[side];
    own.unsorted = s_.unsorted = buffers_[side].keys[0];
    of(side);
    const int64_t entries = p_.rows * own.count;
    if (plan_.slices) {
      launch(call_, slice_project[plan_.real], blocks(divide_up(entries, kLineThreads)), kLineThreads, 0, s_);
    } else {
      launch(call_, line_load[plan_.real], blocks(divide_up(entries, kLineThreads)), kLineThreads, 0, p_);
    }
    const unsigned threads = unsigned(std::min<int64_t>(kSortThreads, divide_up(own.count, kWarpThreads) * kWarpThreads));
    const int sorted = sort_rows(call_, plan_.real, p_.rows, int32_t(own.count), kSortTile, threads, buffers_[side]);
    own.keys = buffers_[side].keys[sorted];
    own.order = buffers_[side].indices[sorted];
    of(side);
    if (plan_.weighs(side)) launch(call_, line_masses[plan_.real], blocks(p_.rows), kLineThreads, kLineShared, p_);
  }

  void slopes(int side) {
    LineSide& own = sides_[side];
    if (plan_.slices) {
      own.slopes_stride = own.count;
      own.slopes_first = 0;
    } else {
      own.slopes = plan_.gradient(side);
      own.slopes_stride = side == 0 ? plan_.a.x_gradient_stride : plan_.a.y_gradient_stride;
      own.slopes_first = p_.first;
    }
    of(side);
    launch(call_, line_slopes[plan_.real], blocks(p_.rows * divide_up(own.count, line_chunk(p_.lanes))), kLineThreads, kLineShared, p_);
    if (!plan_.slices || own.slopes == nullptr) return;
    s_.slopes = own.slopes;
    s_.gradient = plan_.gradient(side);
    s_.gradient_stride = side == 0 ? plan_.a.x_gradient_stride : plan_.a.y_gradient_stride;
    launch(call_, slice_gradient[plan_.real], blocks(divide_up(own.count * s_.dimensions, kLineThreads)), kLineThreads, 0, s_);
  }

  // The sides of the next kernels: x and y, or y and x. Values come of x.
  void of(int side) {
    p_.own = sides_[side];
    p_.other = sides_[1 - side];
    p_.exchanged = side;
    p_.lanes = plan_.lanes(side);
    p_.partials = side == 0 ? partials_ : nullptr;
    s_.count = plan_.count(side);
    s_.points = sides_[side].points;
    s_.points_stride = sides_[side].points_stride;
  }

  unsigned blocks(int64_t count) const { return resident_grid(count, runtime::limits(call_.device)); }

  // The exchange of reductions; spans' sums, and the whole.
  static constexpr unsigned kLineShared = 4096;
  static_assert(kLineShared >= (kLineThreads + 1) * sizeof(double), "sums of spans fit");

  const LineCall& call_;
  const LinePlan& plan_;
  LineSide sides_[2]{};
  double* partials_ = nullptr;
  LineParameters p_{};
  SliceParameters s_{};
  SortBuffers buffers_[2]{};
};

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_wasserstein_workspace(gibbs_device* device, const gibbs_wasserstein* arguments, int64_t* bytes) {
  return runtime::entry(device, [&] {
    ops::check_wasserstein(arguments);
    runtime::require(bytes, "bytes");
    *bytes = ops::plan_bytes(ops::LinePlan(*arguments));
  });
}

GIBBS_API gibbs_status gibbs_wasserstein_run(gibbs_device* device, gibbs_stream stream, const gibbs_wasserstein* arguments) {
  return runtime::entry(device, [&] {
    ops::check_wasserstein(arguments);
    if (arguments->rows == 0) return;
    const ops::LinePlan plan(*arguments);
    const ops::LineCall call = {device, stream};
    runtime::Workspace workspace(device, stream, arguments->workspace, arguments->workspace_bytes, ops::plan_bytes(plan));
    ops::LineBatches(call, plan, workspace).run();
  });
}
