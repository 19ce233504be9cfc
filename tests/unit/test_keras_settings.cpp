// Windows and activations as Keras's settings have them: what the graph says, or which setting is refused.
#include <nlohmann/json.hpp>

#include "catch.h"
#include "models/recognise.h"
#include "weights/keras_graph.h"

using namespace mobilith;
using nlohmann::json;

namespace {

// A Sequential model of Keras 3 or 2: the image, then these layers.
std::string model(const std::vector<std::pair<std::string, json>>& layers, bool keras3 = true) {
  json list = json::array(), shape{nullptr, 32, 32, 3};
  list.push_back({{"class_name", "InputLayer"},
                  {"config", {{"name", "image"}, {keras3 ? "batch_shape" : "batch_input_shape", shape}}}});
  for (const auto& [kind, settings] : layers) {
    json config = settings;
    config["name"] = "layer_" + std::to_string(list.size());
    list.push_back({{"class_name", kind}, {"config", config}});
  }
  return json{{"class_name", "Sequential"}, {"config", {{"name", "model"}, {"layers", list}}}}.dump();
}

Operation last(const std::string& text) { return read_keras_graph(text, {}).graph.operations.back(); }

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const WeightsError& error) {
    return error.what();
  }
  return "";
}

// A whole MobileNet of one block behind the stem, whose depthwise layer has these settings.
Network recognised(json depthwise) {
  const std::string text = model({{"Conv2D", {{"filters", 8}, {"kernel_size", {5, 3}}, {"strides", 2}}},
                                  {"DepthwiseConv2D", std::move(depthwise)},
                                  {"Conv2D", {{"filters", 8}, {"kernel_size", 1}, {"activation", "relu6"}}},
                                  {"GlobalAveragePooling2D", json::object()},
                                  {"Dense", {{"units", 4}}}});
  return recognise(read_keras_graph(text, {}).graph, 32, 32);
}

}  // namespace

using Catch::Matchers::Contains;

TEST_CASE("activations are Keras's, and those of Keras 3 alone are refused of Keras 2") {
  const std::tuple<const char*, ActivationFunction, bool> rows[] = {
      {"relu", ActivationFunction::relu, true},
      {"relu6", ActivationFunction::relu6, true},
      {"sigmoid", ActivationFunction::sigmoid, true},
      {"hard_sigmoid", ActivationFunction::hard_sigmoid, false},
      {"hard_silu", ActivationFunction::hard_swish, false},
      {"hard_swish", ActivationFunction::hard_swish, false},
      {"hard_tanh", ActivationFunction::clamp(-1, 1), false}};
  for (const auto& [name, function, in_both] : rows) {
    INFO(name);
    const std::vector<std::pair<std::string, json>> alone{{"Activation", {{"activation", name}}}},
        inside{{"Conv2D", {{"filters", 8}, {"kernel_size", 3}, {"activation", name}}}};
    for (const auto& layers : {alone, inside}) {
      CHECK(last(model(layers)).kind == OperationKind::activation);
      CHECK(last(model(layers)).function == function);
      const std::string two = refusal([&] { last(model(layers, false)); });
      CHECK(two.empty() == in_both);
      if (!in_both) CHECK_THAT(two, Contains("layer_1") && Contains("'activation'") && Contains("Keras 2"));
    }
  }
  CHECK_THAT(refusal([] { last(model({{"Activation", {{"activation", "swish"}}}})); }),
             Contains("'activation'") && Contains("swish") && Contains("hard_swish"));
}

TEST_CASE("a ReLU has any maximum above 0, or none") {
  const auto of = [](const json& most) { return last(model({{"ReLU", {{"max_value", most}}}})).function; };
  CHECK(of(nullptr) == ActivationFunction::relu);
  CHECK(of(6.0) == ActivationFunction::relu6);
  CHECK(of(4) == ActivationFunction::clamp(0, 4));
  CHECK(of({2.5}) == ActivationFunction::clamp(0, 2.5f));
  for (const json& wrong : {json(-1), json(0), json("6"), json(1e300), json{1, 2}})
    CHECK_THAT(refusal([&] { of(wrong); }), Contains("'max_value'"));
}

TEST_CASE("windows, strides, dilations and pads of a file come out in the layers") {
  const Network network = recognised(
      {{"kernel_size", {3, 5}}, {"dilation_rate", 2}, {"padding", "same"}, {"activation", "hard_swish"}});
  const Layer &stem = network.blocks[0].layers[0], &depthwise = network.blocks[1].layers[0];
  CHECK(stem.kernel_shape() == std::vector<int>{5, 3, 3, 8});
  CHECK(network.blocks[1].infinite_input);  // behind a stem without an activation
  CHECK(!network.blocks[2].infinite_input);
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
  const auto said = [](const json& settings) { return refusal([&] { recognised(settings); }); };
  CHECK_THAT(said({{"kernel_size", 9}}), Contains("layer_2") && Contains("the window is 9x9"));
  CHECK_THAT(said({{"kernel_size", 3}, {"strides", {2, 1}}}), Contains("layer_2") && Contains("strides"));
  CHECK_THAT(said({{"kernel_size", 3}, {"dilation_rate", {2, 1}}}),
             Contains("layer_2") && Contains("dilations"));
  CHECK_THAT(refusal([] {
               recognise(
                   read_keras_graph(
                       model({{"Conv2D", {{"filters", 8}, {"kernel_size", 3}, {"dilation_rate", 2}}}}), {})
                       .graph,
                   32, 32);
             }),
             Contains("layer_1") && Contains("the dilation is 2"));
}
