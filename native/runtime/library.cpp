// The C ABI's section "library": version, kind, build, the last error, struct sizes.
#include <string>

#include "runtime/backend.h"
#include "runtime/error.h"

#ifndef GIBBS_VERSION
#error "GIBBS_VERSION is set by the build"
#endif

#if defined(__clang__)
#define GIBBS_COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define GIBBS_COMPILER "gcc " __VERSION__
#else
#define GIBBS_COMPILER "an unknown compiler"
#endif

#if defined(__SANITIZE_ADDRESS__)
#define GIBBS_SANITIZED ", address and undefined-behaviour sanitizers"
#else
#define GIBBS_SANITIZED ""
#endif

extern "C" {

int32_t gibbs_abi_version(void) { return GIBBS_ABI_VERSION; }

int32_t gibbs_runtime_kind(void) { return gibbs::runtime::backend::kind(); }

const char* gibbs_build_info(void) {
  try {
    static const std::string text =
        std::string("gibbs " GIBBS_VERSION ", " GIBBS_COMPILER GIBBS_SANITIZED ", ") + gibbs::runtime::backend::images();
    return text.c_str();
  } catch (...) {
    return "gibbs " GIBBS_VERSION;
  }
}

const char* gibbs_last_error(void) { return gibbs::last_error(); }

int32_t gibbs_size_of(int32_t which) {
  switch (which) {
    case GIBBS_STRUCT_DEVICE_INFO:
      return sizeof(gibbs_device_info);
    case GIBBS_STRUCT_SOFTMAX_CROSS_ENTROPY:
      return sizeof(gibbs_softmax_cross_entropy);
    case GIBBS_STRUCT_ROW_STATISTICS_F32:
      return sizeof(gibbs_row_statistics_f32);
    case GIBBS_STRUCT_ROW_STATISTICS_F64:
      return sizeof(gibbs_row_statistics_f64);
    case GIBBS_STRUCT_ROW_MAP:
      return sizeof(gibbs_row_map);
    case GIBBS_STRUCT_FENCHEL_YOUNG:
      return sizeof(gibbs_fenchel_young);
    case GIBBS_STRUCT_MASK_TENSOR:
      return sizeof(gibbs_mask_tensor);
    case GIBBS_STRUCT_GLOBAL_MASK:
      return sizeof(gibbs_global_mask);
    case GIBBS_STRUCT_TOKEN_SET:
      return sizeof(gibbs_token_set);
    case GIBBS_STRUCT_ROW_ENTROPY:
      return sizeof(gibbs_row_entropy);
    case GIBBS_STRUCT_SAMPLE_ENTROPY:
      return sizeof(gibbs_sample_entropy);
    case GIBBS_STRUCT_SPECTRAL_ENTROPY:
      return sizeof(gibbs_spectral_entropy);
    case GIBBS_STRUCT_POLICY_LOSS:
      return sizeof(gibbs_policy_loss);
    case GIBBS_STRUCT_POLICY_METRICS:
      return sizeof(gibbs_policy_metrics);
    case GIBBS_STRUCT_GROUP_ADVANTAGE:
      return sizeof(gibbs_group_advantage);
    case GIBBS_STRUCT_TOKEN_STATISTICS:
      return sizeof(gibbs_token_statistics);
    case GIBBS_STRUCT_ROW_DIVERGENCE:
      return sizeof(gibbs_row_divergence);
    case GIBBS_STRUCT_ENTROPY_PENALTY:
      return sizeof(gibbs_entropy_penalty);
    case GIBBS_STRUCT_BATCH_ENTROPY:
      return sizeof(gibbs_batch_entropy);
    case GIBBS_STRUCT_CONDITIONAL_CLASS_ENTROPY:
      return sizeof(gibbs_conditional_class_entropy);
    case GIBBS_STRUCT_SINKHORN:
      return sizeof(gibbs_sinkhorn);
    case GIBBS_STRUCT_TRANSPORT_RESULT:
      return sizeof(gibbs_transport_result);
    case GIBBS_STRUCT_TRANSPORT_PLAN:
      return sizeof(gibbs_transport_plan);
    case GIBBS_STRUCT_TRANSPORT_ROUNDING:
      return sizeof(gibbs_transport_rounding);
    case GIBBS_STRUCT_TRANSPORT_GRADIENT:
      return sizeof(gibbs_transport_gradient);
    case GIBBS_STRUCT_SINKHORN_DIVERGENCE:
      return sizeof(gibbs_sinkhorn_divergence);
    case GIBBS_STRUCT_WASSERSTEIN:
      return sizeof(gibbs_wasserstein);
    case GIBBS_STRUCT_BURES_WASSERSTEIN:
      return sizeof(gibbs_bures_wasserstein);
    case GIBBS_STRUCT_WASSERSTEIN_BARYCENTER:
      return sizeof(gibbs_wasserstein_barycenter);
    case GIBBS_STRUCT_SINKHORN_NEWTON:
      return sizeof(gibbs_sinkhorn_newton);
    case GIBBS_STRUCT_SPARSE_TRANSPORT:
      return sizeof(gibbs_sparse_transport);
    case GIBBS_STRUCT_DOUBLY_STOCHASTIC:
      return sizeof(gibbs_doubly_stochastic);
    case GIBBS_STRUCT_BALANCED_ASSIGNMENT:
      return sizeof(gibbs_balanced_assignment);
    case GIBBS_STRUCT_ELASTIC_MAP:
      return sizeof(gibbs_elastic_map);
    case GIBBS_STRUCT_ENTROPY_COUPLING:
      return sizeof(gibbs_entropy_coupling);
    case GIBBS_STRUCT_MONGE_GAP:
      return sizeof(gibbs_monge_gap);
    case GIBBS_STRUCT_MONGE_GAP_RESULT:
      return sizeof(gibbs_monge_gap_result);
    case GIBBS_STRUCT_INVERSE_TRANSPORT:
      return sizeof(gibbs_inverse_transport);
    case GIBBS_STRUCT_INVERSE_TRANSPORT_RESULT:
      return sizeof(gibbs_inverse_transport_result);
    default:
      return -1;
  }
}
}
