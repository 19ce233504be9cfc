// The subcommands of `mobilith`.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace mobilith {

// A call that can't be understood: one line, exit 2. Everything else that derives from std::exception: one
// line, exit 1.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Arguments = std::vector<std::string>;

struct Command {
  const char* name;
  const char* summary;
  int (*run)(const Arguments&);  // arguments after the subcommand; the exit code
};

int run_describe(const Arguments&);
int run_generate(const Arguments&);
int run_bench(const Arguments&);
int run_inspect(const Arguments&);
int run_autotune(const Arguments&);
int run_schedules(const Arguments&);
int run_targets(const Arguments&);

}  // namespace mobilith
