// Shapes as records, caches and manifests have them.
#include <set>

#include "algorithms/activation.h"
#include "catch.h"
#include "layout/shapes.h"
#include "schedules/kernel_name.h"
#include "schedules/kernel_types.h"

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
    for (ActivationFunction b : functions) {
      all.emplace_back("separable", SeparableShape{window, 64, 1, 64, a, b});
      for (ActivationFunction c : functions)
        all.emplace_back("inverted_residual", InvertedResidualShape{window, 8, 48, 8, true, true, a, b, c});
    }
    for (OutputFunction output : {OutputFunction::linear, OutputFunction::softmax, OutputFunction::sigmoid})
      all.emplace_back("head", HeadShape{7, 7, 320, 1280, 10, output, a});
  }
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
