#pragma once

#include <string>
#include <string_view>

namespace mobilith {

// SHA-256 (FIPS 180-4), 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);
// For formats that ask for it; it protects nothing.
std::string sha1(std::string_view bytes);

}  // namespace mobilith
