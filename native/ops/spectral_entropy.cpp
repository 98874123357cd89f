// Spectral entropies: from the C arguments to one launch over rows.
#include <cmath>

#include "kernels/spectral_entropy_parameters.h"
#include "ops/arguments.h"
#include "ops/launch.h"
#include "ops/scope_geometry.h"

namespace gibbs::ops {

namespace {

const runtime::Kernel spectral_kernels[2] = {runtime::Kernel("gibbs_spectral_entropy_f32"),
                                             runtime::Kernel("gibbs_spectral_entropy_f64")};

void check_spectral(const gibbs_spectral_entropy* given) {
  runtime::check_struct(given, sizeof(gibbs_spectral_entropy), "arguments");
  const gibbs_spectral_entropy& a = *given;
  check(a.type == GIBBS_FLOAT32 || a.type == GIBBS_FLOAT64, "type", a.type, "float32 or float64");
  check_shape(a.type, a.rows, a.columns);
  check(a.kind == GIBBS_SPECTRAL_DIFFUSION || a.kind == GIBBS_SPECTRAL_VON_NEUMANN, "kind", a.kind, "a gibbs_spectral_kind");
  check(a.power > 0 && std::isfinite(a.power), "power", a.power, "positive and finite");
  check_held(a.type, "power", a.power);
  if (a.kind == GIBBS_SPECTRAL_VON_NEUMANN) check(a.power == 1, "power", a.power, "1 for von Neumann");
  if (a.rows > 0) runtime::require(a.eigenvalues, "eigenvalues");
  const int element = element_bytes(a.type);
  const MatrixView eigenvalues = {a.eigenvalues, a.eigenvalues_stride, "eigenvalues"},
                   gradient = {a.gradient, a.gradient_stride, "gradient"};
  check_matrix(element, a.rows, a.columns, eigenvalues);
  check_matrix(element, a.rows, a.columns, gradient);
  check_overlap(element, a.rows, a.columns, gradient, eigenvalues, true);
  check_aligned(a.row_weights, element, "row_weights");
  check_aligned(a.entropies, element, "entropies");
}

template <class R>
void run_spectral(gibbs_device* device, gibbs_stream stream, const gibbs_spectral_entropy& a) {
  const ScopeLaunch l = scope_launch(a.rows, a.columns, int(sizeof(R)), 1, a.regime, runtime::limits(device));
  kernels::SpectralParameters<R> p{};
  p.scope = l.geometry;
  p.rows = a.rows;
  p.columns = int32_t(a.columns);
  p.von_neumann = a.kind == GIBBS_SPECTRAL_VON_NEUMANN;
  p.eigenvalues = a.eigenvalues;
  p.stride = a.eigenvalues_stride;
  p.row_weights = static_cast<const R*>(a.row_weights);
  p.power = a.power;
  p.unit = a.base_2 ? 1 / std::log(2.0) : 1;
  p.entropies = static_cast<R*>(a.entropies);
  p.gradient = a.gradient;
  p.gradient_stride = a.gradient_stride;
  p.status = a.status;
  if (a.rows > 0)
    runtime::launch(device, stream, spectral_kernels[sizeof(R) == 8], {l.grid, l.block, l.shared_bytes}, &p, sizeof(p));
}

}  // namespace

}  // namespace gibbs::ops

using namespace gibbs;

GIBBS_API gibbs_status gibbs_spectral_entropy_run(gibbs_device* device, gibbs_stream stream,
                                                  const gibbs_spectral_entropy* arguments) {
  return runtime::entry(device, [&] {
    ops::check_spectral(arguments);
    if (arguments->type == GIBBS_FLOAT64) {
      ops::run_spectral<double>(device, stream, *arguments);
    } else {
      ops::run_spectral<float>(device, stream, *arguments);
    }
  });
}
