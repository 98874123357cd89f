// Checks that soft backups, tilting and follow the regularised leader share.
#pragma once

#include <initializer_list>

#include "ops/arguments.h"

namespace gibbs::ops {

struct RealArray {
  const void* pointer;
  const char* name;
};

inline void check_reals(int32_t type, std::initializer_list<RealArray> arrays) {
  for (const RealArray& array : arrays) check_aligned(array.pointer, real_bytes(type), array.name);
}

inline void check_not_negative(int32_t type, const char* argument, double given) {
  check(given >= 0 && std::isfinite(given), argument, given, "finite and not negative");
  check_held(type, argument, given);
}

// The matrices of a call: an output may be the memory of the input beside it, and shares none with anything else.
struct BackupOutput {
  MatrixView view;
  const void* own;  // the input whose memory it may be, or null
};

template <class A>
void check_matrices(const A& a, std::initializer_list<MatrixView> inputs, std::initializer_list<BackupOutput> outputs) {
  const int element = element_bytes(a.type);
  for (const MatrixView& m : inputs) check_matrix(element, a.rows, a.columns, m);
  for (const BackupOutput& o : outputs) {
    check_matrix(element, a.rows, a.columns, o.view);
    for (const MatrixView& m : inputs)
      check_overlap(element, a.rows, a.columns, o.view, m, m.pointer != nullptr && m.pointer == o.own);
    for (const BackupOutput& other : outputs) {
      if (&other == &o) break;
      check_overlap(element, a.rows, a.columns, o.view, other.view, false);
    }
  }
}

}  // namespace gibbs::ops
