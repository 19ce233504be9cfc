// Two generated trees, made once per test program, then moved: what works afterwards is relocatable.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "process.h"

namespace mobilith::package {

inline std::vector<std::string> generate_call(const std::string& name, const std::filesystem::path& out) {
  const bool v1 = name == "package_v1";
  return {MOBILITH_PROGRAM, "generate",
          "--net",          v1 ? "mobilenet_v1" : "mobilenet_v2",
          "--alpha",        v1 ? "0.25" : "0.35",
          "--resolution",   "32",
          "--weights",      "synthetic",
          "--name",         name,
          "--out",          out};
}

struct Trees {
  TemporaryFolder folder;
  std::filesystem::path v1 = folder / "moved 1/tree",
                        v2 = folder / "moved 2/tree";  // a space in the path, on purpose
  Trees();
};

const Trees& trees();

}  // namespace mobilith::package
