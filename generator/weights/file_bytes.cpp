#include "weights/file_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "graph/file_error.h"
#include "models/model_error.h"

namespace mobilith {

namespace {

constexpr off_t largest = off_t{4} << 30;

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw WeightsError("weights", fmt::format("{}: {}", path, why));
}

class Descriptor {
 public:
  // Without blocking: a pipe's reader would wait for a writer.
  explicit Descriptor(const std::string& path) : id_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
    if (id_ < 0) fail(path, std::strerror(errno));
  }
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() { close(id_); }
  operator int() const { return id_; }

 private:
  int id_;
};

}  // namespace

std::string read_weights_file(const std::string& path) {
  const Descriptor file(path);
  struct stat status;
  if (fstat(file, &status) != 0) fail(path, std::strerror(errno));
  if (S_ISDIR(status.st_mode)) fail(path, "is a folder, expected a model file");
  if (!S_ISREG(status.st_mode)) fail(path, "is no regular file");
  if (status.st_size > largest) fail(path, "is over 4 GB, expected the weights of a MobileNet");
  // HDF5 locks what it writes. Where locks are not to be had, there is nothing to learn.
  if (flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    fail(path, "is locked by a program that has it open for writing; close it there first");
  std::string bytes;
  bytes.reserve(static_cast<size_t>(status.st_size));
  char block[1 << 16];
  ssize_t got = 0;
  while ((got = read(file, block, sizeof block)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path, std::strerror(errno));
    bytes.append(block, static_cast<size_t>(got));
    if (bytes.size() > static_cast<size_t>(largest))
      fail(path, "is over 4 GB, expected the weights of a MobileNet");
  }
  if (bytes.empty()) fail(path, "is empty, expected a model file");
  return bytes;
}

std::function<std::string(const std::string&, size_t)> files_beside(const std::string& path) {
  return [folder = std::filesystem::path(path).parent_path()](const std::string& name, size_t most) {
    const std::filesystem::path place = folder / name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(place, error))
      throw file::Error(fmt::format("no file {} beside it", file::quoted(name)));
    std::ifstream in(place, std::ios::binary);
    // One byte more, so that a file that is too long is seen to be.
    std::string bytes(size_t(std::min<std::uintmax_t>(std::filesystem::file_size(place), most + 1)), '\0');
    if (!in.read(bytes.data(), std::streamsize(bytes.size())))
      throw file::Error(fmt::format("file {} beside it can't be read", file::quoted(name)));
    return bytes;
  };
}

}  // namespace mobilith
