// What the host hands to the kernels of soft backups, tilting and follow the regularised leader.
#pragma once

#include "kernels/row_scope_parameters.h"

namespace gibbs::kernels {

struct SoftBackupParameters {
  int64_t rows;
  int32_t columns, minimise;
  ScopeGeometry scope;
  const void* q;
  int64_t q_stride;
  const void* log_prior;
  int64_t log_prior_stride;
  const void* kl_weights;
  const void* temperatures;
  const void* upstream;
  double kl_weight, temperature;
  void* values;
  void* policy;
  int64_t policy_stride;
  void* log_policy;
  int64_t log_policy_stride;
  void* entropies;
  void* kl;
  void* q_gradient;
  int64_t q_gradient_stride;
  void* log_prior_gradient;
  int64_t log_prior_gradient_stride;
  void* temperature_gradient;
  void* kl_weight_gradient;
  uint8_t* status;
};

struct TiltParameters {
  int64_t rows;
  int32_t columns, slope_given;  // the target is a slope, not a budget
  ScopeGeometry scope;
  const void* log_prior;
  int64_t log_prior_stride;
  const void* reward;
  int64_t reward_stride;
  const void* upstream;
  int64_t upstream_stride;
  const void* targets;  // budgets or slopes of the rows; null: target
  double target;
  void* slopes;
  void* log_probabilities;
  int64_t log_probabilities_stride;
  void* cumulants;
  void* kl;
  void* expected_rewards;
  void* gradient;
  int64_t gradient_stride;
  uint8_t* status;
};

struct FtrlParameters {
  int64_t rows;
  int32_t columns, kind;
  ScopeGeometry scope;
  const void* losses;
  int64_t losses_stride;
  const void* row_rates;
  const void* column_rates;
  const void* rates;
  int64_t rates_stride;
  const void* upstream;
  int64_t upstream_stride;
  double alpha, rate;
  void* policy;
  int64_t policy_stride;
  void* multipliers;
  void* regularisers;
  void* gradient;
  int64_t gradient_stride;
  uint8_t* status;
};

}  // namespace gibbs::kernels
