// The CUDA driver, found at run time.
#pragma once

#include <string>

#include "runtime/driver/cuda.h"
#include "runtime/error.h"

namespace gibbs::cuda {

struct Driver {
  Functions call;       // complete when available
  bool available;       // loaded, initialised, and with a device
  std::string missing;  // why not
  int version;          // 1000 * major + 10 * minor, 0 without a driver
  int devices;
};

// Loads and initialises the driver on first use, once.
const Driver& driver();

// Throws gibbs::Error for a failed call: what it was doing, the error's name and text.
void check(Result result, const char* doing);
std::string error_text(Result result);
gibbs_status status_of(Result result);

}  // namespace gibbs::cuda
