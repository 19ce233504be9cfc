// Graphs of state dicts by formula, against PyTorch's layers and logits: MOBILITH_GOLDEN_TORCH. Skipped where
// it is absent.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "catch.h"
#include "graph/evaluate.h"
#include "skip.h"
#include "state_dicts/formula_dicts.h"
#include "torch_graphs/torch_graph.h"

namespace test_golden_graphs {

using namespace mobilith;
using namespace mobilith::testing;
using Json = nlohmann::ordered_json;

namespace {

// The first 16 numbers of an image (1, c, y, x) in the order y, x, c.
std::vector<double> first(const file::Value& value) {
  const int64_t channels = value.shape[1], pixels = value.shape[2] * value.shape[3];
  std::vector<double> numbers;
  for (int64_t i = 0; i < std::min<int64_t>(16, channels * pixels); i++)
    numbers.push_back(value.numbers[size_t(i % channels * pixels + i / channels)]);
  return numbers;
}

double mean(const std::vector<double>& numbers) {
  double sum = 0;
  for (const double number : numbers) sum += number;
  return sum / double(numbers.size());
}

}  // namespace

TEST_CASE("a graph computes PyTorch's layers and logits", "[.graph]") {
  const auto path =
      std::filesystem::path(MOBILITH_GOLDEN_TORCH) / (std::string(std::getenv("MOBILITH_GOLDEN")) + ".json");
  if (!exists(path)) return skip("no " + path.string());
  std::ifstream file(path);
  const Json golden = Json::parse(file);
  file::StateDict dict;
  for (const auto& [key, shape] : golden["keys"].items())
    dict.tensors.push_back(formula_tensor(key, shape.get<std::vector<int64_t>>(), key));
  // timm's names of models end in their width.
  const std::string architecture = golden["architecture"], source = golden["source"];
  const std::string network = source + "/" + std::regex_replace(architecture, std::regex("_(050|100)$"), "");
  const int side = golden["resolution"];
  const file::TorchGraph made = torch_graph(dict, {.height = side, .width = side, .net = network});

  std::map<std::string, Json> layers;
  for (const Json& layer : golden["layers"]) {
    const std::string name = layer["name"];
    // Stem and last convolution of torchvision's are no blocks: a convolution, a batch norm, an activation.
    const bool block = std::ranges::any_of(made.graph.tensors, [&](const auto& t) { return t.name == name; });
    layers[block ? name : name + ".1.act"] = layer;
  }
  size_t seen = 0;
  const auto observe = [&](int tensor, const file::Value& value) {
    const std::string& name = made.graph.tensors[size_t(tensor)].name;
    if (!layers.contains(name)) return;
    INFO(name);
    const Json& layer = layers[name];
    const double largest = layer["max_abs"];
    CHECK(std::vector<int64_t>{value.shape[2], value.shape[3], value.shape[1]} ==
          layer["shape"].get<std::vector<int64_t>>());
    const auto expected = layer["first"].get<std::vector<double>>(), numbers = first(value);
    REQUIRE(numbers.size() == expected.size());
    for (size_t i = 0; i < expected.size(); i++) CHECK(std::abs(numbers[i] - expected[i]) < 1e-4 * largest);
    CHECK(std::abs(mean(value.numbers) - layer["mean"].get<double>()) < 1e-4 * largest);
    seen++;
  };
  const auto outputs =
      file::evaluate(made.graph, std::vector<std::vector<double>>{formula_image(side, side)}, observe);
  const double difference =
      relative_difference(outputs.at(0).numbers, golden["logits"].get<std::vector<double>>());
  CAPTURE(difference);
  CHECK(difference < 1e-4);
  CHECK(seen == layers.size());
}

}  // namespace test_golden_graphs
