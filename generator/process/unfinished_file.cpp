#include "process/unfinished_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view mark = ".mobilith-new-";
constexpr size_t digits = 16;  // behind the mark, at the name's end

bool is_name(const std::string& name) {
  if (name.size() < mark.size() + digits) return false;
  const std::string_view end = std::string_view(name).substr(name.size() - digits);
  return std::string_view(name).substr(0, name.size() - digits).ends_with(mark) &&
         end.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool lock_without_waiting(int file) {
  int result = 0;
  do result = flock(file, LOCK_EX | LOCK_NB);
  while (result != 0 && errno == EINTR);
  return result == 0 || errno != EWOULDBLOCK;  // a file system without locks: as if it were
}

}  // namespace

UnfinishedFile::UnfinishedFile(const fs::path& path) {
  for (int attempt = 0; attempt < 100; attempt++)
    if (try_name(path)) return;
}

// False: another name is worth trying.
bool UnfinishedFile::try_name(const fs::path& path) {
  uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number) return problem_ = errno, true;
  name_ = fmt::format("{}{}{:016x}", path.string(), mark, number);
  file_ = open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  problem_ = file_ < 0 ? errno : 0;
  if (file_ < 0) return problem_ != EEXIST;
  struct stat made;
  if (lock_without_waiting(file_) && fstat(file_, &made) == 0 && made.st_nlink > 0) return true;
  close(file_);  // somebody cleared it before it was locked
  file_ = -1;
  problem_ = EAGAIN;
  return false;
}

UnfinishedFile::~UnfinishedFile() {
  if (file_ < 0) return;
  if (!name_.empty()) unlink(name_.c_str());
  close(file_);
}

int UnfinishedFile::take_place_of(const fs::path& path) {
  if (rename(name_.c_str(), path.c_str()) != 0) return errno;
  name_.clear();
  close(file_);  // and with it the lock: from now on others read the file
  file_ = -1;
  return 0;
}

void UnfinishedFile::clear(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    if (is_name(entry.path().filename())) found.push_back(entry.path());
  for (const fs::path& path : found) {
    const int file = open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) continue;
    struct stat made;
    if (fstat(file, &made) == 0 && S_ISREG(made.st_mode) && made.st_uid == geteuid() &&
        lock_without_waiting(file))
      unlink(path.c_str());
    close(file);
  }
}

}  // namespace mobilith
