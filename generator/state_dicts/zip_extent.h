// Whether a zip file is one, from its first byte to its last.
#pragma once

#include <string>
#include <string_view>

namespace mobilith::file {

// What is wrong where the bytes are not exactly one zip file, as the end of a sentence; empty: nothing. Of
// two behind each other, and of one with others' bytes around it, programs read different members: Python the
// last file's, libzip those of the one that suits it best. Zip64's ends are known. Says nothing of the
// members.
std::string zip_extent_fault(std::string_view bytes);

}  // namespace mobilith::file
