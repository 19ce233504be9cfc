#include "cli/output_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "process/files.h"

namespace mobilith {

void require_files_possible(const options::variables_map& values, std::initializer_list<const char*> names) {
  namespace fs = std::filesystem;
  for (const char* option : names) {
    if (!values.count(option)) continue;
    const fs::path path = values[option].as<std::string>();
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::error_code unknown;
    if (fs::is_directory(path, unknown) || !path.has_filename())
      throw FieldError(option, fmt::format("'{}': expected the name of a file", path.string()));
    if (access(folder.c_str(), W_OK | X_OK) != 0 || !fs::is_directory(folder, unknown))
      throw FieldError(option, fmt::format("{}: {}", path.string(), std::strerror(errno ? errno : ENOTDIR)));
  }
}

void write_output_file(const std::string& option, const std::string& path, std::string_view bytes) {
  try {
    replace_file(path, bytes);
  } catch (const std::runtime_error& error) {
    throw FieldError(option, error.what());
  }
}

}  // namespace mobilith
