// Functions of a shape that kernels and the host both ask: constexpr, and for nvcc, which would otherwise keep them to the host,
// on both sides.
#pragma once

#if defined(__NVCC__)
#define GIBBS_SHAPE __host__ __device__ constexpr
#else
#define GIBBS_SHAPE constexpr
#endif
