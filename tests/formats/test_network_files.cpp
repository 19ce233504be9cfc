// Networks that are written as files of each format are read back as themselves.
#include <algorithm>
#include <cmath>

#include "catch.h"
#include "formats/network_files.h"
#include "models/known_networks.h"
#include "networks/table.h"
#include "process.h"
#include "reference/reference.h"
#include "weights/weights.h"

using namespace mobilith;
using namespace mobilith::testing;

namespace {

struct Writer {
  const char* name;
  std::string (*write)(const Network&, const Weights&);
};
constexpr Writer writers[] = {{"model.onnx", onnx_of}, {"model.tflite", tflite_of}};

double apart(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0, worst = 0;
  for (size_t i = 0; i < a.size(); i++) {
    largest = std::max(largest, std::abs(b[i]));
    worst = std::max(worst, std::abs(a[i] - b[i]));
  }
  return worst / largest;
}

// What the file is read as computes what the network does, and so does the file's own graph.
void check(const Network& network, const std::string& what) {
  const auto weights = open_weights("synthetic");
  const reference::Activation image = reference::formula_input(network.blocks.front().in());
  const std::vector<double> expected = reference::run_network(network, *weights, image, false).values;
  for (const Writer& writer : writers) {
    INFO(what << ", " << writer.name);
    const TemporaryFolder folder;
    write_text(folder / writer.name, writer.write(network, *weights));
    const auto file = open_weights(folder / writer.name);
    const FileConfiguration says = file->configuration();
    const Configuration& c = network.configuration;
    CHECK(says.net == c.net);
    CHECK(says.height == c.height);
    CHECK(says.width == c.width);
    CHECK(says.classes == c.classes);
    const Network found = file->network(c);
    CHECK(same_structure(found, network));
    check_weights(found, *file);
    CHECK(apart(reference::run_network(found, *file, image, false).values, expected) <=
          1e-5);                                                // weights are rounded to f32
    CHECK(apart(file->outputs_for(image.values).at(0), expected) <= 1e-5);  // weights are rounded to f32
  }
}

}  // namespace

TEST_CASE("V1 and V2 of odd and even sizes are read back from ONNX and TFLite") {
  check(build_network({"mobilenet_v1", 0.25, 1, 32, 32, 10}), "V1 0.25-32");
  check(build_network({"mobilenet_v1", 0.1, 2, 33, 49, 7}), "V1 0.1, depth multiplier 2, 33x49");
  check(build_network({"mobilenet_v2", 0.35, 1, 33, 33, 10}), "V2 0.35-33");
  check(build_network({"mobilenet_v2", 0.1, 1, 64, 40, 3}), "V2 0.1, 64x40");
}

TEST_CASE("ReLU, hard-swish and logits are read back") {
  Network network = build_network({"mobilenet_v2", 0.35, 1, 32, 32, 10});
  for (Block& block : network.blocks)
    for (Layer& layer : block.layers)
      if (layer.activation == ActivationFunction::relu6)
        layer.activation = block.kind == BlockKind::inverted_residual ? ActivationFunction::hard_swish
                                                                      : ActivationFunction::relu;
  network.blocks.back().layers.pop_back();
  check(network, "V2 with other activations, without a softmax");
}
