// Kernels that test the emulator and each way from a kernel source to something that runs. They use native/device alone, so that
// the device compilers read them too.
#pragma once

#include <stdint.h>

namespace gibbs::tests {

struct BlockSum {
  const float* input;  // block_size values per block
  float* output;       // their sum, per block
  int32_t barriers;    // 0 leaves out the barrier that the sum needs
};

struct WarpFacts {
  uint32_t* thread;  // thread_index of every thread
  uint32_t* block;
  uint32_t* rotated;  // the value of the next lane
};

}  // namespace gibbs::tests
