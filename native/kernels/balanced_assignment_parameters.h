// What the host hands to the kernel of balanced assignments.
#pragma once

#include "gibbs/doubly_stochastic.h"

namespace gibbs::kernels {

struct AssignmentParameters {
  int64_t problems, tokens, experts;
  const void* scores;
  int64_t scores_stride;
  const int32_t* capacities;
  int64_t capacities_stride;
  double tolerance;
  int64_t max_bids;
  int32_t* assigned;
  double* prices;
  gibbs_assignment_result* results;
  // Scratch of a block: what a token paid and for which expert, levels and places left of experts.
  double* paid;
  double* levels;
  int64_t* left;
  int32_t* owned;
};

}  // namespace gibbs::kernels
