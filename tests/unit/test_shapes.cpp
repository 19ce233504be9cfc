// Shapes as records, caches and manifests have them.
#include <set>

#include "algorithms/activation.h"
#include "catch.h"
#include "layout/layer_shapes.h"
#include "layout/operands.h"
#include "schedules/kernel_name.h"
#include "schedules/kernel_types.h"

namespace test_shapes {

using namespace mobilith;
using nlohmann::json;

namespace {

std::vector<ActivationFunction> every_function() {
  std::vector<ActivationFunction> all{ActivationFunction::clamp(0, 4.5f), ActivationFunction::clamp(-1, 1)};
  for (const ActivationRow& row : activation_rows())
    if (row.kind != ActivationKind::clamp) all.push_back({row.kind});
  return all;
}

const Window window{14, 14, 14, 14, 1, 1, 1};

// Every activation of every stage, and every end.
std::vector<std::pair<std::string, json>> shapes() {
  std::vector<std::pair<std::string, json>> all;
  const std::vector<ActivationFunction> functions = every_function();
  for (ActivationFunction a : functions) {
    all.emplace_back("stem", StemShape{window, 3, 32, a});
    all.emplace_back("convolution", ConvolutionShape{window, 64, 96, a});
    all.emplace_back("convolution", ConvolutionShape{window, 64, 96, a, /*gated=*/true});
    all.emplace_back("pool", PoolShape{7, 7, 320, 1280, a});
    all.emplace_back("dense", DenseShape{320, 1, 1280, a});
    for (ActivationFunction b : functions) {
      all.emplace_back("depthwise", DepthwiseShape{window, 16, 64, true, a, b});
      all.emplace_back("gate", GateShape{7, 7, 960, 240, a, b});
      all.emplace_back("separable", SeparableShape{window, 64, 1, 64, a, b});
      for (ActivationFunction c : functions)
        all.emplace_back("inverted_residual", InvertedResidualShape{window, 8, 48, 8, true, true, a, b, c});
    }
    for (OutputFunction output : {OutputFunction::linear, OutputFunction::softmax, OutputFunction::sigmoid})
      all.emplace_back("head", HeadShape{7, 7, 320, 1280, 10, output, a});
  }
  for (PoolFunction function : {PoolFunction::mean, PoolFunction::maximum, PoolFunction::mean_and_maximum})
    all.emplace_back("pool", PoolShape{7, 7, 1024, 0, ActivationFunction::relu6, function});
  for (NormaliseFunction function : {NormaliseFunction::softmax, NormaliseFunction::log_softmax,
                                     NormaliseFunction::sigmoid, NormaliseFunction::l2})
    all.emplace_back("normalise", NormaliseShape{1000, function});
  return all;
}

}  // namespace

TEST_CASE("shapes of usual activations have no word of them, as before there were others") {
  CHECK(json(StemShape{window, 3, 32}).size() == 3);
  CHECK(json(SeparableShape{window, 64, 1, 64}).size() == 4);
  CHECK(json(InvertedResidualShape{window, 8, 48, 8, true, true}).size() == 6);
  CHECK(json(HeadShape{7, 7, 320, 1280, 10, OutputFunction::softmax}).size() == 6);
  CHECK(json(HeadShape{7, 7, 320, 1280, 10, OutputFunction::softmax})["softmax"] == true);
  CHECK(json(HeadShape{7, 7, 320, 1280, 10, OutputFunction::linear})["softmax"] == false);
  CHECK(kernel_name("separable", SeparableShape{window, 64, 1, 64}) == "separable_14x14x64_14x14x64");
}

TEST_CASE("every activation and every end is told apart, in JSON and in names") {
  std::set<std::string> texts, names;
  for (const auto& [type, shape] : shapes()) {
    INFO(type << " " << shape);
    CHECK(kernel_type(type).canonical_shape(shape) == shape);
    CHECK(texts.insert(type + shape.dump()).second);
    // Heads of logits have always had the name of those with a softmax.
    if (!shape.contains("softmax") || shape["softmax"]) CHECK(names.insert(kernel_name(type, shape)).second);
  }
  CHECK(kernel_name("separable", SeparableShape{window, 64, 1, 64, ActivationFunction::relu}) ==
        "separable_14x14x64_14x14x64_depthwise_relu");
}

TEST_CASE("windows of usual size have no word of it; others are told apart, in JSON and in names") {
  CHECK(json(window).size() == 7);
  Window other = window;
  other.kernel_height = 5;
  const json tall = StemShape{other, 3, 32};
  CHECK(tall["window"].size() == 8);
  CHECK(kernel_type("stem").canonical_shape(tall) == tall);
  CHECK(kernel_name("stem", tall) == "stem_14x14x3_14x14x32_5x3");
  other.kernel_width = 5, other.dilation = 2;
  const json dilated = SeparableShape{other, 64, 1, 64, ActivationFunction::clamp(-1, 4.5f)};
  CHECK(dilated["window"].size() == 10);
  CHECK(kernel_type("separable").canonical_shape(dilated) == dilated);
  CHECK(kernel_name("separable", dilated) ==
        "separable_14x14x64_14x14x64_5x5_dilation_2_depthwise_clamp_m1_4p5");
  SeparableShape infinite{window, 64, 1, 64};
  CHECK(!json(infinite).contains("infinite_input"));
  infinite.infinite_input = true;
  CHECK(kernel_type("separable").canonical_shape(infinite) == json(infinite));
  CHECK(json(infinite).at("infinite_input") == true);
  CHECK(other.taps() == 25);
  CHECK(other.rows_read(1) == 9);
  CHECK(other.rows_read(3) == 11);
  CHECK(window.rows_read(4) == 6);
}

TEST_CASE("an activation that no kernel has, or two ends, are refused") {
  json stem = StemShape{window, 3, 32};
  stem["activation"] = "swish";
  CHECK_THROWS_WITH(
      kernel_type("stem").canonical_shape(stem),
      Catch::Matchers::StartsWith("activation: expected one of none, relu, relu6, hard_sigmoid, ") &&
          Catch::Matchers::EndsWith("{\"clamp\": [LOW, HIGH]}, got \"swish\""));
  for (const json& bounds : {json{1, 0}, json{1, 1}, json{0}, json{0, "6"}, json{0, 1e300}, json(6)}) {
    INFO(bounds);
    stem["activation"] = {{"clamp", bounds}};
    CHECK_THROWS_AS(kernel_type("stem").canonical_shape(stem), std::invalid_argument);
  }
  json head = HeadShape{7, 7, 320, 1280, 10, OutputFunction::softmax};
  head["sigmoid"] = true;
  CHECK_THROWS(kernel_type("head").canonical_shape(head));
}

TEST_CASE("shapes of single layers have a word of what is unusual alone") {
  const Window pixel{14, 14, 14, 14, 1, 0, 0, 1, 1};
  ConvolutionShape plain{pixel, 64, 96};
  CHECK(json(plain).size() == 3);
  CHECK(kernel_name("convolution", plain) == "convolution_14x14x64_14x14x96_1x1");
  CHECK(plain.pointwise());
  plain.window.pad_left = 1;
  CHECK_FALSE(plain.pointwise());
  ConvolutionShape all{pixel, 64, 96, ActivationFunction::relu, true, true, true};
  CHECK(json(all).size() == 7);
  CHECK(kernel_type("convolution").canonical_shape(all) == json(all));
  CHECK(kernel_name("convolution", all) == "convolution_14x14x64_14x14x96_1x1_gated_relu");
  const DepthwiseShape depthwise{window, 16, 64, true, {}, {}, true};
  CHECK(json(depthwise).size() == 7);
  CHECK(kernel_type("depthwise").canonical_shape(depthwise) == json(depthwise));
  CHECK(json(DepthwiseShape{window, 16, 32}).size() == 4);
  CHECK(DepthwiseShape{window, 16, 32}.depth_multiplier() == 2);
  CHECK(kernel_name("depthwise", DepthwiseShape{window, 16, 32}) == "depthwise_14x14x16_14x14x32");
  CHECK(kernel_name("gate", GateShape{7, 7, 960, 240}) == "gate_7x7x960_240");
  CHECK(kernel_name("pool", PoolShape{7, 7, 160, 960}) == "pool_7x7x160_1x1x960_convolved");
  CHECK(kernel_name("dense", DenseShape{64, 49, 10}) == "dense_49x64_10");
  const json l2 = NormaliseShape{128, NormaliseFunction::l2, 1e-6f};
  CHECK(l2.size() == 3);
  CHECK(kernel_type("normalise").canonical_shape(l2) == l2);
  CHECK(kernel_name("normalise", l2) == "normalise_128_l2");
}

TEST_CASE("shapes of single layers that make no sense are refused") {
  CHECK_THROWS_WITH(
      kernel_type("pool").canonical_shape(
          {{"height", 7}, {"width", 7}, {"in_channels", 8}, {"hidden_channels", 0}, {"function", "median"}}),
      "function: expected one of mean, maximum, mean_and_maximum, got \"median\"");
  for (const json& epsilon : {json(-1), json(1e300), json(1)}) {
    const json shape{{"channels", 8}, {"function", epsilon == 1 ? "softmax" : "l2"}, {"epsilon", epsilon}};
    CHECK_THROWS_AS(kernel_type("normalise").canonical_shape(shape), std::invalid_argument);
  }
  CHECK_THROWS_AS(kernel_type("depthwise").canonical_shape(DepthwiseShape{window, 16, 40}),
                  std::invalid_argument);
}

TEST_CASE("activations come first among a kernel's operands, and have these names alone") {
  const Machine machine;
  const ConvolutionShape all{{7, 7, 7, 7, 1, 0, 0, 1, 1}, 16, 24, {}, true, true};
  std::vector<std::string> names;
  const Operands operands = kernel_type("convolution").operands(all, machine);
  for (const Halide::ImageParam& operand : operands) names.push_back(operand.name());
  CHECK(names == std::vector<std::string>{"input", "gate", "addend", "weights", "bias"});
  for (size_t i = 0; i < names.size(); i++) CHECK(is_activation(names[i]) == (i < 3));
}

}  // namespace test_shapes
