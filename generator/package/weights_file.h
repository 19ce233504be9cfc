// The weights beside a library, where they are not inside it: runtime/include/mobilith_weights.h.
#pragma once

#include <cstdint>
#include <string>

namespace mobilith {

// weights: packed, a multiple of 64 bytes, as for the next function.
uint64_t weights_checksum(const std::string& weights);

// The bytes of the file.
std::string weights_file(const std::string& weights);

}  // namespace mobilith
