#include "process/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "process/unfinished_file.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

int sync(int file) { return fsync(file) != 0 && errno != EINVAL ? errno : 0; }  // EINVAL: no file of a disk

// What the owner of the file that is replaced lets others do, as far as a new one would let them.
int keep_mode(const fs::path& path, int file) {
  struct stat old;
  if (lstat(path.c_str(), &old) != 0 || !S_ISREG(old.st_mode)) return 0;
  struct stat made;
  if (fstat(file, &made) != 0) return errno;
  const mode_t mode = (old.st_mode & made.st_mode & 0777) | S_IRUSR | S_IWUSR;
  return fchmod(file, mode) != 0 ? errno : 0;
}

}  // namespace

std::optional<std::string> read_bytes(int file) {
  std::string bytes;
  char buffer[1 << 14];
  for (;;) {
    const ssize_t count = read(file, buffer, sizeof buffer);
    if (count == 0) return bytes;
    if (count < 0 && errno != EINTR) return std::nullopt;
    if (count > 0) bytes.append(buffer, static_cast<size_t>(count));
  }
}

std::optional<std::string> read_bytes(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::optional<std::string> bytes = read_bytes(file);
  const int problem = errno;
  close(file);
  errno = problem;
  return bytes;
}

int write_to_disk(const fs::path& path, std::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return errno;
  int problem = write_all(file, bytes);
  if (const int unsynced = sync(file); problem == 0) problem = unsynced;
  if (close(file) != 0 && problem == 0) problem = errno;
  return problem;
}

void sync_folder(const fs::path& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

void replace_file(const fs::path& path, std::string_view bytes, Disk disk) {
  UnfinishedFile file(path);
  int problem = file.problem();
  if (problem == 0) problem = keep_mode(path, file.descriptor());
  if (problem == 0) problem = write_all(file.descriptor(), bytes);
  if (problem == 0 && disk == Disk::wait) problem = sync(file.descriptor());
  if (problem == 0) problem = file.take_place_of(path);
  if (problem != 0) throw std::runtime_error(fmt::format("{}: {}", path.string(), std::strerror(problem)));
  if (disk == Disk::wait) sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

void clear_unfinished(const fs::path& folder) { UnfinishedFile::clear(folder); }

}  // namespace mobilith
