// A call that must fail, and how.
#pragma once

#include <string>
#include <vector>

#include "catch.h"
#include "process.h"

// One line on standard error that holds every one of `words`, nothing on standard output, and this exit code.
inline void check_refused(const std::vector<std::string>& arguments, int code,
                          const std::vector<std::string>& words) {
  std::vector<std::string> call{MOBILITH_PROGRAM};
  call.insert(call.end(), arguments.begin(), arguments.end());
  const ProcessResult result = run_process(call);
  std::string shown;
  for (const std::string& word : arguments) shown += " " + word;
  INFO("mobilith" << shown << "\nstderr: " << result.err << "stdout: " << result.out);
  CHECK(result.code == code);
  CHECK(result.out.empty());
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK(result.err.starts_with("mobilith: "));
  for (const std::string& word : words) CHECK(result.err.find(word) != std::string::npos);
}
