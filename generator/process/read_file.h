// Files that others name: read whole, or refused at once.
#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace mobilith {

// One line without the path: "No such file or directory", "is no regular file".
struct FileFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// All of the file's bytes, as they were at one moment. Does not wait for a pipe's writer, and half a second
// for a lock. A file that others replace (replace_file) is read as it is before or after. Throws FileFault
// where it can't be read, is a folder, a pipe or a device, has more than `most` bytes, is locked by a program
// that writes it, or changes meanwhile.
std::string read_regular_file(const std::filesystem::path&, size_t most);

}  // namespace mobilith
