// What the host hands to the kernels of masks over many tensors, and what these hand to each other through the workspace.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

constexpr int kMaskThreads = 256;
constexpr int kDigitBits = 4, kDigits = 1 << kDigitBits;

struct MaskTensorEntry {
  const void* weights;
  const void* other;
  uint8_t* mask;
  void* masked;
  int64_t length;
  int64_t first_tile;  // tiles (segments of 4 KiB) are numbered through all tensors
};

// The table reaches the device in the parameters of as many launches as it takes: no copy from host memory that could change.
constexpr int kTableEntries = 80;
struct MaskTableParameters {
  MaskTensorEntry entries[kTableEntries];
  MaskTensorEntry* table;
  int32_t count;
};

struct MaskState {
  uint64_t prefix;    // of the least kept key, the digits chosen so far
  int64_t remaining;  // entries still to keep among those that share the prefix
};

struct GlobalMaskParameters {
  const MaskTensorEntry* table;
  int32_t tensors;
  int32_t score;
  int64_t tiles, tiles_per_block;
  int64_t count;                // to keep
  const int64_t* device_count;  // read on the device in place of count, which is then not 0; or null
  int32_t blocks;               // of the histogram and of the masks
  int32_t shift;                // of the pass's digit
  int32_t first_pass, last_pass;
  int32_t key_bits;  // 32 or 64
  MaskState* state;
  int64_t* histograms;   // [blocks, kDigits]
  int64_t* ties_before;  // [blocks + 1]: entries equal to the least kept score in the blocks before
  void* threshold;       // real, or null
};

}  // namespace gibbs::kernels
