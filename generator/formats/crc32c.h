// The checksum of LevelDB's tables and of TensorFlow's checkpoints.
#pragma once

#include <cstdint>
#include <string_view>

namespace mobilith::file {

// CRC-32C (Castagnoli), as these files store it: rotated and offset, because a checksum of bytes that hold
// checksums says little (LevelDB).
uint32_t masked_crc32c(std::string_view bytes);

}  // namespace mobilith::file
