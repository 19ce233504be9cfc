// Windows and activations as Keras's settings have them: what they are in a network's layers, or what is
// refused.
#include "catch.h"
#include "models/keras_text.h"
#include "models/recognise_graph.h"
#include "normal_form/normal_form.h"

namespace test_keras_blocks {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

// A whole network of one depthwise block with these settings, behind a stem.
Network recognised(const Json& depthwise,
                   const Json& stem = {{"filters", 8}, {"kernel_size", {5, 3}}, {"strides", 2}},
                   bool keras3 = true) {
  const Json model = functional({{"Conv2D", stem},
                                 {"DepthwiseConv2D", depthwise},
                                 {"Conv2D", {{"filters", 8}, {"kernel_size", 1}, {"activation", "relu6"}}},
                                 {"GlobalAveragePooling2D", Json::object()},
                                 {"Dense", {{"units", 4}}}},
                                keras3, {32, 32, 3});
  return recognise(file::normalise(graph_of(model, keras3 ? "3.15.1" : "2.4.0"))).network;
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

Network activated(const char* activation, bool keras3 = true) {
  return recognised({{"kernel_size", 3}, {"activation", activation}},
                    {{"filters", 8}, {"kernel_size", 3}, {"strides", 2}}, keras3);
}

}  // namespace

TEST_CASE("activations are Keras's, and those of Keras 3 alone are refused of Keras 2") {
  const std::tuple<const char*, ActivationFunction, bool> rows[] = {
      {"relu", ActivationFunction::relu, true},
      {"relu6", ActivationFunction::relu6, true},
      {"sigmoid", ActivationFunction::sigmoid, true},
      {"hard_sigmoid", ActivationFunction::hard_sigmoid, true},
      {"hard_silu", ActivationFunction::hard_swish, false},
      {"hard_swish", ActivationFunction::hard_swish, false}};
  for (const auto& [name, function, in_both] : rows) {
    INFO(name);
    CHECK(activated(name).blocks.at(1).layers.at(0).activation == function);
    const std::string two = refusal([name = name] { activated(name, false); });
    CHECK(two.empty() == in_both);
    if (!in_both) CHECK_THAT(two, Contains("layer_2") && Contains("'activation'"));
  }
  CHECK_THAT(refusal([] { activated("selu"); }), Contains("layer_2") && Contains("selu"));
}

TEST_CASE("windows, strides, dilations and pads of a file come out in the layers") {
  const Network network = recognised(
      {{"kernel_size", {3, 5}}, {"dilation_rate", 2}, {"padding", "same"}, {"activation", "hard_swish"}});
  const Layer &stem = network.blocks[0].layers[0], &depthwise = network.blocks[1].layers[0];
  CHECK(stem.kernel_shape() == std::vector<int>{5, 3, 3, 8});
  CHECK(network.blocks[1].infinite_input);  // behind a stem without an activation
  CHECK(stem.out == Shape{14, 15, 8});
  CHECK(depthwise.kernel_shape() == std::vector<int>{3, 5, 8, 1});
  CHECK(depthwise.out == depthwise.in);
  const LayerWindow& w = depthwise.window;
  CHECK(std::array{w.height, w.width, w.stride, w.dilation} == std::array{3, 5, 1, 2});
  CHECK(std::array{w.pads.top, w.pads.bottom, w.pads.left, w.pads.right} == std::array{2, 2, 4, 4});
  CHECK(depthwise.activation == ActivationFunction::hard_swish);
  CHECK(
      recognised({{"kernel_size", {1, 3}}, {"dilation_rate", {3, 1}}}).blocks[1].layers[0].window.dilation ==
      1);
}

TEST_CASE("windows that no kernel has are refused by layer and what is wrong") {
  const auto said = [](const Json& settings) { return refusal([&] { recognised(settings); }); };
  CHECK_THAT(said({{"kernel_size", 9}}), Contains("layer_2") && Contains("the window is 9x9"));
  CHECK_THAT(said({{"kernel_size", 3}, {"dilation_rate", {2, 1}}}),
             Contains("layer_2") && Contains("dilations"));
}

}  // namespace test_keras_blocks
