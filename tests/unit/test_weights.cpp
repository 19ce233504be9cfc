#include <cmath>

#include "catch.h"
#include "process.h"
#include "weights/synthetic.h"
#include "weights/weights.h"
#include "weights_file/keras_file.h"

namespace test_weights {

using namespace mobilith;
using mobilith::testing::KerasFile;
using mobilith::testing::Layout;

namespace {

constexpr Layout layouts[] = {Layout::hdf5_model,     Layout::hdf5_weights,   Layout::hdf5_nested,
                              Layout::keras3_weights, Layout::keras2_weights, Layout::keras_zip,
                              Layout::keras2_zip};

std::vector<Layer> weighted_layers(const Network& network) {
  std::vector<Layer> layers;
  for (const Block& block : network.blocks)
    for (const Layer& layer : block.layers)
      if (!layer.kernel_shape().empty()) layers.push_back(layer);
  return layers;
}

// Both networks' tensors, layer by layer: the file may have names of its own.
void check_tensors(const Network& found, const Weights& file, const Network& expected,
                   const Weights& formula) {
  const std::vector<Layer> a = weighted_layers(found), b = weighted_layers(expected);
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); i++) {
    INFO(a[i].name);
    const FoldedLayer x = fold(a[i], file), y = fold(b[i], formula);
    CHECK(x.kernel == y.kernel);
    CHECK(x.bias == y.bias);
  }
}

}  // namespace

TEST_CASE("every layout of Keras gives every tensor, value by value, and says what the network is") {
  const auto expected = open_weights("synthetic");
  for (const Configuration& c :
       {Configuration{"mobilenet_v1", 0.25, 2, 64, 32, 9}, Configuration{"mobilenet_v2", 0.35, 1, 32, 48, 5}})
    for (Layout layout : layouts) {
      INFO(c.net << ", layout " << static_cast<int>(layout));
      const TemporaryFolder folder;
      const KerasFile file(c);
      file.write(layout, folder / "weights");
      const auto weights = open_weights(folder / "weights");
      const FileConfiguration says = weights->configuration();
      CHECK(says.net == c.net);
      CHECK(says.alpha == c.alpha);
      CHECK(says.depth_multiplier == c.depth_multiplier);
      CHECK(says.classes == c.classes);
      if (layout != Layout::hdf5_weights && layout != Layout::keras3_weights &&
          layout != Layout::keras2_weights) {
        CHECK(says.height == c.height);
        CHECK(says.width == c.width);
      }
      CHECK(weights->hash().size() == 64);
      check_tensors(weights->network(c), *weights, file.network(), *expected);
    }
}

TEST_CASE("a batch norm's epsilon is the file's") {
  const TemporaryFolder folder;
  KerasFile file({"mobilenet_v1", 0.25, 1, 32, 32, 9});
  const auto stem = [&] {
    file.write(Layout::keras_zip, folder / "w.keras");
    const std::unique_ptr<Weights> weights = open_weights(folder / "w.keras");
    return fold(weights->network({"mobilenet_v1", 0.25, 1, 32, 32, 9}).blocks[0].layers[0], *weights)
        .kernel[0];
  };
  const float before = stem();
  file.epsilon = 0.25;
  const double variance = file.tensor("conv1_bn", "moving_variance").values[0];
  CHECK(stem() / before == Approx(std::sqrt((variance + 1e-3) / (variance + 0.25))));
  file.write(Layout::hdf5_weights, folder / "w.h5");
  CHECK(open_weights(folder / "w.h5")->epsilon("conv1_bn") == 1e-3);
}

TEST_CASE("alpha is found among the published values, hundredths and thousandths") {
  for (double alpha : {0.1, 0.25, 0.6, 0.75, 1.0, 0.123}) {
    const TemporaryFolder folder;
    const KerasFile file({"mobilenet_v1", alpha, 1, 32, 32, 3});
    file.write(Layout::hdf5_model, folder / "w.h5");
    const double found = open_weights(folder / "w.h5")->configuration().alpha.value();
    INFO(alpha << " " << found);
    CHECK(build_network({"mobilenet_v1", found, 1, 32, 32, 3}).params() == file.network().params());
  }
}

TEST_CASE("folding a batch norm leaves the layer's function as it was") {
  const auto weights = open_weights("synthetic");
  const Network network = build_network({"mobilenet_v1", 0.25, 1, 32, 32, 10});
  const Layer& layer = network.blocks[1].layers[1];  // conv_pw_1: a plain product
  const FoldedLayer folded = fold(layer, *weights);
  const int in = layer.in.channels, out = layer.out.channels;
  const auto kernel = weights->tensor(layer.name, "kernel", layer.kernel_shape()).values;
  auto role = [&](const char* name) { return weights->tensor(layer.batch_norm, name, {out}).values; };
  const auto gamma = role("gamma"), beta = role("beta"), mean = role("moving_mean"),
             variance = role("moving_variance");
  for (int o = 0; o < out; o++) {
    double plain = 0, together = folded.bias[o];
    for (int k = 0; k < in; k++) {
      const double x = synthetic_uniform("x", static_cast<uint64_t>(k));
      plain += x * kernel[k * out + o];
      together += x * folded.kernel[k * out + o];
    }
    const double normalised = gamma[o] * (plain - mean[o]) / std::sqrt(variance[o] + 1e-3) + beta[o];
    CHECK(together == Approx(normalised).margin(1e-6));
  }
}

}  // namespace test_weights
