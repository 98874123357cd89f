// The kernel images embedded in this library: a table that the build generates.
#pragma once

#include <cstddef>

namespace gibbs::runtime {

struct Image {
  const char* source;  // the kernel file, without folder and extension
  bool ptx;            // PTX for the driver's compiler (zero-terminated), otherwise a cubin
  int architecture;    // compute capability 10 * major + minor
  bool exact;          // an architecture-specific image (sm_90a): runs on that very compute capability only
  const unsigned char* data;
  const unsigned char* end;
};

extern const Image images[];
extern const size_t image_count;

}  // namespace gibbs::runtime
