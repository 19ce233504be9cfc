// State dicts by formula, against what PyTorch computes for them: MOBILITH_GOLDEN_TORCH. Skipped where it is
// absent.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "reference/reference.h"
#include "skip.h"
#include "state_dicts/formula_dicts.h"
#include "state_dicts/written_dicts.h"
#include "weights/state_dict_weights.h"

namespace test_golden_torch {

using namespace mobilith;
using namespace mobilith::testing;
using Json = nlohmann::ordered_json;

namespace {

using Rename = std::string (*)(const std::string&);

std::string same(const std::string& key) { return key; }

}  // namespace

TEST_CASE("a state dict computes what PyTorch computes", "[.golden]") {
  const auto path =
      std::filesystem::path(MOBILITH_GOLDEN_TORCH) / (std::string(std::getenv("MOBILITH_GOLDEN")) + ".json");
  if (!exists(path)) return skip("no " + path.string());
  std::ifstream file(path);
  const Json golden = Json::parse(file);
  const bool torchvision = golden["source"] == "torchvision";
  for (const Rename rename :
       torchvision ? std::vector<Rename>{same, older_name, name_apart} : std::vector<Rename>{same}) {
    file::StateDict dict;
    for (const auto& [key, shape] : golden["keys"].items())
      dict.tensors.push_back(formula_tensor(key, shape.get<std::vector<int64_t>>(), rename(key)));
    const auto weights = open_state_dict(
        file::read_state_dict(std::make_shared<const std::string>(safetensors_of(dict))), "made", "", {});
    const FileConfiguration found = weights->configuration();
    Configuration c{*found.net,           *found.alpha,         *found.depth_multiplier,
                    golden["resolution"], golden["resolution"], *found.classes};
    const Network network = weights->network(c);
    const auto made =
        reference::run_network(network, *weights, reference::formula_input({c.height, c.width, 3}), true);
    const auto logits = golden["logits"].get<std::vector<double>>();
    REQUIRE(made.values.size() == logits.size());
    double worst = 0, largest = 0;
    for (size_t i = 0; i < logits.size(); i++) {
      worst = std::max(worst, std::abs(made.values[i] - logits[i]));
      largest = std::max(largest, std::abs(logits[i]));
    }
    CAPTURE(worst, largest, c.alpha);
    CHECK(worst < 1e-4 * largest);
  }
}

}  // namespace test_golden_torch
