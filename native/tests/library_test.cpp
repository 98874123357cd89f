// The real libgibbs on a machine without an NVIDIA driver, and the images that the device compiler made.
#include <gtest/gtest.h>

#include <dlfcn.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "gibbs/gibbs.h"

namespace {

#if defined(GIBBS_TEST_LIBRARY)

template <class F>
F* symbol(void* library, const char* name) {
  F* function = reinterpret_cast<F*>(dlsym(library, name));
  EXPECT_NE(function, nullptr) << name;
  return function;
}

TEST(DriverLibrary, LoadsWithoutADriver) {
  void* library = dlopen(GIBBS_TEST_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  EXPECT_EQ(symbol<int32_t()>(library, "gibbs_abi_version")(), GIBBS_ABI_VERSION);
  EXPECT_EQ(symbol<int32_t()>(library, "gibbs_runtime_kind")(), GIBBS_RUNTIME_CUDA);
  EXPECT_NE(std::string(symbol<const char*()>(library, "gibbs_build_info")()).find("images: "), std::string::npos);
  int32_t count = -1;
  const char* reason = nullptr;
  ASSERT_EQ(symbol<gibbs_status(int32_t*, const char**)>(library, "gibbs_device_count")(&count, &reason), GIBBS_OK);
  if (count > 0) GTEST_SKIP() << "this machine has a device";
  EXPECT_EQ(count, 0);
  EXPECT_NE(std::string(reason).find("NVIDIA driver"), std::string::npos) << reason;
  gibbs_device* device = reinterpret_cast<gibbs_device*>(1);
  EXPECT_EQ(symbol<gibbs_status(int32_t, gibbs_device**)>(library, "gibbs_device_open")(0, &device), GIBBS_NO_DEVICE);
  EXPECT_EQ(device, nullptr);
  EXPECT_NE(std::string(symbol<const char*()>(library, "gibbs_last_error")()).find("NVIDIA driver"), std::string::npos);
  int32_t ordinal = 0;
  EXPECT_EQ(symbol<gibbs_status(const void*, int32_t*)>(library, "gibbs_pointer_device")(&count, &ordinal), GIBBS_OK);
  EXPECT_EQ(ordinal, -1);
}

TEST(DriverLibrary, HoldsEveryFunctionOfTheHeader) {
  void* library = dlopen(GIBBS_TEST_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  int functions = 0;
  for (const auto& file : std::filesystem::directory_iterator(GIBBS_TEST_HEADERS)) {
    std::ifstream header(file.path());
    for (std::string line; std::getline(header, line);) {
      if (line.rfind("GIBBS_API ", 0) != 0) continue;
      const size_t begin = line.find("gibbs_", line.find(' ', line.find_first_of(" *", 10)));
      const std::string name = line.substr(begin, line.find('(') - begin);
      EXPECT_NE(dlsym(library, name.c_str()), nullptr) << name;
      ++functions;
    }
  }
  EXPECT_GT(functions, 25);
}

TEST(DriverLibrary, TheDeviceCompilerMadeEntries) {
  std::ifstream file(GIBBS_TEST_IMAGE);
  std::stringstream text;
  text << file.rdbuf();
  const std::string ptx = text.str();
  EXPECT_NE(ptx.find(".visible .entry gibbs_test_block_sum("), std::string::npos);
  EXPECT_NE(ptx.find(".visible .entry gibbs_test_warp_facts("), std::string::npos);
  EXPECT_NE(ptx.find("bar.sync"), std::string::npos);
  EXPECT_EQ(ptx.find("fma.rn.f32"), std::string::npos);  // nothing here asks for one
}

#else

TEST(DriverLibrary, LoadsWithoutADriver) { GTEST_SKIP() << "libgibbs was not built: no device compiler"; }

#endif

}  // namespace
