#pragma once

#include <string>

namespace mobilith {

// SHA-256 of a file's bytes, hex. Throws WeightsError.
std::string file_sha256(const std::string& path);

}  // namespace mobilith
