// What the host hands to the kernels of sparsity-constrained transport. Places are of doubles in a team's scratch.
#pragma once

#include "gibbs/sparse_transport.h"
#include "kernels/team_parameters.h"
#include "kernels/transport_costs_parameters.h"

namespace gibbs::kernels {

constexpr int kQuasiNewtonMemory = 8;
constexpr int kQuasiNewtonVectors = 5 + 2 * kQuasiNewtonMemory;
constexpr int kSparseExchangeBytes = 4096;  // of a block's shared memory: Team's reductions; then what a block's threads share
constexpr int kSparseSharedBytes = kSparseExchangeBytes + 256;
constexpr int kSparseSumsBytes = 7 * 8;  // the largest that is reduced together

struct SparseTransportPlaces {
  int64_t a;         // [rows]
  int64_t rows;      // [rows]: of passes over rows
  int64_t b;         // [columns]
  int64_t g;         // [columns]
  int64_t cuts;      // [columns]: the least value that is kept, and its row
  int64_t cut_rows;  // int32
  int64_t terms;     // [4, columns]: conjugate, <t, c>, |t|^2 / 2, sum t
  int64_t values;    // [capacity, columns] of what is kept, and its rows
  int64_t ids;       // int32
  int64_t x, y;      // points in fp64
  int64_t ascent;    // [kQuasiNewtonVectors, unknowns]
  int64_t total;
};

struct SparseTransportParameters {
  CostMatrix matrix;
  CostPoints points;
  int64_t problems, rows, columns;
  const void *source_weights, *target_weights, *initial;
  double gamma, tolerance;
  int32_t k;         // 0: no limit
  int32_t capacity;  // min(k, rows)
  int32_t dual, max_iterations;
  int32_t wide;  // real arrays, and points, are float64
  int32_t reserved;

  gibbs_sparse_transport_result* results;
  void *source_potential, *target_potential;
  int32_t* plan_rows;
  int64_t plan_rows_stride;
  void* plan_values;
  int64_t plan_values_stride;
  void* plan;
  int64_t plan_stride;

  uint64_t* tickets;       // of the queue, 0 before the launch
  uint64_t* gate;          // of the grid, 0 before the launch
  unsigned char* scratch;  // of a block, or of the grid: the exchange in two halves, then the places
  int64_t scratch_bytes, half_bytes;
  SparseTransportPlaces places;
};

}  // namespace gibbs::kernels
