#include "process/scratch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "process/temporary_folder.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr const char* prefix = "mobilith-tune-";

// Removes what killed tuners left. A folder without a lock is one that is just being made.
void remove_abandoned(const fs::path& parent) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, error)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    const int lock = open((entry.path() / "lock").c_str(), O_RDWR | O_CLOEXEC);
    if (lock < 0) continue;
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry.path(), error);
    close(lock);
  }
}

}  // namespace

Scratch::Scratch() {
  const fs::path parent = temporary_folder();
  remove_abandoned(parent);
  std::string name = (parent / (std::string(prefix) + "XXXXXX")).string();
  if (!mkdtemp(name.data()))
    throw std::runtime_error(fmt::format("can't make a temporary folder {}: {}", name, std::strerror(errno)));
  path_ = name;
  // Locked under another name first: an unlocked "lock" would be taken for abandoned.
  const fs::path made = path_ / "lock.new";
  lock_ = open(made.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0 || flock(lock_, LOCK_EX) != 0)
    throw std::runtime_error(fmt::format("{}: {}", made.string(), std::strerror(errno)));
  fs::rename(made, path_ / "lock");
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  close(lock_);
}

}  // namespace mobilith
