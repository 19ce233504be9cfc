// Programs with one call that fails, or at which they are killed: tests/faults/shim.c.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "process.h"

namespace mobilith::faults {

struct Fault {
  std::string call;  // of the shim's names
  unsigned long at = 1;
  bool kills = false;
};
std::string to_string(const Fault&);

// Runs the program with the fault.
ProcessResult run_with(const Fault&, const std::vector<std::string>& words,
                       std::vector<std::string> environment = {});
// How many of these calls it makes.
unsigned long count_calls(const std::string& call, const std::vector<std::string>& words,
                          const std::vector<std::string>& environment = {});

// For each of these calls of the program: which are tried. As many as $MOBILITH_FAULTS says, all if there are
// not more, else evenly chosen ones; without it the middle one fails, and the last one kills. The program is
// run to count them, after `prepare` each time.
std::vector<Fault> faults_of(const std::vector<std::string>& calls, const std::vector<std::string>& words,
                             const std::vector<std::string>& environment = {},
                             const std::function<void()>& prepare = {});

// How often a program ended how, for people.
class Tally {
 public:
  explicit Tally(std::string what) : what_(std::move(what)) {}
  ~Tally();  // prints it
  void add(const Fault&, const ProcessResult&, const std::string& left);

 private:
  std::string what_, lines_;
  int faults_ = 0, kills_ = 0, failed_ = 0, survived_ = 0, killed_ = 0, new_ = 0, old_ = 0;
};

}  // namespace mobilith::faults
