// What of Keras's settings is refused, by which words; what depends on the version, the size and the order of
// axes.
#include <cmath>

#include "catch.h"
#include "graph/evaluate.h"
#include "models/keras_text.h"

namespace test_keras_operations {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;
using Kind = file::OperationKind;

namespace {

const Json none = Json::object();

std::vector<double> numbers(size_t count) {
  std::vector<double> values(count);
  for (size_t i = 0; i < count; i++) values[i] = double((i * 29 + 3) % 41) / 20 - 1;
  return values;
}

std::vector<double> answer(const file::Graph& graph, const std::vector<double>& image) {
  return file::evaluate(graph, std::vector<std::vector<double>>{image}).at(0).numbers;
}

// The layer's name and these words.
void refused(const std::vector<TextLayer>& layers, const std::string& word, const std::string& other = "") {
  const std::string found = refusal_of(functional(layers));
  INFO(layers.back().kind << " " << layers.back().settings.dump() << ": " << found);
  CHECK_THAT(found, Contains("layer_" + std::to_string(layers.size())) && Contains(word) && Contains(other));
}

}  // namespace

TEST_CASE("classes that no operation stands for are refused by name and class") {
  for (const char* kind : {"Cropping2D", "Lambda", "SlicingOpLambda", "LayerNormalization", "Conv2DTranspose",
                           "PReLU", "LeakyReLU", "UpSampling2D", "Resizing", "Attention"})
    refused({{kind, none}}, kind);
}

TEST_CASE("a class that bears the name of one of Keras's is refused unless it is from Keras") {
  const auto from = [](const Json& module) {
    Json model = functional({{"ReLU", none}});
    model["config"]["layers"][1]["module"] = module;
    return refusal_of(model);
  };
  for (const char* module : {"keras.layers", "keras.src.layers.activations.relu", "tf_keras.layers",
                             "tensorflow.keras.layers", "tensorflow.python.keras.layers"})
    CHECK(from(module) == "");
  CHECK_THAT(from(nullptr), Contains("'ReLU' from the program that wrote it, expected Keras's own"));
  for (const char* module : {"keras_cv.layers", "keras_of_mine", "tf_keras_of_mine", "my.keras", ""})
    CHECK_THAT(from(module), Contains("expected Keras's own"));
}

TEST_CASE("settings that change what is computed are refused by name") {
  const TextLayer conv{"Conv2D", {{"filters", 4}, {"kernel_size", 3}}};
  const auto with = [](const char* kind, const char* setting, const Json& value, Json base = Json::object()) {
    base[setting] = value;
    return std::vector<TextLayer>{{kind, base}};
  };
  for (const auto& [setting, value] :
       std::vector<std::pair<const char*, Json>>{{"padding", "causal"},
                                                 {"groups", 2},
                                                 {"groups", 0},
                                                 {"filters", 0},
                                                 {"filters", nullptr},
                                                 {"strides", {1, 2, 3}},
                                                 {"dilation_rate", -1},
                                                 {"data_format", "channels_second"},
                                                 {"lora_rank", 2},
                                                 {"activation", "tanh"},
                                                 {"use_bias", 1},
                                                 {"dtype", "float16"},
                                                 {"never_heard_of", true}})
    refused(with("Conv2D", setting, value, conv.settings), setting);
  refused(with("BatchNormalization", "axis", 0), "axis");
  refused(with("BatchNormalization", "axis", {1, 2}), "axis");
  refused(with("BatchNormalization", "renorm", true), "renorm");
  refused(with("ReLU", "negative_slope", 0.1), "negative_slope");
  refused(with("ReLU", "threshold", 1), "threshold");
  refused(with("Softmax", "axis", 0), "axis");
  refused(with("Concatenate", "axis", 0), "axis");
  refused(with("Normalization", "invert", true), "invert");
  refused(with("Normalization", "axis", Json::array()), "axis");
  refused(with("Normalization", "mean", {1, 2}, {{"variance", 1}}), "mean");
  refused(with("Normalization", "variance", -1, {{"mean", 0}}), "variance");
  refused(with("Rescaling", "scale", {1, 2}), "scale");
  refused(with("Rescaling", "scale", "1/255"), "scale");
  refused(with("Rescaling", "offset", {{"class_name", "Tensor"}}, {{"scale", 1}}), "offset");
  refused(with("UnitNormalization", "axis", 9), "axis");
  refused(with("UnitNormalization", "axis", {1, 2}), "axis");
  refused(with("Permute", "dims", {1, 1, 2}), "axis");
  refused(with("Permute", "dims", {1, 2}), "dims");
  refused(with("Reshape", "target_shape", {7, 7}), "(Reshape)");
  refused(with("Reshape", "target_shape", {-1, -1}), "(Reshape)");
  refused(with("AveragePooling2D", "pool_size", 0), "pool_size");
  refused(with("MaxPooling2D", "pool_size", 9), "(MaxPooling2D)");
  refused(with("TFOpLambda", "function", "image.resize"), "image.resize");
  refused({{"Flatten", none}, {"Conv2D", conv.settings}}, "expected an image");
  refused({{"Add", none}}, "one tensor");
}

TEST_CASE("a hard sigmoid is that of the version that wrote the file") {
  const std::vector<TextLayer> layers{{"Activation", {{"activation", "hard_sigmoid"}}}};
  const auto alpha = [&](bool keras3_spelling, const std::string& version) {
    return std::get<file::HardSigmoid>(
               graph_of(functional(layers, keras3_spelling), version).operations.back().attributes)
        .alpha;
  };
  CHECK(alpha(true, "3.2.0") == 1.0 / 6);
  CHECK(alpha(false, "2.4.0") == 0.2);
  CHECK(alpha(true, "") == 1.0 / 6);
  CHECK(alpha(false, "") == 0.2);
  for (const auto& [spelling, version] : {std::pair{true, "2.15.0"}, {false, "3.0.0"}, {true, "1.2.2"}}) {
    const Json model = functional(layers, spelling);
    AnyTensors tensors(model.dump());
    CHECK_THROWS_WITH(keras_file_graph({model.dump(), version}, tensors, {}, {}, {}),
                      Contains("layer_1") && Contains("hard_sigmoid") && Contains("does not say"));
  }
  for (const char* name : {"hard_swish", "hard_silu", "hard_tanh"}) {
    const Json model = functional({{"Activation", {{"activation", name}}}}, false);
    CHECK_THAT(refusal_of(model, "2.15.0"), Contains("layer_1") && Contains("Keras 3 alone"));
  }
}

TEST_CASE("what a layer is called with is accounted for") {
  const auto called = [](const Json& arguments) {
    Json model = functional({{"Dropout", {{"rate", 0.5}}}});
    model["config"]["layers"][1]["inbound_nodes"] = {{{"image", 0, 0, arguments}}};
    return refusal_of(model);
  };
  CHECK(called({{"training", false}}) == "");
  CHECK(called({{"training", nullptr}, {"mask", nullptr}}) == "");
  CHECK_THAT(called({{"training", true}}), Contains("layer_1") && Contains("training"));
  CHECK_THAT(called({{"mask", {"image", 0, 0}}}), Contains("layer_1") && Contains("mask"));
  Json operation = functional({{"TFOpLambda", {{"function", "math.add"}}}}, false);
  const auto adds = [&](const Json& node) {
    operation["config"]["layers"][1]["inbound_nodes"] = {node};
    return refusal_of(operation, "2.15.0");
  };
  CHECK(adds({"image", 0, 0, {{"y", 3.0}, {"name", nullptr}}}) == "");
  CHECK(adds({"image", 0, 0, {{"y", {1, 2, 3}}}}) == "");
  CHECK_THAT(adds({"image", 0, 0, {{"y", "3"}}}), Contains("layer_1"));
  CHECK_THAT(adds({"image", 0, 0, {{"y", {1, 2}}}}), Contains("layer_1"));
  CHECK_THAT(adds({"image", 0, 0, {{"y", 3.0}, {"z", 1.0}}}), Contains("layer_1") && Contains("\"z\""));
  CHECK_THAT(adds({"image", 0, 0, Json::object()}), Contains("layer_1") && Contains("1 operands"));
}

TEST_CASE("nodes of TensorFlow have constants at their places") {
  const auto model = [](const Json& node, const Json& constants) {
    return functional({{"TensorFlowOpLayer", {{"node_def", node}, {"constants", constants}}}}, false);
  };
  const Json type{{"T", {{"type", "DT_FLOAT"}}}};
  const auto node = [&](const char* op) {
    return Json{{"name", "x"}, {"op", op}, {"input", {"a", "b"}}, {"attr", type}};
  };
  const std::vector<double> image = numbers(90);
  const auto first = [&](const char* op, const Json& constants) {
    return answer(graph_of(model(node(op), constants), "2.4.0"), image)[0];
  };
  CHECK(first("AddV2", {{"1", 3.0}}) == image[0] + 3);
  CHECK(first("Sub", {{"0", 3.0}}) == 3 - image[0]);
  CHECK(first("Sub", {{"1", 3.0}}) == image[0] - 3);
  CHECK(first("Mul", {{"0", 0.5}}) == image[0] * 0.5);
  CHECK(first("Relu6", Json::object()) == std::max(image[0], 0.0));
  const auto why = [&](const Json& of, const Json& constants) {
    return refusal_of(model(of, constants), "2.4.0");
  };
  CHECK_THAT(why(node("Tanh"), none), Contains("layer_1") && Contains("Tanh"));
  CHECK_THAT(why(node("AddV2"), none), Contains("layer_1") && Contains("1 operands"));
  CHECK_THAT(why(node("AddV2"), {{"2", 1.0}}), Contains("layer_1") && Contains("constants"));
  CHECK_THAT(why(node("AddV2"), {{"1", "x"}}), Contains("layer_1") && Contains("constants"));
  CHECK_THAT(why("\n\u0003add", none), Contains("layer_1") && Contains("node_def"));
  Json half = node("Relu");
  half["attr"]["T"]["type"] = "DT_HALF";
  CHECK_THAT(why(half, none), Contains("layer_1") && Contains("DT_FLOAT"));
}

TEST_CASE("a model inside another one may read a vector") {
  Json inner = functional({{"Dense", {{"units", 3}}}}, true, {5});
  inner["name"] = "top";
  inner["config"]["name"] = "top";
  Json model = functional({{"GlobalAveragePooling2D", Json::object()}}, true, {6, 4, 5});
  inner["inbound_nodes"] = {{{"layer_1", 0, 0, none}}};
  model["config"]["layers"].push_back(inner);
  model["config"]["output_layers"] = {{"top", 1, 0}};
  CHECK(refusal_of(model) == "");
  const file::Graph graph = graph_of(model);
  CHECK(*graph.tensors[size_t(graph.outputs.at(0))].shape == file::Extents{1, 3});
  CHECK_THAT(refusal_of(inner), Contains("the input's shape is [null,5]"));
}

TEST_CASE("a layer that is called again keeps its weights, and must fit") {
  Json model = functional({{"Conv2D", {{"filters", 3}, {"kernel_size", 1}}}});
  Json& layer = model["config"]["layers"][1];
  layer["inbound_nodes"] = {{{"image", 0, 0, none}}, {{"layer_1", 0, 0, none}}};
  model["config"]["output_layers"] = {{"layer_1", 1, 0}, {"layer_1", 0, 0}};
  const file::Graph graph = graph_of(model);
  REQUIRE(graph.operations.size() == 2);
  CHECK(graph.operations[0].inputs[1] == graph.operations[1].inputs[1]);
  CHECK(graph.outputs.size() == 2);
  layer["config"]["filters"] = 4;
  CHECK_THAT(refusal_of(model), Contains("layer_1") && Contains("called again"));
  model["config"]["output_layers"] = {{"layer_1", 2, 0}};
  layer["config"]["filters"] = 3;
  CHECK_THAT(refusal_of(model), Contains("layer_1") && Contains("call 2"));
}

TEST_CASE("a size that the file leaves open is the caller's, else 224") {
  const std::vector<TextLayer> layers{{"Conv2D", {{"filters", 2}, {"kernel_size", 3}, {"strides", 2}}}};
  const auto shape = [](const file::Graph& graph) { return *graph.tensors[size_t(graph.inputs[0])].shape; };
  const Json open = functional(layers, true, {nullptr, nullptr, 3}),
             half = functional(layers, true, {40, nullptr, 1});
  CHECK(shape(graph_of(open, "", 30, 20)) == file::Extents{1, 30, 20, 3});
  CHECK(shape(graph_of(open)) == file::Extents{1, 224, 224, 3});
  CHECK(shape(graph_of(half, "", 30, 20)) == file::Extents{1, 40, 20, 1});
  CHECK(shape(graph_of(functional(layers), "", 30, 20)) == file::Extents{1, 6, 5, 3});
  CHECK(shape(graph_of(functional(layers, true, {16, 16, nullptr}))) == file::Extents{1, 16, 16, 3});
  const Json first = functional({{"GlobalAveragePooling2D", {{"data_format", "channels_first"}}}}, true,
                                {3, nullptr, nullptr});
  CHECK(shape(graph_of(first, "", 30, 20)) == file::Extents{1, 3, 30, 20});
  CHECK_THAT(refusal_of(functional(layers, true, {6, 5})), Contains("shape"));
}

TEST_CASE("channels first compute what channels last compute of the turned image") {
  const auto model = [](bool first) {
    const auto in = [&](Json settings) {
      settings["data_format"] = first ? "channels_first" : "channels_last";
      return settings;
    };
    return graph_of(functional(
        {{"ZeroPadding2D", in({{"padding", {{1, 2}, {0, 1}}}})},
         {"Conv2D",
          in({{"filters", 4}, {"kernel_size", {3, 2}}, {"padding", "same"}, {"activation", "relu6"}})},
         {"BatchNormalization", {{"axis", first ? 1 : 3}}},
         {"SeparableConv2D", in({{"filters", 3}, {"kernel_size", 2}})},
         {"DepthwiseConv2D", in({{"kernel_size", 3}, {"padding", "same"}, {"strides", 2}})},
         {"MaxPooling2D", in({{"pool_size", 2}, {"strides", 1}})},
         {"AveragePooling2D", in({{"pool_size", 2}, {"padding", "same"}})},
         {"Flatten", in(Json::object())}},
        true, first ? Json{3, 6, 5} : Json{6, 5, 3}));
  };
  const std::vector<double> image = numbers(90);
  std::vector<double> turned(90);
  for (size_t p = 0; p < 30; p++)
    for (size_t c = 0; c < 3; c++) turned[c * 30 + p] = image[p * 3 + c];
  const auto last = answer(model(false), image), first = answer(model(true), turned);
  REQUIRE(last.size() == first.size());
  for (size_t i = 0; i < last.size(); i++) CHECK(std::abs(last[i] - first[i]) <= 1e-12 * std::abs(last[i]));
}

TEST_CASE("operations have a layer's name and class, and outputs the layer's name") {
  const file::Graph graph =
      graph_of(functional({{"Dense", {{"units", 2}, {"activation", "relu"}}}, {"Dropout", {{"rate", 0.5}}}}));
  CHECK(graph.format == "Keras");
  CHECK(graph.tensors[size_t(graph.inputs[0])].name == "image");
  CHECK(graph.tensors[size_t(graph.outputs[0])].name == "layer_1");
  for (const file::Operation& operation : graph.operations) {
    CHECK(operation.name == "layer_1");
    CHECK(operation.type == "Dense");
  }
  REQUIRE(graph.operations.size() == 3);
  CHECK(graph.tensors[size_t(graph.operations[0].inputs[1])].name == "layer_1/kernel");
  CHECK(graph.operations.back().kind == Kind::clamp);
}

}  // namespace test_keras_operations
