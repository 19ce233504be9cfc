// Weights without a structure: what is assumed of their network, and what they name that it has not.
#include <hdf5.h>

#include <cctype>
#include <regex>

#include "catch.h"
#include "process.h"
#include "unit/keras_files.h"
#include "weights/weights.h"
#include "weights_file/keras_file.h"

namespace test_keras_weights_alone {

using namespace mobilith;
using mobilith::testing::KerasFile;
using mobilith::testing::Layout;
using namespace mobilith::testing::keras_files;

namespace {

// "expanded_conv_3_squeeze_excite_conv_1" -> "expanded_conv_3/squeeze_excite/Conv_1", "logits" -> "Logits".
std::string name_in_keras_2(std::string name) {
  std::string block;
  const std::regex blocks("^(expanded_conv(_[0-9]+)?)_(.*)$");
  if (std::smatch found; std::regex_match(name, found, blocks))
    block = found[1].str() + "/", name = found[3].str();
  name = std::regex_replace(name, std::regex("squeeze_excite_conv"), "squeeze_excite/Conv");
  if (block.empty()) name[0] = static_cast<char>(std::toupper(name[0]));
  return block + std::regex_replace(name, std::regex("_bn$"), "/BatchNorm");
}

}  // namespace

TEST_CASE("a layer without weights that Keras's own network has not is refused by its name") {
  const auto with_group = [](Layout layout, const std::string& path) {
    const TemporaryFolder folder;
    KerasFile(small).write(layout, folder / "w.h5");
    change(folder / "w.h5", [&](hid_t file) {
      const hid_t link = H5Pcreate(H5P_LINK_CREATE);
      H5Pset_create_intermediate_group(link, 1);
      H5Gclose(H5Gcreate2(file, path.c_str(), link, H5P_DEFAULT, H5P_DEFAULT));
      H5Pclose(link);
    });
    return refusal(folder / "w.h5");
  };
  CHECK(contains(with_group(Layout::hdf5_weights, "/tf.math.truediv"), "has the layer 'tf.math.truediv'"));
  for (const char* layer : {"rescaling", "global_max_pooling2d_1", "my_function", "tf_op_lambda_3"}) {
    INFO(layer);
    for (const Layout layout : {Layout::keras3_weights, Layout::keras2_weights})
      for (const char* where : {"layers/", "layers/functional/layers/"})
        CHECK(contains(with_group(layout, "/" + std::string(where) + layer + "/vars"),
                       "has the layer '" + std::string(where) + layer + "'"));
    if (layer[0] != 'm')  // layers have any names there
      CHECK(contains(with_group(Layout::hdf5_weights, std::string("/") + layer),
                     "has the layer '" + std::string(layer) + "'"));
  }
  for (const char* layer :
       {"dropout_2", "re_lu_30", "input_layer", "random_flip", "gaussian_noise", "softmax"})
    CHECK(with_group(Layout::keras3_weights, std::string("/layers/") + layer + "/vars") == "");
  for (const char* layer : {"conv1_relu", "my_function"})
    CHECK(with_group(Layout::hdf5_weights, std::string("/") + layer) == "");
}

TEST_CASE("weights of Keras 2's V3, whose layers' names have slashes") {
  const TemporaryFolder folder;
  KerasFile written({"mobilenet_v3_small", 0.5, 1, 32, 32, 5});
  written.write(Layout::hdf5_weights, folder / "w.h5");
  std::vector<std::pair<std::string, std::string>> layers;
  for (const Block& block : written.network().blocks)
    for (const Layer& layer : block.layers) {
      if (!layer.kernel_shape().empty()) layers.emplace_back(layer.name, "kernel");
      if (!layer.batch_norm.empty()) layers.emplace_back(layer.batch_norm, "gamma");
    }
  change(folder / "w.h5", [&](hid_t file) {
    const hid_t link = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(link, 1);
    for (const auto& [layer, role] : layers) {
      const std::string name = name_in_keras_2(layer), from = "/" + layer + "/" + layer;
      CHECK(H5Lmove(file, from.c_str(), file, ("/moved/" + name + "/" + name).c_str(), link, H5P_DEFAULT) >=
            0);
      H5Ldelete(file, ("/" + layer).c_str(), H5P_DEFAULT);
    }
    CHECK(H5Lmove(file, "/moved", file, "/model_weights", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    H5Pclose(link);
  });
  const auto weights = open_weights(folder / "w.h5");
  CHECK(weights->configuration().net == "mobilenet_v3_small");
  CHECK(weights->configuration().alpha == 0.5);
  for (const auto& [layer, role] : layers) {
    const Tensor& expected = written.tensor(layer, role);
    CHECK(weights->tensor(layer, role, expected.shape).values == expected.values);
  }
}

TEST_CASE("what is assumed of MobileNet V3 says its functions and its pixels") {
  const TemporaryFolder folder;
  for (const auto& [net, functions] : {std::pair{"mobilenet_v3_small", "hard-swish and ReLU,"},
                                       {"mobilenet_v3_small_minimalistic", "padding, ReLU,"}}) {
    KerasFile({net, 0.5, 1, 32, 32, 5}).write(Layout::keras3_weights, folder / "w.weights.h5");
    const std::string assumed = open_weights(folder / "w.weights.h5")->assumed();
    INFO(assumed);
    CHECK(contains(assumed, functions));
    CHECK(contains(assumed, "the library takes -1 to 1"));
  }
}

}  // namespace test_keras_weights_alone
