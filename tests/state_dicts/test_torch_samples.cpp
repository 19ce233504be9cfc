// State dicts as people have them, against what PyTorch computed: MOBILITH_SAMPLE_MODELS/reference. What is
// not there is skipped.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "catch.h"
#include "graph/evaluate.h"
#include "normal_form/normal_form.h"
#include "skip.h"
#include "state_dicts/formula_dicts.h"
#include "torch_graphs/torch_graph.h"

using namespace mobilith;
using namespace mobilith::testing;

namespace {

const std::filesystem::path samples = MOBILITH_SAMPLE_MODELS, packages = MOBILITH_SOURCE "/.deps/models";

// "PyPI PACKAGE VERSION: path in it".
std::filesystem::path path_of(const std::string& model) {
  const std::string package = model.substr(5, model.find(' ', 5) - 5);
  return packages / package / model.substr(model.find(": ") + 2);
}

// The references' picture as (c, y, x), of values 0 to 1 less `mean`, over `deviation`.
std::vector<double> picture(int side, const std::array<float, 3>& mean,
                            const std::array<float, 3>& deviation) {
  std::vector<double> image;
  for (int c = 0; c < 3; c++)
    for (int y = 0; y < side; y++)
      for (int x = 0; x < side; x++) {
        const int value = (31 * y + 17 * x + 101 * c + 13 * ((y * x) % 7)) % 256;
        image.push_back((float(value) / 255 - mean[size_t(c)]) / deviation[size_t(c)]);
      }
  return image;
}

struct Sample {
  std::string network;
  std::array<float, 3> mean, deviation;  // of the reference's "preprocessing"
};
const std::map<std::string, Sample> known = {
    {"torch_efficientnet_lite0_224",
     {"efficientnet_lite_pytorch/lite0", {0.498f, 0.498f, 0.498f}, {0.502f, 0.502f, 0.502f}}},
    {"torchvision_v2_1.0_224_imagenet",
     {"torchvision/mobilenet_v2", {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}}},
};

}  // namespace

TEST_CASE("a published state dict computes what PyTorch computed", "[.sample]") {
  const std::string id = std::getenv("MOBILITH_SAMPLE");
  const Sample& sample = known.at(id);
  std::ifstream reference(samples / "reference" / (id + ".json"));
  if (!reference) return skip("no " + (samples / "reference").string());
  const nlohmann::json answer = nlohmann::json::parse(reference);
  const auto path = path_of(answer["model"]);
  if (!exists(path)) return skip("no " + path.string() + " (scripts/sample_models.sh)");
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  const file::TorchGraph made =
      torch_graph(file::read_state_dict(std::make_shared<const std::string>(bytes.str())));
  CHECK(made.network == sample.network);
  const std::vector<std::vector<double>> inputs{picture(224, sample.mean, sample.deviation)};
  const auto ours = file::evaluate(made.graph, inputs).at(0).numbers;
  CHECK(relative_difference(file::evaluate(file::normalise(made.graph), inputs).at(0).numbers, ours) < 1e-12);
  const auto expected = answer["runs"][0]["outputs"]["output"]["values"].get<std::vector<double>>();
  REQUIRE(answer["runs"][0]["input"] == "formula");
  const double found = relative_difference(ours, expected);
  std::cout << id << ": " << found << "\n";
  CHECK(found < 1e-5);
}
