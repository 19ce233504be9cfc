// What a test of a target tells the table of docs/manual/targets.md: one row each, in the file that
// MOBILITH_EVIDENCE names (tests/targets/CMakeLists.txt sets it; without it nothing is written). table.py
// makes the table of them.
#pragma once

#include <string>

namespace mobilith::targets {

class Evidence {
 public:
  // target: as --target takes it. how: what ran or linked the library. what: the library, and what is shown.
  // All three are the same on every machine.
  Evidence(std::string target, std::string how, std::string what);
  ~Evidence();  // writes "failed" unless one of these was said
  Evidence(const Evidence&) = delete;

  void passed();
  // tests/skip.h's, with the target's name.
  void skipped(const std::string& why);
  // Whether a program is there; else skips. packages: Debian's that have it.
  bool has(const std::string& program, const std::string& packages);

 private:
  std::string target_, how_, what_, result_ = "failed", why_;
};

}  // namespace mobilith::targets
