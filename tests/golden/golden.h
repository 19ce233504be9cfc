// What Keras computed: tests/data/golden/*.json.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "networks/network.h"

namespace mobilith::golden {

inline std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(MOBILITH_TEST_DATA "/golden"))
    if (entry.path().filename().string().starts_with("mobilenet_"))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

inline nlohmann::json read(const std::string& name) {
  std::ifstream file(std::string(MOBILITH_TEST_DATA "/golden/") + name);
  return nlohmann::json::parse(file);
}

inline Configuration configuration(const nlohmann::json& golden) {
  const int side = golden["resolution"];
  return {golden["net"], golden["alpha"], golden["depth_multiplier"], side, side, 1000};
}

// `mobilith generate`'s for one of files(). output: "logits" or "probabilities".
inline std::vector<std::string> options_for(const nlohmann::json& golden, const std::string& output) {
  return {"--net",
          golden["net"],
          "--alpha",
          golden["alpha"].dump(),
          "--depth-multiplier",
          golden["depth_multiplier"].dump(),
          "--resolution",
          golden["resolution"].dump(),
          "--weights",
          "synthetic",
          "--output",
          output};
}

}  // namespace mobilith::golden
