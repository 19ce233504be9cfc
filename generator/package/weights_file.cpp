#include "package/weights_file.h"

#include <cstring>

#include "mobilith_weights.h"

namespace mobilith {

uint64_t weights_checksum(const std::string& weights) {
  return mobilith_weights_checksum(reinterpret_cast<const uint8_t*>(weights.data()), weights.size());
}

std::string weights_file(const std::string& weights) {
  mobilith_weights_header header{};
  static_assert(sizeof header == 64);
  std::memcpy(header.magic, MOBILITH_WEIGHTS_MAGIC, sizeof header.magic);
  header.version = MOBILITH_WEIGHTS_VERSION;
  header.header_bytes = sizeof header;
  header.bytes = weights.size();
  header.checksum = weights_checksum(weights);
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) + weights;
}

}  // namespace mobilith
