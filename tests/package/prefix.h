// The build, installed once per test program into a prefix whose generator counts its calls.
#pragma once

#include <filesystem>
#include <string>

#include "process.h"

namespace mobilith::package {

class Prefix {
 public:
  Prefix();
  const std::filesystem::path& path() const { return path_; }
  // Libraries generated with this prefix's program so far; checks of options do not count.
  int generated() const;

 private:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "a prefix";  // a space in it, on purpose
};

const Prefix& prefix();

}  // namespace mobilith::package
