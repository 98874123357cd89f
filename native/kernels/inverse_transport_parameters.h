// What the host hands to the kernels of inverse transport.
#pragma once

#include <stdint.h>

#include "gibbs/gibbs.h"

namespace gibbs::kernels {

constexpr int kInverseThreads = 128;
constexpr int kInverseTotalsThreads = 256;
constexpr int kInverseTerms = 3;  // of a row: sum P^, sum P^ log P^, <C, P^>

struct InverseTransportParameters {
  int64_t rows, columns;
  const void *costs, *observed;
  int64_t costs_stride, observed_stride;
  double epsilon;
  void *source, *target;  // a [rows], b [columns]
  double* terms;          // [kInverseTerms, rows]
  double* column_masses;  // [columns]
  void* gradient;
  int64_t gradient_stride;
  gibbs_inverse_transport_result* result;
};

}  // namespace gibbs::kernels
