#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct zip;

namespace mobilith {

// A zip file in memory, read-only; the bytes must outlive it. Throws WeightsError, which names the file
// `label`.
class ZipArchive {
 public:
  ZipArchive(const std::string& bytes, const std::string& label);
  ZipArchive(const ZipArchive&) = delete;
  ~ZipArchive();
  // The names of its members, in the directory's order.
  std::vector<std::string> members() const;
  // A member's bytes. All that is read together is at most 16 times as large as the file, or 16 MB more.
  std::string read(const std::string& member) const;

 private:
  std::string label_;
  zip* archive_;
  mutable uint64_t left_;  // bytes that may be read
};

}  // namespace mobilith
