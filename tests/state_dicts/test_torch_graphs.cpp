// What graphs of state dicts are like, and which files are refused.
#include <algorithm>
#include <cstring>
#include <functional>

#include "catch.h"
#include "graph/evaluate.h"
#include "state_dicts/formula_dicts.h"
#include "state_dicts/torch_answers.h"
#include "torch_graphs/torch_graph.h"

namespace test_torch_graphs {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::Equals;

namespace {

using Tensors = std::vector<file::NamedTensor>;

file::NamedTensor& tensor(Tensors& tensors, const std::string& name) {
  const auto found = std::ranges::find(tensors, name, &file::NamedTensor::name);
  REQUIRE(found != tensors.end());
  return *found;
}

void remove(Tensors& tensors, const std::string& name) {
  REQUIRE(std::erase_if(tensors, [&](const auto& t) { return t.name == name; }) == 1);
}

// Why the changed network is refused; empty: it is not.
std::string refusal(const std::string& network, const std::function<void(Tensors&)>& change,
                    const file::TorchRequest& request = {}) {
  file::StateDict dict = torch_answer(network).dict;
  change(dict.tensors);
  try {
    torch_graph(dict, request);
  } catch (const file::Error& error) {
    return error.what();
  }
  return "";
}

const file::Operation& operation(const file::Graph& graph, const std::string& name) {
  const auto found = std::ranges::find(graph.operations, name, &file::Operation::name);
  REQUIRE(found != graph.operations.end());
  return *found;
}

const file::Extents& output_shape(const file::Graph& graph) {
  return *graph.tensors[size_t(graph.outputs.at(0))].shape;
}

}  // namespace

TEST_CASE("operations bear the names of the file's modules, and batch norms stay") {
  const TorchAnswer answer = torch_answer("timm/mobilenetv2");
  const file::Graph graph = torch_graph(answer.dict).graph;
  CHECK(*graph.tensors[size_t(graph.inputs.at(0))].shape == file::Extents{1, 3, 224, 224});
  CHECK(output_shape(graph) == file::Extents{1, 10});
  const file::Operation& depthwise = operation(graph, "blocks.1.0.conv_dw");
  CHECK(depthwise.type == "Conv2d");
  const auto& settings = std::get<file::Convolution>(depthwise.attributes);
  CHECK(settings.window.stride_height == 2);
  CHECK(settings.window.top == 1);
  CHECK(settings.kernel == file::KernelOrder::oihw);
  const file::Operation& norm = operation(graph, "blocks.1.0.bn2");
  CHECK(norm.kind == file::OperationKind::batch_norm);
  CHECK(std::get<file::BatchNorm>(norm.attributes).epsilon == 1e-5);
  CHECK(operation(graph, "blocks.1.1").kind == file::OperationKind::add);
}

TEST_CASE("the image is as large as asked for, and a network of one size has it as the default") {
  const TorchAnswer narrow = torch_answer("torchvision/mobilenet_v3_small");
  const file::Graph graph = torch_graph(narrow.dict, {.height = 33, .width = 65}).graph;
  CHECK(*graph.tensors[size_t(graph.inputs[0])].shape == file::Extents{1, 3, 33, 65});
  const TorchAnswer lite = torch_answer("efficientnet_lite_pytorch/lite4");
  const file::Graph large = torch_graph(lite.dict).graph;
  CHECK(*large.tensors[size_t(large.inputs[0])].shape == file::Extents{1, 3, 300, 300});
}

TEST_CASE("a file without its classifier ends in the features") {
  for (const auto& [network, features] :
       {std::pair{"timm/mobilenetv2", 1280}, std::pair{"timm/mobilenetv1", 256},
        std::pair{"torchvision/mobilenet_v3_small", 144}, std::pair{"timm/lcnet", 1280}}) {
    INFO(network);
    file::StateDict dict = torch_answer(network).dict;
    std::erase_if(dict.tensors, [](const auto& t) { return t.name.starts_with("classifier."); });
    const file::Graph graph = torch_graph(dict).graph;
    CHECK(output_shape(graph) == file::Extents{1, features});
  }
}

TEST_CASE("a tensor that is missing, more, or of another shape is refused by name") {
  const std::string v2 = "torchvision/mobilenet_v2";
  CHECK_THAT(refusal(v2, [](Tensors& t) { remove(t, "features.5.conv.1.1.running_var"); }),
             Equals("nearest to torchvision/mobilenet_v2, but the tensor features.5.conv.1.1.running_var is "
                    "missing"));
  CHECK_THAT(refusal(v2, [](Tensors& t) { remove(t, "features.0.0.weight"); }),
             Contains("the tensor features.0.0.weight is missing"));
  CHECK_THAT(refusal(v2, [](Tensors& t) { remove(t, "classifier.1.bias"); }),
             Contains("the tensor classifier.1.bias is missing"));
  CHECK_THAT(refusal(v2, [](Tensors& t) { t.push_back(formula_tensor("more", {3}, "more")); }),
             Equals("nearest to torchvision/mobilenet_v2, but the tensor 'more' (shape (3)) belongs to no "
                    "layer"));
  const auto reshaped = [&](const std::string& name, const std::vector<int64_t>& shape) {
    return refusal(v2, [&](Tensors& t) { tensor(t, name) = formula_tensor(name, shape, name); });
  };
  CHECK_THAT(reshaped("features.5.conv.1.0.weight", {48, 1, 5, 5}),
             Contains("features.5.conv.1.0.weight has the shape (48, 1, 5, 5), expected (48, 1, 3, 3)"));
  CHECK_THAT(reshaped("features.0.0.weight", {8, 3, 3}), Contains("expected (any, any, 3, 3)"));
  CHECK_THAT(reshaped("features.0.1.weight", {9}), Contains("features.0.1.weight has the shape (9), "));
  CHECK_THAT(reshaped("classifier.1.weight", {10, 1281}), Contains("expected (any, 1280)"));
  CHECK_THAT(reshaped("features.2.conv.2.weight", {0, 48, 1, 1}), Contains("features.2.conv.2.weight"));
}

TEST_CASE("a classifier of another form is refused by the tensor that it has") {
  const std::string v2 = "torchvision/mobilenet_v2";
  const auto another = [](Tensors& t) {
    t.push_back(formula_tensor("classifier.4.weight", {3, 10}, "classifier.4.weight"));
  };
  CHECK_THAT(refusal(v2, another), Contains("'classifier.4.weight' (shape (3, 10)) belongs to no layer"));
  CHECK_THAT(refusal(v2,
                     [&](Tensors& t) {
                       remove(t, "classifier.1.weight");
                       remove(t, "classifier.1.bias");
                       another(t);
                     }),
             Contains("'classifier.4.weight' (shape (3, 10)) belongs to no layer"));
  CHECK_THAT(refusal("torchvision/mobilenet_v3_small",
                     [](Tensors& t) {
                       remove(t, "classifier.3.weight");
                       remove(t, "classifier.3.bias");
                     }),
             Contains("the tensor classifier.3.weight is missing"));
}

TEST_CASE("one linear layer may be in the place of the classifier") {
  for (const auto& [network, features, second] : {std::tuple{"torchvision/mobilenet_v2", 1280, false},
                                                  std::tuple{"torchvision/mobilenet_v3_small", 144, true},
                                                  std::tuple{"torchvision/mnasnet", 1280, false}}) {
    INFO(network);
    file::StateDict dict = torch_answer(network).dict;
    std::erase_if(dict.tensors, [](const auto& t) { return t.name.starts_with("classifier."); });
    const file::Graph without = torch_graph(dict).graph;
    dict.tensors.push_back(formula_tensor("classifier.weight", {7, features}, "classifier.weight"));
    CHECK_THROWS_WITH(torch_graph(dict), Contains("the tensor classifier.bias is missing"));
    dict.tensors.push_back(formula_tensor("classifier.bias", {7}, "classifier.bias"));
    const file::TorchGraph made = torch_graph(dict);
    CHECK(made.network == network);
    CHECK_THAT(made.assumed.settings, Contains("logits at the end"));
    CHECK(output_shape(made.graph) == file::Extents{1, 7});
    // Its input is what the network without a classifier ends in.
    CHECK(made.graph.operations.size() == without.operations.size() + 1);
    CHECK(operation(made.graph, "classifier").inputs.at(0) == without.outputs.at(0));
    if (second) {
      dict.tensors.push_back(formula_tensor("classifier.3.weight", {9, 7}, "classifier.3.weight"));
      CHECK_THROWS(torch_graph(dict));
    }
  }
}

TEST_CASE("whole numbers are no weights") {
  CHECK_THAT(refusal("timm/mobilenetv1",
                     [](Tensors& t) {
                       tensor(t, "conv_stem.weight") = named_tensor("conv_stem.weight", file::ElementType::i8,
                                                                    {8, 3, 3, 3}, std::string(216, '\1'));
                     }),
             Contains("the tensor conv_stem.weight is of i8, expected floats"));
}

TEST_CASE("names of no network, and unknown networks, are refused with what there is") {
  file::StateDict other;
  other.tensors.push_back(formula_tensor("layer1.0.conv1.weight", {8, 3, 3, 3}, "layer1.0.conv1.weight"));
  CHECK_THROWS_WITH(torch_graph(other), Contains("('layer1.0.conv1.weight'...) are those of none of: ") &&
                                            Contains("torchvision/mobilenet_v2"));
  CHECK(file::nearest_torch_network(other).empty());
  CHECK_THROWS_WITH(torch_graph(file::StateDict{}), Contains("those of none of"));
  const auto nothing = [](Tensors&) {};
  CHECK_THAT(refusal("timm/mobilenetv2", nothing, {.net = "timm/mobilenetv22"}),
             Contains("no network 'timm/mobilenetv22'") && Contains("did you mean timm/mobilenetv2"));
  CHECK_THAT(refusal("timm/mobilenetv2", nothing, {.net = "timm/mnasnet"}),
             Contains("nearest to timm/mnasnet, but the tensor"));
}

TEST_CASE("tensors that do not lie row by row are read as what they mean") {
  TorchAnswer answer = torch_answer("timm/mobilenetv1");
  const file::TorchRequest request{.height = answer.height, .width = answer.width};
  file::NamedTensor& matrix = tensor(answer.dict.tensors, "classifier.weight");
  const std::vector<double> numbers = values(matrix);
  const int64_t rows = matrix.shape[0], columns = matrix.shape[1];
  std::string turned(numbers.size() * 4, '\0');
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++) {
      const float number = float(numbers[size_t(i * columns + j)]);
      std::memcpy(turned.data() + 4 * (j * rows + i), &number, 4);
    }
  matrix = named_tensor("classifier.weight", file::ElementType::f32, {rows, columns}, turned);
  matrix.strides = {1, rows};
  const file::Graph graph = torch_graph(answer.dict, request).graph;
  const auto made =
      file::evaluate(graph, std::vector<std::vector<double>>{formula_image(answer.height, answer.width)});
  CHECK(relative_difference(made[0].numbers, answer.output) < 1e-4);
}

}  // namespace test_torch_graphs
