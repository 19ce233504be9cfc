// Whole files.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mobilith {

// The bytes of a file; nothing where it can't be read, and errno says why.
std::optional<std::string> read_bytes(const std::filesystem::path&);

// Makes the file hold these bytes, and waits until the disk has them. 0, or errno: the file may then hold a
// part.
int write_to_disk(const std::filesystem::path&, std::string_view bytes);

// Makes the file hold these bytes, all at once: they are written under a temporary name beside it, which is
// this process's own, and renamed. Does not wait for the disk. Throws std::runtime_error, with the path; then
// nothing has changed.
void replace_file(const std::filesystem::path&, std::string_view bytes);

}  // namespace mobilith
