// The C ABI of devices, memory, streams and events, over the emulator.
#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "runtime/entry.h"
#include "tests/test_kernels.h"

namespace gibbs::tests {
namespace {

const runtime::Kernel block_sum_kernel("gibbs_test_block_sum");

std::string last_error_text() { return gibbs_last_error(); }

void expect_refused(gibbs_status status, const char* part) {
  EXPECT_EQ(status, GIBBS_INVALID_ARGUMENT) << last_error_text();
  EXPECT_NE(last_error_text().find(part), std::string::npos) << '"' << part << "\" is not in: " << last_error_text();
}

struct Runtime : ::testing::Test {
  gibbs_device* device = nullptr;
  void SetUp() override { ASSERT_EQ(gibbs_device_open(0, &device), GIBBS_OK) << last_error_text(); }
  void TearDown() override { EXPECT_EQ(gibbs_device_close(device), GIBBS_OK); }
};

TEST(Library, SaysWhatItIs) {
  EXPECT_EQ(gibbs_abi_version(), GIBBS_ABI_VERSION);
  EXPECT_EQ(gibbs_runtime_kind(), GIBBS_RUNTIME_EMULATED);
  EXPECT_NE(std::string(gibbs_build_info()).find("emulated"), std::string::npos);
  EXPECT_EQ(gibbs_size_of(GIBBS_STRUCT_DEVICE_INFO), static_cast<int32_t>(sizeof(gibbs_device_info)));
  EXPECT_EQ(gibbs_size_of(GIBBS_STRUCT_SOFTMAX_CROSS_ENTROPY), static_cast<int32_t>(sizeof(gibbs_softmax_cross_entropy)));
  EXPECT_EQ(gibbs_size_of(GIBBS_STRUCT_ROW_STATISTICS_F32), static_cast<int32_t>(sizeof(gibbs_row_statistics_f32)));
  EXPECT_EQ(gibbs_size_of(GIBBS_STRUCT_ROW_STATISTICS_F64), static_cast<int32_t>(sizeof(gibbs_row_statistics_f64)));
  EXPECT_EQ(gibbs_size_of(-1), -1);
  EXPECT_EQ(gibbs_size_of(99), -1);
}

TEST(Library, TheLastErrorIsTheThreads) {
  expect_refused(gibbs_device_close(nullptr), "device: null");
  std::thread([] { EXPECT_STREQ(gibbs_last_error(), ""); }).join();
  EXPECT_NE(last_error_text(), "");
}

TEST(Devices, OneEmulatedDevice) {
  int32_t count = -1;
  const char* reason = nullptr;
  EXPECT_EQ(gibbs_device_count(&count, &reason), GIBBS_OK);
  EXPECT_EQ(count, 1);
  EXPECT_STREQ(reason, "");
  EXPECT_EQ(gibbs_device_count(&count, nullptr), GIBBS_OK);
  expect_refused(gibbs_device_count(nullptr, nullptr), "count: null");
}

TEST(Devices, OpenIsCountedPerOrdinal) {
  gibbs_device *first = nullptr, *second = nullptr;
  ASSERT_EQ(gibbs_device_open(0, &first), GIBBS_OK);
  ASSERT_EQ(gibbs_device_open(0, &second), GIBBS_OK);
  EXPECT_EQ(first, second);
  EXPECT_EQ(gibbs_device_close(first), GIBBS_OK);
  EXPECT_EQ(gibbs_stream_synchronize(second, nullptr), GIBBS_OK);  // still open
  EXPECT_EQ(gibbs_device_close(second), GIBBS_OK);
  expect_refused(gibbs_device_close(second), "not an open device");
}

TEST(Devices, OpenRefusesWhatIsNotThere) {
  gibbs_device* device = reinterpret_cast<gibbs_device*>(1);
  EXPECT_EQ(gibbs_device_open(1, &device), GIBBS_NO_DEVICE);
  EXPECT_EQ(device, nullptr);
  EXPECT_NE(last_error_text().find("ordinal: 1, but there is 1 device"), std::string::npos) << last_error_text();
  expect_refused(gibbs_device_open(-1, &device), "ordinal: -1");
  expect_refused(gibbs_device_open(0, nullptr), "device: null");
}

TEST_F(Runtime, Info) {
  gibbs_device_info info = {};
  info.struct_size = sizeof info;
  ASSERT_EQ(gibbs_device_get_info(device, &info), GIBBS_OK) << last_error_text();
  EXPECT_EQ(info.ordinal, 0);
  EXPECT_NE(std::string(info.name).find("emulated"), std::string::npos);
  EXPECT_EQ(info.multiprocessors, 4);
  EXPECT_EQ(info.compute_major, 9);
  EXPECT_EQ(info.shared_per_block, 227 * 1024);
  EXPECT_EQ(info.driver_version, 0);
  EXPECT_GT(info.total_memory, 0);
}

TEST_F(Runtime, StructSizesAreChecked) {
  struct Larger {
    gibbs_device_info info;
    char tail[16];
  } larger = {};
  larger.info.struct_size = sizeof larger;
  EXPECT_EQ(gibbs_device_get_info(device, &larger.info), GIBBS_OK) << last_error_text();
  larger.tail[3] = 1;
  expect_refused(gibbs_device_get_info(device, &larger.info), "is not zero");
  larger.info.struct_size = 8;
  expect_refused(gibbs_device_get_info(device, &larger.info), "struct_size is 8");
  larger.info.struct_size = 0xFFFFFFFFu;
  expect_refused(gibbs_device_get_info(device, &larger.info), "struct_size is 4294967295");
  expect_refused(gibbs_device_get_info(device, nullptr), "info: null");
}

TEST_F(Runtime, MemoryIsAlignedPoisonedAndOwned) {
  for (int64_t bytes : {int64_t{1}, int64_t{255}, int64_t{4096}, int64_t{1} << 20, (int64_t{1} << 30) + 1}) {
    void* pointer = nullptr;
    ASSERT_EQ(gibbs_memory_allocate(device, nullptr, bytes, &pointer), GIBBS_OK) << last_error_text();
    EXPECT_EQ(reinterpret_cast<uintptr_t>(pointer) % 256, 0u);
    unsigned char* data = static_cast<unsigned char*>(pointer);
    if (bytes <= int64_t{1} << 20) {
      EXPECT_EQ(data[bytes - 1], 0xFF);
    }
    int32_t owner = 5;
    EXPECT_EQ(gibbs_pointer_device(data + bytes - 1, &owner), GIBBS_OK);
    EXPECT_EQ(owner, 0);
    EXPECT_EQ(gibbs_pointer_device(data + bytes, &owner), GIBBS_OK);
    EXPECT_EQ(owner, -1);
    EXPECT_EQ(gibbs_memory_free(device, nullptr, pointer), GIBBS_OK);
    EXPECT_EQ(gibbs_pointer_device(pointer, &owner), GIBBS_OK);
    EXPECT_EQ(owner, -1);
    expect_refused(gibbs_memory_free(device, nullptr, pointer), "freed already");
  }
  int32_t owner = 5;
  EXPECT_EQ(gibbs_pointer_device(&owner, &owner), GIBBS_OK);
  EXPECT_EQ(owner, -1);
  EXPECT_EQ(gibbs_pointer_device(nullptr, &owner), GIBBS_OK);
  EXPECT_EQ(owner, -1);
  expect_refused(gibbs_pointer_device(&owner, nullptr), "ordinal: null");
}

TEST_F(Runtime, MemoryRefusals) {
  void* pointer = &pointer;
  EXPECT_EQ(gibbs_memory_allocate(device, nullptr, 0, &pointer), GIBBS_OK);
  EXPECT_EQ(pointer, nullptr);
  EXPECT_EQ(gibbs_memory_free(device, nullptr, nullptr), GIBBS_OK);
  expect_refused(gibbs_memory_allocate(device, nullptr, -1, &pointer), "bytes: -1");
  expect_refused(gibbs_memory_allocate(device, nullptr, 1, nullptr), "pointer: null");
  expect_refused(gibbs_memory_allocate(nullptr, nullptr, 1, &pointer), "device: null");
  expect_refused(gibbs_memory_allocate(device, &pointer, 1, &pointer), "stream: ");
  EXPECT_EQ(gibbs_memory_allocate(device, nullptr, int64_t{1} << 50, &pointer), GIBBS_OUT_OF_MEMORY);
  EXPECT_EQ(pointer, nullptr);
  expect_refused(gibbs_memory_copy(device, nullptr, nullptr, &pointer, 8), "destination: null");
  expect_refused(gibbs_memory_copy(device, nullptr, &pointer, nullptr, 8), "source: null");
  expect_refused(gibbs_memory_copy(device, nullptr, &pointer, &pointer, -8), "bytes: -8");
  EXPECT_EQ(gibbs_memory_copy(device, nullptr, nullptr, nullptr, 0), GIBBS_OK);
  expect_refused(gibbs_memory_set(device, nullptr, &pointer, 256, 8), "byte_value: 256");
  expect_refused(gibbs_memory_set(device, nullptr, nullptr, 0, 8), "destination: null");
  expect_refused(gibbs_host_allocate(device, -1, &pointer), "bytes: -1");
  expect_refused(gibbs_host_free(device, &pointer), "gibbs_host_allocate");
}

TEST_F(Runtime, CopyAndSet) {
  void *memory = nullptr, *pinned = nullptr;
  ASSERT_EQ(gibbs_memory_allocate(device, nullptr, 64, &memory), GIBBS_OK);
  ASSERT_EQ(gibbs_host_allocate(device, 64, &pinned), GIBBS_OK);
  EXPECT_EQ(gibbs_memory_set(device, nullptr, memory, 0xA5, 64), GIBBS_OK);
  EXPECT_EQ(gibbs_memory_copy(device, nullptr, pinned, memory, 64), GIBBS_OK);
  for (int i = 0; i < 64; ++i) EXPECT_EQ(static_cast<unsigned char*>(pinned)[i], 0xA5);
  EXPECT_EQ(gibbs_host_free(device, pinned), GIBBS_OK);
  EXPECT_EQ(gibbs_host_free(device, nullptr), GIBBS_OK);
  EXPECT_EQ(gibbs_memory_free(device, nullptr, memory), GIBBS_OK);
}

TEST_F(Runtime, StreamsAndEvents) {
  gibbs_stream stream = nullptr;
  ASSERT_EQ(gibbs_stream_create(device, &stream), GIBBS_OK);
  ASSERT_NE(stream, nullptr);
  EXPECT_EQ(gibbs_stream_synchronize(device, stream), GIBBS_OK);
  gibbs_event *begin = nullptr, *end = nullptr;
  ASSERT_EQ(gibbs_event_create(device, &begin), GIBBS_OK);
  ASSERT_EQ(gibbs_event_create(device, &end), GIBBS_OK);
  double milliseconds = -1;
  expect_refused(gibbs_event_elapsed(begin, end, &milliseconds), "never recorded");
  EXPECT_EQ(gibbs_event_record(begin, stream), GIBBS_OK);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_EQ(gibbs_event_record(end, stream), GIBBS_OK);
  EXPECT_EQ(gibbs_event_synchronize(end), GIBBS_OK);
  EXPECT_EQ(gibbs_event_elapsed(begin, end, &milliseconds), GIBBS_OK);
  EXPECT_GE(milliseconds, 2.0);
  EXPECT_LT(milliseconds, 60000.0);
  expect_refused(gibbs_event_elapsed(begin, end, nullptr), "milliseconds: null");
  expect_refused(gibbs_event_record(nullptr, stream), "event: null");
  expect_refused(gibbs_event_destroy(nullptr), "event: null");
  EXPECT_EQ(gibbs_event_destroy(begin), GIBBS_OK);
  EXPECT_EQ(gibbs_event_destroy(end), GIBBS_OK);
  EXPECT_EQ(gibbs_stream_destroy(device, stream), GIBBS_OK);
  expect_refused(gibbs_stream_destroy(device, stream), "stream: ");
  expect_refused(gibbs_stream_destroy(device, nullptr), "stream: null");
  expect_refused(gibbs_stream_synchronize(device, stream), "stream: ");
}

TEST_F(Runtime, LaunchRunsAKernel) {
  std::vector<float> input(512, 2.0f), output(2);
  const BlockSum parameters = {input.data(), output.data(), 1};
  runtime::launch(device, nullptr, block_sum_kernel, {2, 256, 32}, &parameters, sizeof parameters);
  EXPECT_EQ(output, (std::vector<float>{512, 512}));
  EXPECT_EQ(runtime::max_threads(device, block_sum_kernel), 1024);
  EXPECT_EQ(runtime::limits(device).multiprocessors, 4);
}

TEST_F(Runtime, AnEmulatorErrorReachesTheAbi) {
  const gibbs_status status = runtime::entry(device, [&] {
    const BlockSum parameters = {};
    runtime::launch(device, nullptr, block_sum_kernel, {1, 2048, 32}, &parameters, sizeof parameters);
  });
  EXPECT_EQ(status, GIBBS_EMULATOR_ERROR);
  EXPECT_NE(last_error_text().find("gibbs_test_block_sum"), std::string::npos);
  EXPECT_EQ(runtime::entry([] { throw std::bad_alloc(); }), GIBBS_OUT_OF_MEMORY);
  EXPECT_EQ(runtime::entry([] { throw 5; }), GIBBS_INTERNAL_ERROR);
}

TEST_F(Runtime, WorkspaceIsTheCallersOrItsOwn) {
  alignas(256) unsigned char given[1024];
  {
    runtime::Workspace workspace(device, nullptr, given, sizeof given, 700);
    EXPECT_EQ(workspace.take(1), given);
    EXPECT_EQ(workspace.take(256), given + 256);
    EXPECT_EQ(workspace.take(0), given + 512);
    EXPECT_THROW(workspace.take(512), Error);
  }
  EXPECT_THROW(runtime::Workspace(device, nullptr, given, 699, 700), Error);
  EXPECT_THROW(runtime::Workspace(device, nullptr, given + 8, 1000, 700), Error);
  void* piece = nullptr;
  {
    runtime::Workspace workspace(device, nullptr, nullptr, 0, 700);
    piece = workspace.take(700);
    int32_t owner = -1;
    EXPECT_EQ(gibbs_pointer_device(piece, &owner), GIBBS_OK);
    EXPECT_EQ(owner, 0);
  }
  int32_t owner = 0;
  EXPECT_EQ(gibbs_pointer_device(piece, &owner), GIBBS_OK);
  EXPECT_EQ(owner, -1);
  EXPECT_EQ(runtime::Workspace(device, nullptr, nullptr, 0, 0).take(0), nullptr);
}

TEST_F(Runtime, ManyThreadsOpenAllocateAndClose) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this] {
      for (int round = 0; round < 200; ++round) {
        gibbs_device* own = nullptr;
        EXPECT_EQ(gibbs_device_open(0, &own), GIBBS_OK);
        EXPECT_EQ(own, device);
        void* pointer = nullptr;
        EXPECT_EQ(gibbs_memory_allocate(own, nullptr, 100 + round, &pointer), GIBBS_OK);
        EXPECT_EQ(gibbs_memory_free(own, nullptr, pointer), GIBBS_OK);
        EXPECT_EQ(gibbs_device_close(own), GIBBS_OK);
      }
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace gibbs::tests
