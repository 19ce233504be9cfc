#include "process/trusted.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "process/files.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr mode_t others = S_IWGRP | S_IWOTH;

std::optional<std::string> owner_problem(const struct stat& found) {
  if (found.st_uid == geteuid() || found.st_uid == 0) return std::nullopt;
  return "belongs to another user";
}

}  // namespace

std::optional<std::string> why_untrusted(const fs::path& folder) {
  struct stat found;
  if (stat(folder.c_str(), &found) != 0) return std::strerror(errno);
  if (!S_ISDIR(found.st_mode)) return "is no folder";
  if (const auto problem = owner_problem(found)) return problem;
  if ((found.st_mode & others) && !(found.st_mode & S_ISVTX)) return "may be written by others (chmod go-w)";
  return std::nullopt;
}

std::optional<std::string> read_trusted(const fs::path& path, std::string& why) {
  why.clear();
  // A FIFO in the file's place is not waited for.
  const int file = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) {
    if (errno != ENOENT) why = errno == ELOOP ? "is a link" : std::strerror(errno);
    return std::nullopt;
  }
  struct stat found;
  std::optional<std::string> bytes;
  if (fstat(file, &found) != 0)
    why = std::strerror(errno);
  else if (!S_ISREG(found.st_mode))
    why = "is no file";
  else if (const auto problem = owner_problem(found))
    why = *problem;
  else if (found.st_mode & others)
    why = "may be written by others";
  else if (bytes = read_bytes(file); !bytes)
    why = std::strerror(errno);
  close(file);
  return bytes;
}

}  // namespace mobilith
