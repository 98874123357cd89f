// The host's side of the emulator: finding a kernel by name and running a grid of it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/thread.h"

namespace gibbs::emulator {

struct Geometry {
  unsigned grid = 1;
  unsigned block = 1;
  unsigned shared_bytes = 0;
  unsigned cluster = 1;  // blocks per cluster; grid is a multiple of it
  bool cooperative = false;
  uint64_t seed = 0;  // of the order in which blocks and threads are visited; 0: default_seed()
};

// The registered kernel of that name, or null.
const KernelRegistration* find_kernel(const char* name);

// GIBBS_EMULATOR_SEED if set, otherwise a constant.
uint64_t default_seed();

// Runs the grid to its end on the calling host thread. Throws gibbs::Error: GIBBS_EMULATOR_ERROR for what a program does wrong
// (deadlock, divergence, an exception), GIBBS_INVALID_ARGUMENT for a geometry that no device accepts. Several host threads may
// launch at once.
void launch(const KernelRegistration& kernel, const Geometry& geometry, const void* parameters, size_t parameter_bytes);

}  // namespace gibbs::emulator
