// A call that must fail, and how.
#pragma once

#include <regex>
#include <string>
#include <vector>

#include "catch.h"
#include "process.h"

// Without the lines of progress that a call of more than two seconds prints: "3/11 kernels: ...".
inline std::string without_progress(const std::string& text) {
  return std::regex_replace(text, std::regex("(^|\n)([0-9]+/[0-9]+ kernels: [^\n]*(\n|$))+"), "$1");
}

// One line on standard error, apart from progress, that holds every one of `words`, nothing on standard
// output, and this exit code.
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
  const std::string line = without_progress(result.err);
  CHECK(std::count(line.begin(), line.end(), '\n') == 1);
  CHECK(line.starts_with("mobilith: "));
  for (const std::string& word : words) CHECK(line.find(word) != std::string::npos);
}
