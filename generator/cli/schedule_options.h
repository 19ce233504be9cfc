// The options that say which tuning records a library is built from.
#pragma once

#include "cli/options.h"
#include "package/compile_library.h"

namespace mobilith {

// Adds --schedules, --require-tuned, --threads.
void add_schedule_options(options::options_description&);
// --threads; 0: not said. Throws UsageError.
int threads_said(const options::variables_map&);

// What the options ask for; empty: analytic defaults alone. What can't be used gets one line each on standard
// error. Throws UsageError; std::runtime_error where there is no such folder.
SchedulesFor schedules_for(const options::variables_map&);

// The command that measures what this configuration lacks.
std::string autotune_command(const options::variables_map&, const Configuration&);

// "mobilith: <line>" on standard error: for what is passed over without a failure.
void warn(const std::string& line);

}  // namespace mobilith
