// Minimum-entropy couplings: checks, memory for a tree per warp and side, and a warp per problem.
#include "kernels/entropy_coupling_parameters.h"
#include "ops/launch.h"
#include "ops/row_map_parameters.h"
#include "ops/token_arrays.h"

namespace gibbs::ops {

namespace {

using runtime::Workspace;

const runtime::Kernel coupling_kernels[] = {runtime::Kernel("gibbs_entropy_coupling_f32"),
                                            runtime::Kernel("gibbs_entropy_coupling_f64")};

void check_entropy_coupling(const gibbs_entropy_coupling* given) {
  runtime::check_struct(given, sizeof(gibbs_entropy_coupling), "arguments");
  const gibbs_entropy_coupling& a = *given;
  check_tokens(a.type, a.problems, 1);
  check(a.source >= 1 && a.source <= kMaxColumns, "source", double(a.source), "from 1 to 2147479552");
  check(a.target >= 1 && a.target <= kMaxColumns - a.source + 1, "target", double(a.target), "1 or more, and with source below 2^31");
  check_shape(a.type, a.problems, a.source + a.target - 1);
  const int real = element_bytes(a.type);
  const int64_t atoms = a.source + a.target - 1;
  const TokenView inputs[] = {{a.source_masses, a.source_stride, real, "source_masses"},
                              {a.target_masses, a.target_stride, real, "target_masses"}};
  const int64_t columns[] = {a.source, a.target};
  const TokenView outputs[] = {{a.source_indices, a.source_indices_stride, 4, "source_indices"},
                               {a.target_indices, a.target_indices_stride, 4, "target_indices"},
                               {a.masses, a.masses_stride, real, "masses"}};
  for (int i = 0; i < 2; ++i) {
    if (a.problems > 0) runtime::require(inputs[i].pointer, inputs[i].name);
    check_view(a.problems, columns[i], inputs[i]);
  }
  for (const TokenView& output : outputs) check_view(a.problems, atoms, output);
  check_aligned(a.counts, 4, "counts");
  check_aligned(a.entropies, real, "entropies");
  check_aligned(a.information, real, "information");
  check_aligned(a.bounds, real, "bounds");
}

template <class R>
class CouplingCall {
 public:
  CouplingCall(gibbs_device* device_, gibbs_stream stream_, const gibbs_entropy_coupling& arguments)
      : device(device_), stream(stream_), a_(arguments) {
    const int64_t per_block = kernels::kCouplingThreads / kWarpThreads;
    grid_ = resident_grid(divide_up(a_.problems, per_block), runtime::limits(device));
    warps_ = grid_ * per_block;
  }

  int64_t bytes() const { return side_bytes(a_.source) + side_bytes(a_.target); }

  void run() const {
    Workspace workspace(device, stream, a_.workspace, a_.workspace_bytes, bytes());
    const kernels::EntropyCouplingParameters<R> p = {a_.problems,
                                                     side(workspace, a_.source_masses, a_.source_stride, a_.source),
                                                     side(workspace, a_.target_masses, a_.target_stride, a_.target),
                                                     a_.base_2 ? 1 / std::log(2.0) : 1,
                                                     a_.source_indices,
                                                     a_.target_indices,
                                                     a_.source_indices_stride,
                                                     a_.target_indices_stride,
                                                     static_cast<R*>(a_.masses),
                                                     a_.masses_stride,
                                                     a_.counts,
                                                     static_cast<R*>(a_.entropies),
                                                     static_cast<R*>(a_.information),
                                                     static_cast<R*>(a_.bounds),
                                                     a_.status};
    launch(*this, coupling_kernels[sizeof(R) == 8], grid_, kernels::kCouplingThreads, 0, p);
  }

  gibbs_device* device;
  gibbs_stream stream;

 private:
  int64_t leaf_bytes(int64_t count) const { return warps_ * kernels::mass_tree_leaves(count) * 8; }
  int64_t node_bytes(int64_t count, int bytes) const { return warps_ * kernels::mass_tree_nodes(count) * bytes; }
  int64_t side_bytes(int64_t count) const {
    return Workspace::round_up(leaf_bytes(count)) + Workspace::round_up(node_bytes(count, 8)) +
           Workspace::round_up(node_bytes(count, 4));
  }
  kernels::CouplingSide side(Workspace& workspace, const void* masses, int64_t stride, int64_t count) const {
    kernels::CouplingSide s{masses, stride, count, nullptr, nullptr, nullptr};
    s.leaves = static_cast<double*>(workspace.take(leaf_bytes(count)));
    s.largest = static_cast<double*>(workspace.take(node_bytes(count, 8)));
    s.where = static_cast<int32_t*>(workspace.take(node_bytes(count, 4)));
    return s;
  }

  const gibbs_entropy_coupling& a_;
  unsigned grid_;
  int64_t warps_;
};

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_entropy_coupling_workspace(gibbs_device* device, const gibbs_entropy_coupling* arguments,
                                                        int64_t* bytes) {
  return runtime::entry(device, [&] {
    ops::check_entropy_coupling(arguments);
    runtime::require(bytes, "bytes");
    *bytes = arguments->problems == 0 ? 0 : ops::CouplingCall<double>(device, nullptr, *arguments).bytes();
  });
}

GIBBS_API gibbs_status gibbs_entropy_coupling_run(gibbs_device* device, gibbs_stream stream,
                                                  const gibbs_entropy_coupling* arguments) {
  return runtime::entry(device, [&] {
    ops::check_entropy_coupling(arguments);
    if (arguments->problems == 0) return;
    ops::with_real(arguments->type, [&](auto real) { ops::CouplingCall<decltype(real)>(device, stream, *arguments).run(); });
  });
}
