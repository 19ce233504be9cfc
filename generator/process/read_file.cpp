#include "process/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

namespace mobilith {

namespace {

[[noreturn]] void fail(int error) { throw FileFault(std::strerror(error)); }

class Descriptor {
 public:
  // Without blocking: a pipe's reader would wait for a writer.
  explicit Descriptor(const std::filesystem::path& path)
      : id_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)) {
    if (id_ < 0) fail(errno);
  }
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() { close(id_); }
  operator int() const { return id_; }

 private:
  int id_;
};

std::string size_text(size_t bytes) {
  constexpr size_t megabyte = size_t{1} << 20;
  return bytes % megabyte == 0 ? fmt::format("{} MB", bytes / megabyte) : fmt::format("{} bytes", bytes);
}

struct stat status_of(int file) {
  struct stat status;
  if (fstat(file, &status) != 0) fail(errno);
  return status;
}

std::string bytes_of(int file, size_t expected, size_t most) {
  std::string bytes;
  bytes.reserve(expected);
  char block[1 << 16];
  off_t at = 0;
  ssize_t got = 0;
  while ((got = pread(file, block, sizeof block, at)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno);
    bytes.append(block, static_cast<size_t>(got));
    at += got;
    if (bytes.size() > most) break;
  }
  return bytes;
}

bool same_time(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// Its status changes, too, if another file takes its name: it has a link less.
bool unchanged(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && same_time(a.st_mtim, b.st_mtim) &&
         (same_time(a.st_ctim, b.st_ctim) || b.st_nlink < a.st_nlink);
}

// Clocks of file systems tick: a change within a tick of the one before leaves no trace in the times.
bool just_written(const struct stat& status) {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec - status.st_ctim.tv_sec < 2;
}

// The lock of a program that replaces whole files ends as soon as the new one has its place, HDF5's when its
// file is closed. Where locks are not to be had, there is nothing to learn.
bool locked_by_another(int file) {
  constexpr timespec between = {.tv_sec = 0, .tv_nsec = 10'000'000};
  for (int attempt = 0; attempt < 50; attempt++) {
    if (flock(file, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) return false;
    nanosleep(&between, nullptr);
  }
  return true;
}

}  // namespace

std::string read_regular_file(const std::filesystem::path& path, size_t most) {
  const Descriptor file(path);
  const struct stat before = status_of(file);
  if (S_ISDIR(before.st_mode)) throw FileFault("is a folder, expected a file");
  if (!S_ISREG(before.st_mode)) throw FileFault("is no regular file");
  const auto refuse_long = [&](size_t size) {
    if (size > most) throw FileFault(fmt::format("has more than {}", size_text(most)));
  };
  refuse_long(static_cast<size_t>(before.st_size));
  if (locked_by_another(file))
    throw FileFault("is locked by a program that has it open for writing; close it there first");
  std::string bytes = bytes_of(file, static_cast<size_t>(before.st_size), most);
  refuse_long(bytes.size());
  const bool again = just_written(before) && bytes_of(file, bytes.size(), most) != bytes;
  if (again || !unchanged(before, status_of(file)))
    throw FileFault("changed while it was read; try again when nothing writes it");
  return bytes;
}

}  // namespace mobilith
