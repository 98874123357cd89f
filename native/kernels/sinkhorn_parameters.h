// What the host hands to the Sinkhorn kernels, and the geometry that both derive from a problem's shape: every sum is cut where
// the shape says, so that a block and a grid of any size give the same bits.
//
//   chunk   rows that one block sweeps and whose column sums are one row of partials; at most kSinkhornChunks
//   crew    lanes that share a row: 8, 16 or 32 of a warp, or the whole block; a lane has columns 4 l to 4 l + 3 and on by 4
//   width group   kSinkhornGroup rows that a crew sweeps together
#pragma once

#include "gibbs/sinkhorn.h"
#include "kernels/shape.h"
#include "kernels/team_parameters.h"
#include "kernels/transport_costs_parameters.h"

namespace gibbs::kernels {

constexpr int kSinkhornGroup = 4, kSinkhornQuad = 4;
constexpr int64_t kSinkhornChunks = 256;             // a thread of a block each
constexpr int64_t kSinkhornChunkWork = 8192;         // entries that are worth a chunk
constexpr int kSinkhornValues = 8;                   // doubles that are reduced together
constexpr int kSinkhornExchangeBytes = 4096;         // of a block's shared memory: Team's reductions, then sums of warps
constexpr int32_t kSinkhornSymmetricRest = 1 << 30;  // a flag of divergences: problems but the first are of a cloud with itself
constexpr int64_t kSinkhornReduced = 64;             // bytes of the largest sums that Team reduces
constexpr int64_t kSinkhornReduceBytes = (kSinkhornValues * kTeamThreads + kSinkhornValues) * 8;

GIBBS_SHAPE int64_t sinkhorn_padded(int64_t columns) { return (columns + kSinkhornQuad - 1) / kSinkhornQuad * kSinkhornQuad; }
// Up to here a warp takes rows by itself: its crew memory is 80 KiB in either arithmetic.
GIBBS_SHAPE int64_t sinkhorn_narrow(int real_bytes) { return real_bytes == 8 ? 256 : 512; }
GIBBS_SHAPE int sinkhorn_width(int64_t columns, int real_bytes) {
  return columns <= 32 ? 8 : columns <= 64 ? 16 : columns <= sinkhorn_narrow(real_bytes) ? 32 : int(kTeamThreads);
}
// Rows of a chunk, without regard to how many there may be.
GIBBS_SHAPE int64_t sinkhorn_least_rows(int64_t columns, int real_bytes) {
  const int64_t step = kTeamThreads / sinkhorn_width(columns, real_bytes) * kSinkhornGroup;
  const int64_t wanted = (kSinkhornChunkWork + columns - 1) / columns;
  return (wanted + step - 1) / step * step;
}
GIBBS_SHAPE int64_t sinkhorn_chunk_rows(int64_t rows, int64_t columns, int real_bytes) {
  const int64_t step = kTeamThreads / sinkhorn_width(columns, real_bytes) * kSinkhornGroup;
  const int64_t least = sinkhorn_least_rows(columns, real_bytes), even = (rows + kSinkhornChunks - 1) / kSinkhornChunks;
  return least > even ? least : (even + step - 1) / step * step;
}
// What no smaller problem exceeds.
GIBBS_SHAPE int64_t sinkhorn_most_chunks(int64_t rows, int64_t columns, int real_bytes) {
  const int64_t least = sinkhorn_least_rows(columns, real_bytes), chunks = (rows + least - 1) / least;
  return chunks < kSinkhornChunks ? chunks : kSinkhornChunks;
}
// Columns whose partials a block merges: 32 with a warp per eighth of the chunks, or a thread each where there are few.
GIBBS_SHAPE int64_t sinkhorn_span(int64_t chunks) { return chunks > 8 ? 32 : kTeamThreads; }
// Crew memory in reals: exponentials of a group and column sums, of every crew.
GIBBS_SHAPE int64_t sinkhorn_crew_reals(int64_t columns, int real_bytes) {
  return kTeamThreads / sinkhorn_width(columns, real_bytes) * (kSinkhornGroup + 1) * sinkhorn_padded(columns);
}

// Newton steps with a sparse Hessian. Places are of bytes behind base, itself behind a team's exchange.
struct SinkhornNewtonParameters {
  int32_t warmup, kept;  // Sinkhorn iterations before the first step; entries in multiples of the longer side
  int64_t capacity;      // of entries
  int64_t base, vectors, values, counts, starts, ids, lifted;
};

struct SinkhornParameters {
  CostMatrix matrix;
  CostPoints points;
  const void* x_units;  // [N, dimensions]: of norm 1 for the cosine, otherwise x
  int64_t x_units_stride;
  const void* y_coordinates;  // [dimensions, y_pitch]: y by coordinates, of norm 1 for the cosine
  int64_t y_pitch;

  int64_t problems, rows, columns;
  const int64_t *source_offsets, *target_offsets, *cost_offsets;
  int64_t source_total, target_total, cost_total;
  const void *source_weights, *target_weights, *initial;
  const double *epsilons, *tolerances;
  const int32_t* iteration_limits;
  double epsilon, source_rho, target_rho, tolerance, epsilon_start;
  int32_t max_iterations, flags;

  gibbs_transport_result* results;
  void *source_potential, *target_potential, *plan;
  int64_t plan_stride;
  void* x_gradient;
  int64_t x_gradient_stride;
  void* y_gradient;
  int64_t y_gradient_stride;

  SinkhornNewtonParameters newton;

  uint64_t* tickets;       // of the queue, 0 before the launch
  uint64_t* gate;          // of the grid, 0 before the launch
  unsigned char* scratch;  // of a block, or of the grid
  int64_t scratch_bytes;   // of every block
  int32_t crew_bytes, shared_bytes;
};

// Clouds as the costs take them.
struct SinkhornCloudsParameters {
  CostPoints points;
  int64_t x_count, y_count;
  void* x_units;  // [x_count, dimensions], for the cosine
  void* y_coordinates;
  int64_t y_pitch;
};

}  // namespace gibbs::kernels
