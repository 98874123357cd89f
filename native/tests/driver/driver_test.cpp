// libgibbs over a driver made for tests: what it loads, asks and says, without a GPU.
#include <gtest/gtest.h>

#include <dlfcn.h>

#include <string>

#include "gibbs/gibbs.h"
#include "tests/driver/fake_cuda.h"

namespace {

using gibbs::tests::FakeCuda;

void* library() {
  static void* const handle = [] {
    // Its SONAME is that of the real driver, so that the library's own dlopen finds it loaded.
    void* driver = dlopen(GIBBS_TEST_FAKE_CUDA, RTLD_NOW | RTLD_GLOBAL);
    EXPECT_NE(driver, nullptr) << dlerror();
    void* gibbs = dlopen(GIBBS_TEST_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    EXPECT_NE(gibbs, nullptr) << dlerror();
    return gibbs;
  }();
  return handle;
}

FakeCuda& fake() {
  library();
  static auto* const get = reinterpret_cast<FakeCuda* (*)()>(dlsym(RTLD_DEFAULT, "fake_cuda"));
  return *get();
}

#define CALL(name) reinterpret_cast<decltype(&name)>(dlsym(library(), #name))

std::string error_text() { return CALL(gibbs_last_error)(); }

struct Driver : ::testing::Test {
  FakeCuda saved = fake();
  void TearDown() override {
    // Answers are each test's own; whatever was pushed, retained or loaded was undone.
    FakeCuda& now = fake();
    EXPECT_EQ(now.contexts_pushed, now.contexts_popped);
    EXPECT_EQ(now.retained, now.released);
    EXPECT_EQ(now.modules_loaded, now.modules_unloaded);
    EXPECT_EQ(now.pools, 0);
    EXPECT_EQ(now.live_allocations, 0);
    EXPECT_EQ(now.live_events, 0);
    EXPECT_EQ(now.live_streams, 0);
    now = saved;
  }
  static gibbs_device* open() {
    gibbs_device* device = nullptr;
    EXPECT_EQ(CALL(gibbs_device_open)(0, &device), GIBBS_OK) << error_text();
    return device;
  }
};

TEST_F(Driver, OneDevice) {
  int32_t count = 0;
  const char* reason = nullptr;
  EXPECT_EQ(CALL(gibbs_device_count)(&count, &reason), GIBBS_OK);
  EXPECT_EQ(count, 1) << reason;
  EXPECT_STREQ(reason, "");
}

TEST_F(Driver, OpenLoadsEveryImageAndAllowsSharedMemory) {
  gibbs_device* device = open();
  EXPECT_GT(fake().modules_loaded, 0);
  EXPECT_EQ(fake().opt_in_shared, 227 * 1024 - 1024);
  gibbs_device* again = open();
  EXPECT_EQ(device, again);
  EXPECT_EQ(fake().retained, 1);
  EXPECT_EQ(CALL(gibbs_device_close)(again), GIBBS_OK);
  gibbs_device_info info = {};
  info.struct_size = sizeof info;
  EXPECT_EQ(CALL(gibbs_device_get_info)(device, &info), GIBBS_OK) << error_text();
  EXPECT_STREQ(info.name, "Fake GPU");
  EXPECT_EQ(info.multiprocessors, 132);
  EXPECT_EQ(info.driver_version, 12040);
  EXPECT_EQ(info.total_memory, int64_t{80} << 30);
  EXPECT_EQ(CALL(gibbs_device_close)(device), GIBBS_OK);
}

// One message for all ways in which no image fits: the device, its architecture and the driver's version are named.
TEST_F(Driver, NoImageFits) {
  for (int result : {209, 218, 222}) {
    fake().load_result_ptx = fake().load_result_cubin = result;
    gibbs_device* device = nullptr;
    EXPECT_EQ(CALL(gibbs_device_open)(0, &device), GIBBS_NO_DEVICE);
    EXPECT_EQ(device, nullptr);
    for (const char* part : {"no kernel image of this library runs on Fake GPU", "sm_90", "CUDA 12.4", "ptxas says no"})
      EXPECT_NE(error_text().find(part), std::string::npos) << error_text();
  }
}

TEST_F(Driver, AnOlderGpuThanTheImages) {
  fake().compute_major = 7, fake().compute_minor = 5;
  gibbs_device* device = nullptr;
  EXPECT_EQ(CALL(gibbs_device_open)(0, &device), GIBBS_NO_DEVICE);
  EXPECT_NE(error_text().find("sm_75"), std::string::npos) << error_text();
  EXPECT_NE(error_text().find("is for another architecture"), std::string::npos) << error_text();
}

TEST_F(Driver, OtherErrorsOfLoadingKeepTheirStatus) {
  fake().load_result_ptx = fake().load_result_cubin = 2;
  gibbs_device* device = nullptr;
  EXPECT_EQ(CALL(gibbs_device_open)(0, &device), GIBBS_OUT_OF_MEMORY) << error_text();
}

TEST_F(Driver, AKernelInNoImage) {
  fake().has_functions = false;
  gibbs_device* device = nullptr;
  EXPECT_EQ(CALL(gibbs_device_open)(0, &device), GIBBS_NO_DEVICE);
  EXPECT_NE(error_text().find("is in no image"), std::string::npos) << error_text();
}

TEST_F(Driver, MemoryStreamsAndEvents) {
  gibbs_device* device = open();
  gibbs_stream stream = nullptr;
  EXPECT_EQ(CALL(gibbs_stream_create)(device, &stream), GIBBS_OK);
  void* memory = nullptr;
  EXPECT_EQ(CALL(gibbs_memory_allocate)(device, stream, 64, &memory), GIBBS_OK);
  EXPECT_EQ(CALL(gibbs_memory_set)(device, stream, memory, 3, 64), GIBBS_OK);
  unsigned char host[64] = {};
  EXPECT_EQ(CALL(gibbs_memory_copy)(device, stream, host, memory, 64), GIBBS_OK);
  EXPECT_EQ(host[63], 3);
  EXPECT_EQ(CALL(gibbs_memory_free)(device, stream, memory), GIBBS_OK);
  gibbs_event* event = nullptr;
  EXPECT_EQ(CALL(gibbs_event_create)(device, &event), GIBBS_OK);
  EXPECT_EQ(CALL(gibbs_event_record)(event, stream), GIBBS_OK);
  double milliseconds = 0;
  EXPECT_EQ(CALL(gibbs_event_elapsed)(event, event, &milliseconds), GIBBS_OK);
  EXPECT_EQ(milliseconds, 2.5);
  EXPECT_EQ(CALL(gibbs_event_destroy)(event), GIBBS_OK);
  EXPECT_EQ(CALL(gibbs_stream_destroy)(device, stream), GIBBS_OK);
  int32_t ordinal = -2;
  EXPECT_EQ(CALL(gibbs_pointer_device)(reinterpret_cast<void*>(0x1000), &ordinal), GIBBS_OK);
  EXPECT_EQ(ordinal, 0);
  ordinal = -2;
  fake().pointers_need_context = true;
  EXPECT_EQ(CALL(gibbs_pointer_device)(reinterpret_cast<void*>(0x1000), &ordinal), GIBBS_OK) << error_text();
  EXPECT_EQ(ordinal, 0);
  EXPECT_EQ(CALL(gibbs_pointer_device)(host, &ordinal), GIBBS_OK);
  EXPECT_EQ(ordinal, -1);
  EXPECT_EQ(CALL(gibbs_device_close)(device), GIBBS_OK);
}

TEST_F(Driver, AnOperationLaunchesItsKernel) {
  gibbs_device* device = open();
  alignas(16) unsigned char memory[64];
  uint32_t sink = 0;
  EXPECT_EQ(CALL(gibbs_benchmark_copy)(device, nullptr, memory, memory + 32, 32, &sink), GIBBS_OK) << error_text();
  EXPECT_EQ(fake().launches, 1);
  EXPECT_GE(fake().grid, 1u);
  EXPECT_LE(fake().block, 1024u);
  fake().launch_result = 719;
  EXPECT_EQ(CALL(gibbs_benchmark_copy)(device, nullptr, memory, memory + 32, 32, &sink), GIBBS_DRIVER_ERROR);
  EXPECT_NE(error_text().find("launching kernel"), std::string::npos) << error_text();
  EXPECT_NE(error_text().find("(719)"), std::string::npos) << error_text();
  EXPECT_EQ(CALL(gibbs_device_close)(device), GIBBS_OK);
}

TEST_F(Driver, OutOfMemory) {
  gibbs_device* device = open();
  fake().allocate_result = 2;
  void* memory = nullptr;
  EXPECT_EQ(CALL(gibbs_memory_allocate)(device, nullptr, 64, &memory), GIBBS_OUT_OF_MEMORY);
  EXPECT_NE(error_text().find("64 bytes"), std::string::npos) << error_text();
  fake().allocate_result = 700;
  EXPECT_EQ(CALL(gibbs_memory_allocate)(device, nullptr, 64, &memory), GIBBS_DRIVER_ERROR);
  EXPECT_NE(error_text().find("CUDA_ERROR_OF_THE_TEST (700)"), std::string::npos) << error_text();
  EXPECT_EQ(CALL(gibbs_device_close)(device), GIBBS_OK);
}

}  // namespace
