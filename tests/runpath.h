// Where the system's loader looks for a program's libraries.
#pragma once

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "process.h"

// The values in brackets of readelf's lines that hold `tag`: "NEEDED", "PATH" for RPATH and RUNPATH.
inline std::vector<std::string> dynamic_values(const std::filesystem::path& program, const std::string& tag) {
  const ProcessResult result = run_process({"readelf", "-dW", program}, {"LC_ALL=C"});
  if (result.code != 0) throw std::runtime_error("readelf: " + result.err);
  std::istringstream lines(result.out);
  std::vector<std::string> values;
  for (std::string line; std::getline(lines, line);)
    if (const size_t open = line.find('['); line.find(tag + ")") != line.npos && open != line.npos)
      values.push_back(line.substr(open + 1, line.rfind(']') - open - 1));
  return values;
}

// The elements of all its RPATHs and RUNPATHs that depend on the folder it is called from: "" stands for that
// folder itself.
inline std::vector<std::string> unsafe_run_paths(const std::filesystem::path& program) {
  std::vector<std::string> unsafe;
  for (const std::string& path : dynamic_values(program, "PATH"))
    for (size_t at = 0; at <= path.size();) {
      const size_t end = std::min(path.find(':', at), path.size());
      const std::string element = path.substr(at, end - at);
      if (!element.starts_with('/') && element != "$ORIGIN" && !element.starts_with("$ORIGIN/"))
        unsafe.push_back(element);
      at = end + 1;
    }
  return unsafe;
}
