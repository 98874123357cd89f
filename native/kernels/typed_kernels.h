// One entry per storage type of a kernel whose parameters are plain data of any type: name_f32, name_f64, name_f16, name_bf16.
#pragma once

#include "device/types.h"

#define GIBBS_TYPED_KERNELS(name, Parameters, max_threads, function)                    \
  GIBBS_KERNEL(name##_f32, Parameters, max_threads, function<float>)                    \
  GIBBS_KERNEL(name##_f64, Parameters, max_threads, function<double>)                   \
  GIBBS_KERNEL(name##_f16, Parameters, max_threads, function<::gibbs::device::float16>) \
  GIBBS_KERNEL(name##_bf16, Parameters, max_threads, function<::gibbs::device::bfloat16>)
