// Checks of arrays over the same tokens, of reals and of bytes.
#pragma once

#include "ops/arguments.h"

namespace gibbs::ops {

struct TokenView {
  const void* pointer;
  int64_t stride;
  int bytes;  // of an element
  const char* name;
};

inline void check_tokens(int32_t type, int64_t rows, int64_t columns) {
  check(type == GIBBS_FLOAT32 || type == GIBBS_FLOAT64, "type", type, "float32 or float64");
  check(rows >= 0, "rows", double(rows), "0 or more");
  if (rows > 0) check_shape(type, rows, columns);
}

inline void check_view(int64_t rows, int64_t columns, const TokenView& v) {
  check_matrix(v.bytes, rows, columns, {v.pointer, v.stride, v.name});
}

// An output is the memory of an input of its type, token for token, or shares none with it. Rows of one type may lie side by side
// in one matrix; arrays of different types may not.
inline void check_output(int64_t rows, int64_t columns, const TokenView& output, const TokenView& other, bool same_allowed) {
  if (output.pointer == nullptr || other.pointer == nullptr || rows == 0) return;
  if (output.bytes == other.bytes) {
    check_overlap(output.bytes, rows, columns, {output.pointer, output.stride, output.name},
                  {other.pointer, other.stride, other.name}, same_allowed);
    return;
  }
  const auto end = [&](const TokenView& v) {
    return reinterpret_cast<intptr_t>(v.pointer) + ((rows - 1) * v.stride + columns) * v.bytes;
  };
  const intptr_t a = reinterpret_cast<intptr_t>(output.pointer), b = reinterpret_cast<intptr_t>(other.pointer);
  if (a < end(other) && b < end(output))
    fail(GIBBS_INVALID_ARGUMENT, "%s: overlaps %s; it must be memory apart", output.name, other.name);
}

}  // namespace gibbs::ops
