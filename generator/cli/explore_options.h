// What `mobilith explore` is asked for.
#pragma once

#include "cli/options.h"
#include "explore/exploration.h"
#include "targets/target.h"

namespace mobilith {

struct ExploreOptions {
  std::vector<Configuration> configurations;  // published ones
  CpuTarget target;
  std::string platform, cpu;  // as they were given; platform may be empty
  std::string dtype;
  int threads = 1;
  double seconds = 1, budget = 0;  // budget 0: none
  bool statically = false, fresh = false;
  std::string schedules;  // what tells the records apart that kernels may be built from; empty: built-in ones
};

void add_explore_options(options::options_description&);

// Throws UsageError; UnknownTarget, UnknownCpu, NoSuchNumbers; FieldError where records can't be read.
ExploreOptions explore_options(const options::variables_map&);

// "5ms", "500us", "0.005s" in seconds. Throws UsageError.
double short_time(const std::string& option, const std::string& text);

}  // namespace mobilith
