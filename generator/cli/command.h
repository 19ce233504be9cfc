// The subcommands of `mobilith`.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "text/field_error.h"

namespace mobilith {

// A call that can't be understood: one line, exit 2. Everything else that derives from std::exception: one
// line, exit 1.
struct UsageError : FieldError {
  using FieldError::FieldError;
};

using Arguments = std::vector<std::string>;

struct Synopsis;  // cli/options.h

struct Command {
  const char* name;
  const char* summary;
  int (*run)(const Arguments&);  // arguments after the subcommand; the exit code
  Synopsis (*synopsis)();        // how it is called; null where it has commands of its own
  std::span<const Command> (*commands)() = nullptr;
};

std::span<const Command> commands();

// The program, as main() is called: runs a command, says what is wrong in one line on standard error. Returns
// the exit code.
int run_program(int count, char** values);

Synopsis describe_synopsis();
Synopsis generate_synopsis();
Synopsis bench_synopsis();
Synopsis autotune_synopsis();
Synopsis inspect_synopsis();
Synopsis verify_synopsis();
Synopsis link_synopsis();
Synopsis explore_synopsis();
Synopsis targets_synopsis();
std::span<const Command> schedules_commands();

int run_describe(const Arguments&);
int run_generate(const Arguments&);
int run_bench(const Arguments&);
int run_inspect(const Arguments&);
int run_verify(const Arguments&);
int run_link(const Arguments&);
int run_autotune(const Arguments&);
int run_schedules(const Arguments&);
int run_explore(const Arguments&);
int run_targets(const Arguments&);

// Not for people, who find them neither in the help nor in the manual.
int run_manual(const Arguments&);    // _manual DIR: writes the manual pages
int run_complete(const Arguments&);  // _complete WORD...: what the last word could become, for the shell

}  // namespace mobilith
