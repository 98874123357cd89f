// What the host hands to the kernels of token statistics.
#pragma once

#include "kernels/policy_parameters.h"

namespace gibbs::kernels {

constexpr int kStatisticsThreads = 512;  // a block per scope

template <class R>
struct TokenStatisticsParameters {
  int64_t rows, columns;
  int64_t scopes, tokens, inner;  // scopes; tokens of a scope, masked ones too; of them side by side in memory
  double quantile, share;
  int64_t given_count;  // of tokens to select; -1: by share
  int32_t largest;
  TokenRows<const R> values;
  TokenRows<const uint8_t> mask;
  int64_t* counts;
  R *means, *quantiles;
  TokenRows<uint8_t> selected;

  // Of the selection over a batch: how many, [rows * columns] scores, NaN of a token that does not compete, and what became of
  // them.
  int64_t* count;
  double* scores;
  const uint8_t* marks;
};

}  // namespace gibbs::kernels
