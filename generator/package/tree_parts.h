// What write_tree is made of.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mobilith {

// `path` is what the message names.
[[noreturn]] void fail_at(const std::filesystem::path& path, const std::string& what);

// A folder, locked for this process (flock) as long as this lives. Not where the file system has no locks.
class FolderLock {
 public:
  // Waits for others, or does not. The folder may have been replaced meanwhile: is_still().
  FolderLock(const std::filesystem::path&, bool wait);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  bool opened() const { return file_ >= 0; }
  bool locked() const { return locked_; }
  // This path names the folder that was opened.
  bool is_still(const std::filesystem::path&) const;

 private:
  int file_ = -1;
  bool locked_ = false;
};

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
