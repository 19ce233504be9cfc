// State dicts as people have them, against what PyTorch computed: MOBILITH_SAMPLE_MODELS/reference. What is
// not there is skipped.
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "catch.h"
#include "formats/samples.h"
#include "graph/evaluate.h"
#include "normal_form/normal_form.h"
#include "torch_graphs/torch_graph.h"

namespace test_torch_samples {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

const std::map<std::string, std::string> networks = {
    {"torch_efficientnet_lite0_224", "efficientnet_lite_pytorch/lite0"},
    {"torchvision_v2_1.0_224_imagenet", "torchvision/mobilenet_v2"},
};

// (y, x, c) to (c, y, x)
std::vector<double> channels_first(const std::vector<double>& image) {
  std::vector<double> turned(image.size());
  for (size_t i = 0; i < image.size(); i++) turned[i % 3 * (image.size() / 3) + i / 3] = image[i];
  return turned;
}

}  // namespace

TEST_CASE("a published state dict computes what PyTorch computed", "[.sample]") {
  const std::optional<Sample> found_sample = sample();
  if (!found_sample) return;
  const auto& [id, path, answer, height, width] = *found_sample;
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  const file::TorchGraph made =
      torch_graph(file::read_state_dict(std::make_shared<const std::string>(bytes.str())));
  CHECK(made.network == networks.at(id));
  for (const auto& run : answer["runs"]) {
    const std::string name = run["input"];
    const std::vector<std::vector<double>> inputs{
        channels_first(model_input(*found_sample, picture(name, 224, 224)))};
    const auto ours = file::evaluate(made.graph, inputs).at(0).numbers;
    if (name == "formula")
      CHECK(relative_difference(file::evaluate(file::normalise(made.graph), inputs).at(0).numbers, ours) <
            1e-12);
    const auto expected = run["outputs"]["output"]["values"].get<std::vector<double>>();
    const double found = relative_difference(ours, expected);
    std::cout << id << ", " << name << ": " << found << "\n";
    CHECK(found < 1e-5);
  }
}

}  // namespace test_torch_samples
