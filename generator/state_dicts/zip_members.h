// Members of a zip file that are stored as they are.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

struct zip;

namespace mobilith::file {

// Names and bytes of a zip file in memory, whose bytes must outlive it. Compressed members are refused:
// torch.save makes none. All that is read together is no more than the file, so that no zip bomb is one.
// Throws Error.
class ZipMembers {
 public:
  explicit ZipMembers(const std::string& bytes);
  ZipMembers(const ZipMembers&) = delete;
  ~ZipMembers();
  // The members' places in the archive, by name; folders are left out.
  const std::map<std::string, uint64_t>& names() const { return names_; }
  bool has(const std::string& name) const { return names_.contains(name); }
  std::string read(const std::string& name);

 private:
  zip* archive_ = nullptr;
  std::map<std::string, uint64_t> names_;
  uint64_t left_;  // bytes that may be read
};

}  // namespace mobilith::file
