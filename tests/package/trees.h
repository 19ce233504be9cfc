// Two generated trees, each made once in a test program that asks for it, then moved: what works afterwards
// is relocatable.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "process.h"

namespace mobilith::package {

inline std::vector<std::string> generate_call(const std::string& name, const std::filesystem::path& out) {
  if (name == "small")  // five kernels
    return {MOBILITH_PROGRAM, "generate", "--weights", MOBILITH_TEST_DATA "/small_network.onnx",
            "--name",         name,       "--out",     out};
  const bool v1 = name == "package_v1";
  return {MOBILITH_PROGRAM, "generate",
          "--net",          v1 ? "mobilenet_v1" : "mobilenet_v2",
          "--alpha",        v1 ? "0.25" : "0.35",
          "--resolution",   "32",
          "--weights",      "synthetic",
          "--name",         name,
          "--out",          out};
}

const std::filesystem::path& tree_v1();
const std::filesystem::path& tree_v2();

}  // namespace mobilith::package
