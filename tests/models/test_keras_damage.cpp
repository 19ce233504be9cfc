// Damaged configurations of Keras: each is read or refused in one line, and nothing else happens.
#include <random>

#include "catch.h"
#include "models/keras_text.h"

namespace test_keras_damage {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

const Json none = Json::object();

// One of each of many classes, with a model inside that is called twice.
Json many_layers() {
  Json inner = functional({{"Conv2D", {{"filters", 3}, {"kernel_size", 3}, {"padding", "same"}}},
                           {"BatchNormalization", {{"axis", {3}}}}});
  inner["config"]["name"] = "layer_3";
  Json model =
      functional({{"Rescaling", {{"scale", {0.5, 1, 2}}, {"offset", -1}}},
                  {"Normalization", {{"axis", {-1}}, {"mean", {0.1, 0.2, 0.3}}, {"variance", {1, 2, 3}}}},
                  {"Functional", inner["config"]},
                  {"ZeroPadding2D", {{"padding", {{0, 1}, {0, 1}}}}},
                  {"DepthwiseConv2D", {{"kernel_size", 3}, {"strides", {2, 2}}}},
                  {"ReLU", {{"max_value", 6.0}}},
                  {"SeparableConv2D", {{"filters", 4}, {"kernel_size", 2}, {"padding", "same"}}},
                  {"MaxPooling2D", {{"pool_size", {2, 2}}}},
                  {"AveragePooling2D", {{"pool_size", 1}}},
                  {"GlobalAveragePooling2D", {{"keepdims", true}}},
                  {"UnitNormalization", {{"axis", -1}}},
                  {"Permute", {{"dims", {3, 1, 2}}, {"trainable", true}}},
                  {"Reshape", {{"target_shape", {-1}}}},
                  {"Dense", {{"units", 4}, {"activation", "hard_swish"}}},
                  {"Softmax", {{"axis", -1}}}});
  auto& layers = model["config"]["layers"];
  layers[3]["inbound_nodes"] = {{{"layer_2", 0, 0, none}}, {{"layer_3", 1, 0, none}}};
  layers[4]["inbound_nodes"] = {{{"layer_3", 2, 0, none}}};
  layers[12]["inbound_nodes"] = Json::array();
  layers[12]["inbound_nodes"].push_back(
      {{"args", {{{"class_name", "__keras_tensor__"}, {"config", {{"keras_history", {"layer_11", 0, 0}}}}}}},
       {"kwargs", {{"training", false}}}});
  return model;
}

// All values of a document, by pointer.
void collect(Json& value, std::vector<Json*>& found) {
  found.push_back(&value);
  if (value.is_structured())
    for (Json& inner : value) collect(inner, found);
}

void damage(Json& model, std::mt19937& random) {
  std::vector<Json*> values;
  collect(model, values);
  const auto pick = [&](size_t count) { return size_t(random() % count); };
  Json& value = *values[pick(values.size())];
  static const std::vector<Json> odd{nullptr,
                                     true,
                                     0,
                                     -1,
                                     1,
                                     2,
                                     1000000,
                                     16777216,
                                     4294967296,
                                     -9223372036854775807,
                                     0.5,
                                     1e300,
                                     "",
                                     "x",
                                     Json::array(),
                                     Json::object(),
                                     {0, 0},
                                     {1, 2, 3, 4},
                                     {{"class_name", "Conv2D"}}};
  switch (pick(4)) {
    case 0:
      if (value.is_object() && !value.empty()) {
        auto at = value.begin();
        std::advance(at, long(pick(value.size())));
        value.erase(at);
        return;
      }
      [[fallthrough]];
    case 1:
      if (value.is_array() && !value.empty()) {
        value.push_back(value[pick(value.size())]);
        return;
      }
      [[fallthrough]];
    case 2:
      value = *values[pick(values.size())];
      return;
    default:
      value = odd[pick(odd.size())];
  }
}

}  // namespace

TEST_CASE("a damaged configuration is read or refused in one line") {
  const Json whole = many_layers();
  CHECK(refusal_of(whole) == "");
  std::mt19937 random(7);
  int refused = 0;
  constexpr int rounds = 10000;
  for (int i = 0; i < rounds; i++) {
    Json model = whole;
    for (unsigned k = 0; k <= random() % 3; k++) damage(model, random);
    const std::string text = refusal_of(model);
    refused += !text.empty();
    if (text.find('\n') != std::string::npos) FAIL(text);
  }
  CHECK(refused > rounds / 2);
}

TEST_CASE("models inside models that would be read without end are refused") {
  // Each model calls the one inside it sixty times; the innermost has no layer but its input.
  Json model = functional({});
  for (int depth = 0; depth < 8; depth++) {
    Json inner = model["config"];
    inner["name"] = "layer_1";
    model = functional({{"Functional", inner}});
    Json calls = Json::array();
    for (int i = 0; i < 60; i++) calls.push_back({{"image", 0, 0, none}});
    model["config"]["layers"][1]["inbound_nodes"] = calls;
  }
  const std::string found = refusal_of(model);
  INFO(found);
  CHECK(!found.empty());
}

TEST_CASE("settings that would make constants without end are refused") {
  const Json plain{{"scale", false}, {"center", false}};
  std::vector<TextLayer> layers{{"Conv2D", {{"filters", 1 << 20}, {"kernel_size", 1}}}};
  for (int i = 0; i < 64; i++) layers.push_back({"BatchNormalization", plain});
  CHECK(!refusal_of(functional(layers, true, {1, 1, 3})).empty());
  const TextLayer wide{"Conv2D", {{"filters", 1 << 24}, {"kernel_size", 1}}};
  CHECK(!refusal_of(functional({wide, {"BatchNormalization", plain}}, true, {1, 1, 3})).empty());
}

}  // namespace test_keras_damage
