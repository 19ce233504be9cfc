#include "process/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr size_t random_characters = 6;  // mkdtemp's

void clear_leavings(const fs::path& start, const std::function<bool(const fs::path&)>& ours) {
  const std::string prefix = start.filename();
  std::error_code error;
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(start.parent_path(), error)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(prefix) && name.size() == prefix.size() + random_characters)
      found.push_back(entry.path());
  }
  for (const fs::path& folder : found) {
    const FolderLock lock(folder, false);
    if (lock.locked() && lock.is_own() && ours(folder)) fs::remove_all(folder, error);
  }
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder, bool wait) {
  file_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (file_ < 0) return;
  int result = 0;
  do result = flock(file_, LOCK_EX | (wait ? 0 : LOCK_NB));
  while (result != 0 && errno == EINTR);
  locked_ = result == 0;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) close(file_);
}

bool FolderLock::is_own() const {
  struct stat mine;
  return fstat(file_, &mine) == 0 && mine.st_uid == geteuid();
}

bool FolderLock::is_still(const fs::path& path) const {
  struct stat mine, there;
  return fstat(file_, &mine) == 0 && lstat(path.c_str(), &there) == 0 && mine.st_dev == there.st_dev &&
         mine.st_ino == there.st_ino;
}

LockedFolder::LockedFolder(const fs::path& start, const std::function<bool(const fs::path&)>& ours) {
  clear_leavings(start, ours);
  for (int attempt = 0; attempt < 100 && !lock_; attempt++) {
    std::string name = start.string() + std::string(random_characters, 'X');
    if (!mkdtemp(name.data())) return;
    path_ = name;
    auto lock = std::make_unique<FolderLock>(path_, false);
    if (lock->is_still(path_)) lock_ = std::move(lock);  // else somebody cleared it before it was locked
  }
}

LockedFolder::~LockedFolder() {
  std::error_code ignored;
  if (lock_) fs::remove_all(path_, ignored);
}

}  // namespace mobilith
