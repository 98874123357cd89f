// Errors inside the library: thrown as gibbs::Error, turned into a status and the thread's last message where the C ABI begins
// (entry.h).
#pragma once

#include <string>

#include "gibbs/gibbs.h"

namespace gibbs {

struct Error {
  gibbs_status status;
  std::string message;
};

#if defined(__GNUC__)
#define GIBBS_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define GIBBS_PRINTF(text, first)
#endif

// Throws Error with a printf-formatted message.
[[noreturn]] void fail(gibbs_status status, const char* format, ...) GIBBS_PRINTF(2, 3);

// The calling thread's last message: never null, kept until the thread's next failure.
void set_last_error(const char* message) noexcept;
const char* last_error() noexcept;

}  // namespace gibbs
