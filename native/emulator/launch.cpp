#include "emulator/launch.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <vector>

#include "emulator/cohort.h"
#include "runtime/error.h"

namespace gibbs::emulator {
namespace {

std::vector<const KernelRegistration*>& registrations() {
  static std::vector<const KernelRegistration*> list;
  return list;
}

uint64_t hash(const char* text, uint64_t seed) {
  for (; *text != '\0'; ++text) seed = (seed ^ static_cast<unsigned char>(*text)) * 0x100000001B3u;
  return seed;
}

void check(const KernelRegistration& kernel, const Geometry& geometry, size_t parameter_bytes) {
  const char* name = kernel.name;
  if (geometry.block < 1 || geometry.block > static_cast<unsigned>(kernel.max_threads))
    fail(GIBBS_EMULATOR_ERROR, "kernel %s: a block of %u threads, but its launch bound is %d", name, geometry.block,
         kernel.max_threads);
  if (geometry.shared_bytes > 227 * 1024)
    fail(GIBBS_EMULATOR_ERROR, "kernel %s: %u bytes of shared memory, but a block has at most %d", name, geometry.shared_bytes,
         227 * 1024);
  if (geometry.cluster < 1 || geometry.cluster > 16 || geometry.grid % geometry.cluster != 0)
    fail(GIBBS_EMULATOR_ERROR, "kernel %s: a grid of %u blocks in clusters of %u: clusters have 1 to 16 blocks and fill the grid",
         name, geometry.grid, geometry.cluster);
  if (parameter_bytes > 4096)
    fail(GIBBS_EMULATOR_ERROR, "kernel %s: %zu bytes of parameters, but at most 4096", name, parameter_bytes);
  // What fits on 4 multiprocessors of 2048 threads at once.
  if (geometry.cooperative && uint64_t{geometry.grid} * ((geometry.block + 31) / 32 * 32) > 4 * 2048)
    fail(GIBBS_EMULATOR_ERROR, "kernel %s: a cooperative grid of %u blocks of %u threads does not fit on the device at once",
         name, geometry.grid, geometry.block);
}

}  // namespace

KernelRegistration::KernelRegistration(const char* name, void (*run)(const void*), int max_threads)
    : name(name), run(run), max_threads(max_threads) {
  registrations().push_back(this);
}

const KernelRegistration* find_kernel(const char* name) {
  for (const KernelRegistration* kernel : registrations())
    if (std::strcmp(kernel->name, name) == 0) return kernel;
  return nullptr;
}

uint64_t default_seed() {
  static const uint64_t seed = [] {
    const char* text = std::getenv("GIBBS_EMULATOR_SEED");
    const uint64_t given = text == nullptr ? 0 : std::strtoull(text, nullptr, 0);
    return given != 0 ? given : uint64_t{20240229};
  }();
  return seed;
}

void launch(const KernelRegistration& kernel, const Geometry& given, const void* parameters, size_t parameter_bytes) {
  if (given.grid == 0) return;
  check(kernel, given, parameter_bytes);
  Geometry geometry = given;
  // Launches that differ take different orders; the same launch takes the same one, whatever ran before it.
  geometry.seed = hash(kernel.name, (given.seed != 0 ? given.seed : default_seed()) * 0x9E3779B97F4A7C15u ^ geometry.grid) | 1;

  // A heap copy of the exact size: AddressSanitizer sees a kernel that expects a larger parameter struct.
  const std::unique_ptr<unsigned char[]> copy(new unsigned char[parameter_bytes]);
  if (parameter_bytes != 0) std::memcpy(copy.get(), parameters, parameter_bytes);

  Cohort cohort(kernel, geometry, copy.get());
  std::vector<unsigned> blocks;
  if (geometry.cooperative) {
    blocks.resize(geometry.grid);
    std::iota(blocks.begin(), blocks.end(), 0u);
    cohort.run(blocks.data(), geometry.grid, geometry.cluster);
    return;
  }
  // Cohorts in a scattered order: groups start + i * step mod count, step coprime to the count. Now and then two run together.
  const uint64_t groups = geometry.grid / geometry.cluster;
  const uint64_t start = geometry.seed % groups;
  uint64_t step = (geometry.seed >> 20) % groups + 1;
  while (std::gcd(step, groups) != 1) ++step;
  blocks.reserve(2 * size_t{geometry.cluster});
  uint64_t draw = geometry.seed;
  for (uint64_t i = 0; i < groups;) {
    draw = draw * 6364136223846793005u + 1442695040888963407u;
    const uint64_t together = (draw >> 61) == 0 && i + 1 < groups ? 2 : 1;
    blocks.clear();
    for (uint64_t k = 0; k < together; ++k, ++i) {
      const uint64_t group = (start + i * step) % groups;
      for (unsigned rank = 0; rank < geometry.cluster; ++rank)
        blocks.push_back(static_cast<unsigned>(group * geometry.cluster) + rank);
    }
    cohort.run(blocks.data(), static_cast<unsigned>(blocks.size()), geometry.cluster);
  }
}

}  // namespace gibbs::emulator
