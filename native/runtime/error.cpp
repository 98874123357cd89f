#include "runtime/error.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace gibbs {
namespace {

// A fixed buffer: reporting an error must not allocate, out of memory is one of them.
thread_local char last_message[2048] = "";

}  // namespace

void fail(gibbs_status status, const char* format, ...) {
  char text[2048];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  throw Error{status, text};
}

void set_last_error(const char* message) noexcept {
  std::strncpy(last_message, message, sizeof last_message - 1);
  last_message[sizeof last_message - 1] = '\0';
}

const char* last_error() noexcept { return last_message; }

}  // namespace gibbs
