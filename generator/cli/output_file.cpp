#include "cli/output_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "process/files.h"

namespace mobilith {

namespace fs = std::filesystem;

// What takes the place of another is a new file, so what
// is there must be a regular one: a device, a pipe or a socket would be gone.
fs::path place_of_output(const std::string& option, const fs::path& path) {
  const auto fail = [&](const std::string& what) {
    throw FieldError(option, fmt::format("{}: {}", path.string(), what));
  };
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (!path.has_filename() || type == fs::file_type::directory)
    throw FieldError(option, fmt::format("'{}': expected the name of a file", path.string()));
  if (type == fs::file_type::none) fail(error.message());
  if (type == fs::file_type::regular) {
    fs::path place = fs::canonical(path, error);
    if (error) fail(error.message());
    return place;
  }
  if (type != fs::file_type::not_found) fail("is there, and no regular file");
  if (fs::is_symlink(fs::symlink_status(path, error))) fail("is a link to no file");
  return path;
}

void require_file_possible(const std::string& option, const std::string& path) {
  const fs::path place = place_of_output(option, path);
  const fs::path folder = place.has_parent_path() ? place.parent_path() : fs::path(".");
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error))
    throw FieldError(option, fmt::format("{}: {}", path, std::strerror(ENOTDIR)));
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    throw FieldError(option, fmt::format("{}: {}", path, std::strerror(errno)));
}

void require_files_possible(const options::variables_map& values, std::initializer_list<const char*> names) {
  for (const char* option : names)
    if (values.count(option)) require_file_possible(option, values[option].as<std::string>());
}

void write_output_file(const std::string& option, const std::string& path, std::string_view bytes) {
  const fs::path place = place_of_output(option, path);
  try {
    replace_file(place, bytes);
  } catch (const std::runtime_error& error) {
    throw FieldError(option, error.what());
  }
}

}  // namespace mobilith
