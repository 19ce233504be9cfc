#pragma once

#include <memory>
#include <string>

struct zip;

namespace mobilith {

// A zip file, read-only. Throws WeightsError, which names the file.
class ZipArchive {
 public:
  explicit ZipArchive(const std::string& path);
  ~ZipArchive();
  // A member's bytes; at most 4 GB.
  std::string read(const std::string& member) const;

 private:
  std::string path_;
  zip* archive_;
};

}  // namespace mobilith
