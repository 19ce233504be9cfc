// Temporary files of work in child processes.
#pragma once

#include <filesystem>

namespace mobilith {

// A folder that goes with this object, and, where the process was killed, when the next one is made.
class Scratch {
 public:
  Scratch();  // throws std::runtime_error
  ~Scratch();
  Scratch(const Scratch&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;  // held as long as the process lives: whoever gets it may remove the folder
};

}  // namespace mobilith
