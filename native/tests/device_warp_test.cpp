// Packs and reductions of native/device, on the emulator.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "device/segment.h"
#include "device/reduce.h"
#include "tests/emulation.h"

namespace gibbs::tests {
namespace {

namespace dv = gibbs::device;

template <class T>
T number(int value) {
  return dv::From<T>::real(static_cast<dv::Real<T>>(value));
}
template <class T>
dv::Real<T> real(T value) {
  return dv::to_real(value);
}

template <class T>
struct Packs : ::testing::Test {
  // A row at a given distance behind a 16-byte boundary, in a block of exactly its size: the sanitizer sees any access outside.
  struct Row {
    std::unique_ptr<unsigned char[]> storage;
    T* data;
    Row(int misalignment, int count)
        : storage(new unsigned char[bytes(misalignment, count)]), data(reinterpret_cast<T*>(storage.get()) + misalignment) {
      for (int i = 0; i < count; ++i) data[i] = number<T>(i % 128 + 1);
    }
    static size_t bytes(int misalignment, int count) { return static_cast<size_t>(misalignment + count) * sizeof(T); }
  };
};
using Elements = ::testing::Types<float, double, dv::float16, dv::bfloat16>;
TYPED_TEST_SUITE(Packs, Elements);

template <class T>
std::vector<int> interesting_counts() {
  const int size = dv::Pack<T>::size, step = dv::kStep<T>, segment = dv::kSegment<T>;
  std::vector<int> counts = {1,           size - 1, size, size + 1, 2 * size, step - 1, step, step + 1, 3 * step + size + 1,
                             segment - 1, segment};
  counts.erase(std::remove(counts.begin(), counts.end(), 0), counts.end());
  return counts;
}

TYPED_TEST(Packs, ElementsOfAPack) {
  dv::Pack<TypeParam> pack = dv::fill_pack(number<TypeParam>(9));
  for (int e = 0; e < dv::Pack<TypeParam>::size; ++e) {
    EXPECT_EQ(real(pack.get(e)), 9);
    pack.set(e, number<TypeParam>(e - 3));
  }
  for (int e = 0; e < dv::Pack<TypeParam>::size; ++e) EXPECT_EQ(real(pack.get(e)), e - 3);
}

TYPED_TEST(Packs, ASegmentIsLoadedByElementIndexWhateverItsAlignment) {
  using T = TypeParam;
  for (int shift = 0; shift < dv::Pack<T>::size; ++shift)
    for (int count : interesting_counts<T>()) {
      const typename TestFixture::Row row(shift, count);
      const T* data = row.data;
      emulate(grid_of(1, 32), [&] {
        dv::Pack<T> packs[dv::kPacks];
        dv::load_segment(packs, data, count, number<T>(-7));
        for (int k = 0; k < dv::kPacks; ++k)
          for (int e = 0; e < dv::Pack<T>::size; ++e) {
            const int index = k * dv::kStep<T> + static_cast<int>(dv::lane_index()) * dv::Pack<T>::size + e;
            EXPECT_EQ(real(packs[k].get(e)), index < count ? index % 128 + 1 : -7)
                << "shift " << shift << " count " << count << " at " << index;
          }
      });
      if (::testing::Test::HasFailure()) return;
    }
}

TYPED_TEST(Packs, ASegmentIsStoredWhereItBelongs) {
  using T = TypeParam;
  for (int shift = 0; shift < dv::Pack<T>::size; ++shift)
    for (int count : interesting_counts<T>()) {
      // Elements on either side of the segment must survive.
      const int margin = dv::Pack<T>::size;
      const typename TestFixture::Row row(shift, count + 2 * margin);
      T* data = row.data;
      for (int i = 0; i < count + 2 * margin; ++i) data[i] = number<T>(-1);
      emulate(grid_of(1, 32), [&] {
        dv::Pack<T> packs[dv::kPacks];
        for (int k = 0; k < dv::kPacks; ++k)
          for (int e = 0; e < dv::Pack<T>::size; ++e)
            packs[k].set(e, number<T>((k * dv::kStep<T> + static_cast<int>(dv::lane_index()) * dv::Pack<T>::size + e) % 128));
        dv::store_segment(data + margin, count, packs);
      });
      for (int i = 0; i < count + 2 * margin; ++i) {
        const int index = i - margin;
        ASSERT_EQ(real(data[i]), index >= 0 && index < count ? index % 128 : -1)
            << "shift " << shift << " count " << count << " at " << index;
      }
    }
}

TYPED_TEST(Packs, SinglePacks) {
  using T = TypeParam;
  const int size = dv::Pack<T>::size;
  for (int shift = 0; shift < size; ++shift)
    for (int count = 1; count <= 4 * size; ++count) {
      const typename TestFixture::Row row(shift, count);
      std::vector<T> copy(static_cast<size_t>(count), number<T>(-1));
      for (int index = 0; index < count; index += size) {
        const dv::Pack<T> pack = dv::load_pack<T>(row.data, count, index, number<T>(-7));
        for (int e = 0; e < size; ++e) ASSERT_EQ(real(pack.get(e)), index + e < count ? index + e + 1 : -7);
        dv::store_pack<T>(copy.data(), count, index, pack);
      }
      for (int i = 0; i < count; ++i) ASSERT_EQ(real(copy[static_cast<size_t>(i)]), i + 1);
    }
}

TEST(Reductions, OverLanesOfEveryWidth) {
  for (unsigned width : {1u, 2u, 4u, 8u, 16u, 32u}) {
    emulate(grid_of(2, 64), [&] {
      const int lane = static_cast<int>(dv::lane_index());
      const int first = lane / static_cast<int>(width) * static_cast<int>(width), last = first + static_cast<int>(width) - 1;
      const int sum = (first + last) * static_cast<int>(width) / 2;
      EXPECT_EQ(dv::lanes_sum(static_cast<float>(lane), width), static_cast<float>(sum));
      EXPECT_EQ(dv::lanes_sum(static_cast<double>(lane), width), static_cast<double>(sum));
      EXPECT_EQ(dv::lanes_sum(static_cast<int64_t>(lane) << 33, width), static_cast<int64_t>(sum) << 33);
      EXPECT_EQ(dv::lanes_max(static_cast<float>((lane * 11) % 32), 32), 31.0f);
      EXPECT_EQ(dv::lanes_max(static_cast<double>(lane), width), last);
      EXPECT_EQ(dv::lanes_min(lane, width), first);
    });
  }
}

TEST(Reductions, EveryLaneGetsTheSameBits) {
  float sums[32];
  emulate(grid_of(1, 32), [&] {
    const float value = 1.0f / static_cast<float>(3 + 7 * static_cast<int>(dv::lane_index()));
    sums[dv::lane_index()] = dv::lanes_sum(value);
  });
  for (float sum : sums) EXPECT_EQ(sum, sums[0]);
}

TEST(Reductions, ANaNDoesNotHideTheMaximum) {
  emulate(grid_of(1, 32), [] {
    const float value = dv::lane_index() == 4 ? std::nanf("") : -static_cast<float>(dv::lane_index());
    EXPECT_EQ(dv::lanes_max(value), 0.0f);
    EXPECT_TRUE(std::isnan(dv::lanes_sum(value)));
  });
}

}  // namespace
}  // namespace gibbs::tests
