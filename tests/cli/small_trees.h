// Trees of a small V1 in a folder that all cases of a program share.
#pragma once

#include <string>
#include <vector>

#include "process.h"

inline const TemporaryFolder& folder() {
  static const TemporaryFolder made;
  return made;
}

// tree: its name in the folder.
inline ProcessResult generate(const std::string& tree, const std::vector<std::string>& more) {
  std::vector<std::string> call{MOBILITH_PROGRAM, "generate",     "--net", "mobilenet_v1", "--alpha",
                                "0.25",           "--resolution", "32",    "--weights",    "synthetic",
                                "--name",         "net",          "--out", folder() / tree};
  call.insert(call.end(), more.begin(), more.end());
  return run_process(call);
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
