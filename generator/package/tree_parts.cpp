#include "package/tree_parts.h"

#include <fmt/format.h>

#include <cstring>
#include <system_error>

#include "package/package.h"
#include "process/files.h"

namespace mobilith {

namespace fs = std::filesystem;

void fail_at(const fs::path& path, const std::string& what) {
  throw PackageError("out", fmt::format("{}: {}", path.string(), what));
}

MadeFolders::~MadeFolders() {
  std::error_code ignored;
  for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) fs::remove(*folder, ignored);
}

void MadeFolders::make(const fs::path& folder) {
  std::error_code error;
  if (folder.empty() || fs::is_directory(folder, error)) return;
  if (folder.parent_path() != folder) make(folder.parent_path());
  if (fs::create_directory(folder, error))
    made_.push_back(folder);
  else if (error)
    fail_at(folder, error.message());
}

void write_file(const fs::path& path, std::string_view bytes, const fs::path& shown) {
  if (const int problem = write_to_disk(path, bytes); problem != 0) fail_at(shown, std::strerror(problem));
}

}  // namespace mobilith
