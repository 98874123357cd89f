// What AddressSanitizer has to be told about fibers; nothing in other builds.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define GIBBS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GIBBS_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef GIBBS_ADDRESS_SANITIZER
#define GIBBS_ADDRESS_SANITIZER 0
#endif

#if GIBBS_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace gibbs::emulator {

#if GIBBS_ADDRESS_SANITIZER
inline void start_switch(void** fake_stack, const void* bottom, size_t size) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
}
inline void finish_switch(void* fake_stack, const void** old_bottom, size_t* old_size) {
  __sanitizer_finish_switch_fiber(fake_stack, old_bottom, old_size);
}
inline void unpoison(const void* address, size_t size) { __asan_unpoison_memory_region(address, size); }
#else
inline void start_switch(void**, const void*, size_t) {}
inline void finish_switch(void*, const void**, size_t*) {}
inline void unpoison(const void*, size_t) {}
#endif

}  // namespace gibbs::emulator
