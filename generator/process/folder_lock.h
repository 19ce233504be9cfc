// Folders that are locked, so that others can tell those of killed processes.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace mobilith {

// A folder, locked for this process (flock) as long as this lives. Not where the file system has no locks. A
// link in the folder's place is not followed.
class FolderLock {
 public:
  // Waits for others, or does not. The folder may have been replaced meanwhile: is_still().
  FolderLock(const std::filesystem::path&, bool wait);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  bool opened() const { return file_ >= 0; }
  bool locked() const { return locked_; }
  bool is_own() const;  // this user's
  // This path names the folder that was opened.
  bool is_still(const std::filesystem::path&) const;

 private:
  int file_ = -1;
  bool locked_ = false;
};

// A new folder with a random name, locked; it goes with this object.
class LockedFolder {
 public:
  // Named `start` and six characters. First clears what killed processes of this user left of the same start:
  // folders that nobody has locked and that `ours` says yes to. Where none can be made, made() is false and
  // errno says why.
  LockedFolder(const std::filesystem::path& start,
               const std::function<bool(const std::filesystem::path&)>& ours);
  ~LockedFolder();
  LockedFolder(const LockedFolder&) = delete;
  bool made() const { return lock_ != nullptr; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::unique_ptr<FolderLock> lock_;
};

}  // namespace mobilith
