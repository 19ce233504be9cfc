#include "process/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>

namespace mobilith {

namespace fs = std::filesystem;

std::optional<std::string> read_bytes(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::string bytes;
  char buffer[1 << 14];
  int problem = 0;
  for (ssize_t count = 1; count != 0 && problem == 0;) {
    count = read(file, buffer, sizeof buffer);
    if (count < 0 && errno != EINTR) problem = errno;
    if (count > 0) bytes.append(buffer, static_cast<size_t>(count));
  }
  close(file);
  if (problem == 0) return bytes;
  errno = problem;
  return std::nullopt;
}

int write_to_disk(const fs::path& path, std::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return errno;
  int problem = 0;
  while (!bytes.empty() && problem == 0) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) problem = errno;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(file) != 0 && problem == 0 && errno != EINVAL) problem = errno;  // EINVAL: no file of a disk
  if (close(file) != 0 && problem == 0) problem = errno;
  return problem;
}

void replace_file(const fs::path& path, std::string_view bytes) {
  const fs::path temporary = fmt::format("{}.{}.tmp", path.string(), getpid());
  std::error_code error;
  {
    std::ofstream file(temporary, std::ios::binary);
    file << bytes;
    if (!file.flush()) {
      fs::remove(temporary, error);
      throw std::runtime_error(path.string() + ": can't write; is the disk full?");
    }
  }
  fs::rename(temporary, path, error);
  if (!error) return;
  const std::string why = error.message();
  fs::remove(temporary, error);
  throw std::runtime_error(fmt::format("{}: {}", path.string(), why));
}

}  // namespace mobilith
