#include "runtime/error.h"

#include <cstdarg>
#include <cstdio>
#include <string>

namespace gibbs {
namespace {

// The library's thread-local memory stays a few words: the emulator needs it in the static block of a process that loads it late.
thread_local std::string last_text;
thread_local const char* last_message = "";

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
  try {
    last_text = message;
    last_message = last_text.c_str();
  } catch (...) {
    last_message = "out of host memory";
  }
}

const char* last_error() noexcept { return last_message; }

}  // namespace gibbs
