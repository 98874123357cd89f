// What the host hands to the n:m kernels.
#pragma once

#include <stdint.h>

namespace gibbs::kernels {

constexpr int kNOfMThreads = 256;
constexpr int kGroupTile = 1024;  // elements of a tile at most, whole groups

struct NOfMParameters {
  int64_t rows;
  int32_t columns, n, m;
  int32_t items;  // per row: segments of packs, or tiles of groups
  int32_t tile;   // elements of a tile of groups
  const void* input;
  int64_t input_stride;
  void* output;
  int64_t output_stride;
  uint8_t* mask;
  int64_t mask_stride;
  void* compressed;
  int64_t compressed_stride;
  uint8_t* metadata;
  int64_t metadata_stride;
  int64_t* support_size;  // written here where a row is one item, by row_tally from tallies otherwise
  uint8_t* status;
  uint32_t* tallies;  // [rows, items] or null
};

}  // namespace gibbs::kernels
