// Temporary files of work in child processes.
#pragma once

#include <filesystem>

#include "process/folder_lock.h"

namespace mobilith {

// A folder that goes with this object, and, where the process was killed, when this user's next one is made.
class Scratch {
 public:
  Scratch();  // throws std::runtime_error
  std::filesystem::path operator/(const std::string& name) const { return folder_.path() / name; }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  LockedFolder folder_;
};

}  // namespace mobilith
