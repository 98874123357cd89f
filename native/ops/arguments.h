// Checks that operations share: each refusal names the argument, what was given and what would be right.
#pragma once

#include <cmath>
#include <cstdint>

#include "gibbs/gibbs.h"
#include "runtime/entry.h"

namespace gibbs::ops {

constexpr int64_t kMaxColumns = 0x7fffffff - 4095;  // column indices, and the segment that ends behind them, fit 32 bits

inline int element_bytes(int32_t type) { return type == GIBBS_FLOAT64 ? 8 : type == GIBBS_FLOAT32 ? 4 : 2; }
inline int real_bytes(int32_t type) { return type == GIBBS_FLOAT64 ? 8 : 4; }

inline void check(bool right, const char* argument, double given, const char* rule) {
  if (!right) fail(GIBBS_INVALID_ARGUMENT, "%s: %g given, but it must be %s", argument, given, rule);
}

inline void check_aligned(const void* pointer, int bytes, const char* argument) {
  if (reinterpret_cast<uintptr_t>(pointer) % uintptr_t(bytes) != 0) {
    fail(GIBBS_INVALID_ARGUMENT, "%s: address %p is not a multiple of its element size, %d", argument, pointer, bytes);
  }
}

// Rows of a matrix in device memory; a null pointer is no matrix.
struct MatrixView {
  const void* pointer;
  int64_t stride;
  const char* name;
};

inline void check_shape(int32_t type, int64_t rows, int64_t columns) {
  check(type >= GIBBS_FLOAT32 && type <= GIBBS_BFLOAT16, "type", type, "a gibbs_type");
  check(rows >= 0, "rows", double(rows), "0 or more");
  check(columns >= 1 && columns <= kMaxColumns, "columns", double(columns), "from 1 to 2147479552");
  // Per-row scratch of a split row stays far below the address space.
  if (rows > INT64_MAX / 4096 / columns)
    fail(GIBBS_INVALID_ARGUMENT, "rows: %lld rows of %lld columns leave the address space", static_cast<long long>(rows),
         static_cast<long long>(columns));
}

inline void check_matrix(int element, int64_t rows, int64_t columns, const MatrixView& m) {
  if (m.pointer == nullptr) return;
  check_aligned(m.pointer, element, m.name);
  if (m.stride < columns) {
    fail(GIBBS_INVALID_ARGUMENT, "%s_stride: %lld given, but rows of %lld columns need at least that", m.name,
         static_cast<long long>(m.stride), static_cast<long long>(columns));
  }
  if (rows > 0 && m.stride > INT64_MAX / 16 / rows) {
    fail(GIBBS_INVALID_ARGUMENT, "%s_stride: %lld rows with stride %lld leave the address space", m.name,
         static_cast<long long>(rows), static_cast<long long>(m.stride));
  }
}

// An output is the other's own memory, where that is allowed, or shares none with it.
inline void check_overlap(int element, int64_t rows, int64_t columns, const MatrixView& output, const MatrixView& other,
                          bool same_allowed) {
  if (output.pointer == nullptr || other.pointer == nullptr || rows == 0) return;
  const int64_t g = reinterpret_cast<int64_t>(output.pointer), o = reinterpret_cast<int64_t>(other.pointer);
  if (g == o && (output.stride == other.stride || rows == 1) && same_allowed) return;
  const int64_t g_end = g + ((rows - 1) * output.stride + columns) * element,
                o_end = o + ((rows - 1) * other.stride + columns) * element;
  if (g >= o_end || o >= g_end) return;
  if (output.stride == other.stride) {  // rows side by side in one matrix
    const int64_t pitch = other.stride * element, apart = ((g - o) % pitch + pitch) % pitch;
    if (apart >= columns * element && pitch - apart >= columns * element) return;
  }
  fail(GIBBS_INVALID_ARGUMENT, "%s: overlaps %s without being the same rows; it must be %s", output.name, other.name,
       same_allowed ? "its own memory (same address and stride) or memory apart" : "memory apart");
}

// Scalars are held in the arithmetic type: one that leaves it would act as infinity, or as none.
inline void check_held(int32_t type, const char* argument, double given) {
  if (real_bytes(type) == 8 || (std::isfinite(float(given)) && (given == 0 || float(given) != 0))) return;
  fail(GIBBS_INVALID_ARGUMENT, "%s: %g given, which fp32, the arithmetic of this type, cannot hold", argument, given);
}

// The divisor of a mean, as every loss over rows takes it.
template <class Arguments>
void check_normaliser(const Arguments& a) {
  if (a.has_normaliser_value) {
    check(a.normaliser_value >= 0 && std::isfinite(a.normaliser_value), "normaliser_value", a.normaliser_value,
          "finite and not negative");
    check_held(a.type, "normaliser_value", a.normaliser_value);
  }
  if ((a.has_normaliser_value || a.normaliser != nullptr) && a.reduction != GIBBS_REDUCTION_MEAN) {
    fail(GIBBS_INVALID_ARGUMENT, "normaliser: given, but only the mean divides: set reduction to mean, or leave it out");
  }
  if (a.has_normaliser_value && a.normaliser != nullptr)
    fail(GIBBS_INVALID_ARGUMENT, "normaliser: given both as a value and as a pointer");
}

}  // namespace gibbs::ops
