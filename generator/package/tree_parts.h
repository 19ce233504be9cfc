// What write_tree is made of.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "process/folder_lock.h"

namespace mobilith {

struct TreeFile {
  std::filesystem::path path;  // in the tree
  std::string_view bytes;
};

// `path` is what the message names.
[[noreturn]] void fail_at(const std::filesystem::path& path, const std::string& what);

// Folders made on the way to a tree; those that are empty go again unless they are kept.
class MadeFolders {
 public:
  ~MadeFolders();
  // With all above it. Throws PackageError.
  void make(const std::filesystem::path& folder);
  void keep() { made_.clear(); }

 private:
  std::vector<std::filesystem::path> made_;
};

// Writes a new file and waits until the disk has it. Errors are thrown as of `shown`.
void write_file(const std::filesystem::path& path, std::string_view bytes,
                const std::filesystem::path& shown);

}  // namespace mobilith
