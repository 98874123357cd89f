// The C ABI's devices and streams: arguments are checked here, the work is the backend's.
#include <cstddef>
#include <mutex>
#include <vector>

#include "runtime/backend.h"
#include "runtime/entry.h"

namespace gibbs::runtime {
namespace {

struct Opened {
  gibbs_device* device = nullptr;
  int count = 0;
};

// Open devices by ordinal. Never destroyed: finalizers of the host language may close devices while the process exits.
struct OpenDevices {
  std::mutex mutex;
  std::vector<Opened> by_ordinal;
};

OpenDevices& open_devices() {
  static OpenDevices* const instance = new OpenDevices;
  return *instance;
}

void open(int32_t ordinal, gibbs_device** device) {
  const char* reason = "";
  const int count = backend::device_count(&reason);
  if (count == 0) fail(GIBBS_NO_DEVICE, "ordinal: there is no device: %s", reason);
  if (ordinal < 0 || ordinal >= count)
    fail(ordinal < 0 ? GIBBS_INVALID_ARGUMENT : GIBBS_NO_DEVICE, "ordinal: %d, but there %s %d device%s, numbered from 0",
         ordinal, count == 1 ? "is" : "are", count, count == 1 ? "" : "s");
  OpenDevices& open = open_devices();
  std::lock_guard<std::mutex> lock(open.mutex);
  if (open.by_ordinal.size() < static_cast<size_t>(count)) open.by_ordinal.resize(static_cast<size_t>(count));
  Opened& entry = open.by_ordinal[static_cast<size_t>(ordinal)];
  if (entry.device == nullptr) entry.device = backend::open_device(ordinal);
  ++entry.count;
  *device = entry.device;
}

void close(gibbs_device* device) {
  OpenDevices& open = open_devices();
  std::lock_guard<std::mutex> lock(open.mutex);
  for (Opened& entry : open.by_ordinal) {
    if (entry.device != device) continue;
    if (--entry.count == 0) {
      backend::close_device(entry.device);
      entry.device = nullptr;
    }
    return;
  }
  fail(GIBBS_INVALID_ARGUMENT, "device: %p is not an open device", static_cast<void*>(device));
}

// Where version 1 of the struct ends.
constexpr size_t device_info_bytes = offsetof(gibbs_device_info, memory_bus_bits) + sizeof(int32_t);

}  // namespace
}  // namespace gibbs::runtime

using namespace gibbs::runtime;

extern "C" {

gibbs_status gibbs_device_count(int32_t* count, const char** reason) {
  return entry([&] {
    require(count, "count");
    const char* why = "";
    *count = backend::device_count(&why);
    if (reason != nullptr) *reason = why;
  });
}

gibbs_status gibbs_device_open(int32_t ordinal, gibbs_device** device) {
  return entry([&] {
    require(device, "device");
    *device = nullptr;
    open(ordinal, device);
  });
}

gibbs_status gibbs_device_close(gibbs_device* device) {
  return entry([&] {
    require(device, "device");
    close(device);
  });
}

gibbs_status gibbs_device_get_info(gibbs_device* device, gibbs_device_info* info) {
  return entry(device, [&] {
    check_struct(info, device_info_bytes, "info");
    backend::device_info(device, *info);
  });
}

gibbs_status gibbs_stream_create(gibbs_device* device, gibbs_stream* stream) {
  return entry(device, [&] {
    require(stream, "stream");
    *stream = backend::create_stream(device);
  });
}

gibbs_status gibbs_stream_destroy(gibbs_device* device, gibbs_stream stream) {
  return entry(device, [&] {
    require(stream, "stream");
    backend::destroy_stream(device, stream);
  });
}

gibbs_status gibbs_stream_synchronize(gibbs_device* device, gibbs_stream stream) {
  return entry(device, [&] { backend::synchronize_stream(device, stream); });
}

gibbs_status gibbs_event_create(gibbs_device* device, gibbs_event** event) {
  return entry(device, [&] {
    require(event, "event");
    *event = backend::create_event(device);
  });
}

gibbs_status gibbs_event_destroy(gibbs_event* event) {
  return entry([&] {
    require(event, "event");
    ContextScope scope(backend::device_of(event));
    backend::destroy_event(event);
  });
}

gibbs_status gibbs_event_record(gibbs_event* event, gibbs_stream stream) {
  return entry([&] {
    require(event, "event");
    ContextScope scope(backend::device_of(event));
    backend::record_event(event, stream);
  });
}

gibbs_status gibbs_event_synchronize(gibbs_event* event) {
  return entry([&] {
    require(event, "event");
    ContextScope scope(backend::device_of(event));
    backend::synchronize_event(event);
  });
}

gibbs_status gibbs_event_elapsed(gibbs_event* begin, gibbs_event* end, double* milliseconds) {
  return entry([&] {
    require(begin, "begin");
    require(end, "end");
    require(milliseconds, "milliseconds");
    if (backend::device_of(begin) != backend::device_of(end))
      gibbs::fail(GIBBS_INVALID_ARGUMENT, "begin, end: events of different devices");
    ContextScope scope(backend::device_of(begin));
    *milliseconds = backend::elapsed_milliseconds(begin, end);
  });
}
}
