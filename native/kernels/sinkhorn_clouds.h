// Clouds as Sinkhorn's costs take them: y by coordinates, so that a load holds one coordinate of several points, and for the
// cosine both with norm 1 (0 at the origin). A thread per point.
#pragma once

#include "kernels/sinkhorn_parameters.h"
#include "device/math.h"

namespace gibbs::kernels {

using namespace device;

template <class R>
GIBBS_DEVICE R inverse_norm(const R* point, int dimensions) {
  double squares = 0;
  for (int k = 0; k < dimensions; ++k) squares = fma(double(point[k]), double(point[k]), squares);
  return squares > 0 || squares != squares ? R(1 / square_root(squares)) : R(0);
}

template <class R>
GIBBS_DEVICE void sinkhorn_clouds(const SinkhornCloudsParameters& p) {
  const int dimensions = p.points.dimensions;
  const bool cosine = p.points.metric == GIBBS_METRIC_COSINE;
  const int64_t threads = int64_t(grid_size()) * block_size();
  GIBBS_UNROLL_BY(1)
  for (int64_t i = int64_t(block_index()) * block_size() + thread_index(); i < p.y_count + p.x_count; i += threads) {
    if (i < p.y_count) {
      const R* const y = static_cast<const R*>(p.points.y) + i * p.points.y_stride;
      R* const coordinates = static_cast<R*>(p.y_coordinates) + i;
      const R factor = cosine ? inverse_norm(y, dimensions) : R(1);
      for (int k = 0; k < dimensions; ++k) coordinates[k * p.y_pitch] = factor * y[k];
    } else if (cosine) {
      const R* const x = static_cast<const R*>(p.points.x) + (i - p.y_count) * p.points.x_stride;
      R* const units = static_cast<R*>(p.x_units) + (i - p.y_count) * dimensions;
      const R factor = inverse_norm(x, dimensions);
      for (int k = 0; k < dimensions; ++k) units[k] = factor * x[k];
    }
  }
}

}  // namespace gibbs::kernels
