// Running a lambda as a kernel.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "emulator/launch.h"
#include "runtime/error.h"

namespace gibbs::tests {

inline void run_function(const void* parameters) { (**static_cast<const std::function<void()>* const*>(parameters))(); }

// Every thread of the grid calls body.
inline void emulate(const emulator::Geometry& geometry, const std::function<void()>& body) {
  static const emulator::KernelRegistration kernel("lambda", run_function, 1024);
  const std::function<void()>* pointer = &body;
  emulator::launch(kernel, geometry, &pointer, sizeof pointer);
}

// The message of the error that the launch ends in; fails the test where there is none.
inline std::string emulation_error(const emulator::Geometry& geometry, const std::function<void()>& body) {
  try {
    emulate(geometry, body);
  } catch (const Error& error) {
    EXPECT_EQ(error.status, GIBBS_EMULATOR_ERROR);
    return error.message;
  }
  ADD_FAILURE() << "the launch succeeded";
  return "";
}

inline emulator::Geometry grid_of(unsigned grid, unsigned block, unsigned shared_bytes = 0, uint64_t seed = 0) {
  emulator::Geometry geometry;
  geometry.grid = grid;
  geometry.block = block;
  geometry.shared_bytes = shared_bytes;
  geometry.seed = seed;
  return geometry;
}

}  // namespace gibbs::tests
