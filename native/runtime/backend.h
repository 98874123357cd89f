// What the C ABI of devices, memory, streams and events asks of the runtime below it: driver/ or emulated/. All arguments are
// checked before; all functions throw gibbs::Error. Except for the first group they run in the device's context.
#pragma once

#include "runtime/runtime.h"

namespace gibbs::runtime::backend {

gibbs_runtime kind();
const char* images();  // for gibbs_build_info

int device_count(const char** reason);
gibbs_device* open_device(int ordinal);  // ordinal is in range; serialised by the caller
void close_device(gibbs_device* device) noexcept;
int pointer_device(const void* pointer);

// Fills all but struct_size.
void device_info(gibbs_device* device, gibbs_device_info& info);

gibbs_stream create_stream(gibbs_device* device);
void destroy_stream(gibbs_device* device, gibbs_stream stream);
void synchronize_stream(gibbs_device* device, gibbs_stream stream);

void* allocate(gibbs_device* device, gibbs_stream stream, int64_t bytes);  // bytes > 0
void release(gibbs_device* device, gibbs_stream stream, void* pointer);    // pointer not null
void copy(gibbs_device* device, gibbs_stream stream, void* destination, const void* source, int64_t bytes);
void set(gibbs_device* device, gibbs_stream stream, void* destination, unsigned char value, int64_t bytes);
void* allocate_host(gibbs_device* device, int64_t bytes);
void release_host(gibbs_device* device, void* pointer);

gibbs_event* create_event(gibbs_device* device);
gibbs_device* device_of(const gibbs_event* event);
void destroy_event(gibbs_event* event);
void record_event(gibbs_event* event, gibbs_stream stream);
void synchronize_event(gibbs_event* event);
double elapsed_milliseconds(gibbs_event* begin, gibbs_event* end);

}  // namespace gibbs::runtime::backend
