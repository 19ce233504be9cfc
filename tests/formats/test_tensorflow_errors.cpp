// What is refused in TensorFlow's graphs and in TF.js models, and with which words.
#include <algorithm>
#include <cmath>

#include "catch.h"
#include "formats/reading.h"
#include "formats/tensorflow_writer.h"
#include "graph/evaluate.h"

namespace test_tensorflow_errors {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

// A file of x and a pool "y", which is not finished.
TensorflowFile pool() {
  TensorflowFile f;
  f.input("x", {1, 5, 6, 4});
  f.node("AvgPool", "y", {"x"})
      .type("T", 1)
      .integers("ksize", {1, 2, 2, 1})
      .integers("strides", {1, 2, 2, 1});
  return f;
}

// A model of TF.js: y = x * w, of two weights as uint8 with minimum and scale.
std::string tfjs(const std::string& path = "group1.bin", const std::string& more = "") {
  return R"({"format": "graph-model", "signature": {"outputs": {"y": {"name": "y:0"}}}, "modelTopology": {"node": [
    {"name": "x", "op": "Placeholder", "attr": {"dtype": {"type": "DT_FLOAT"}, "shape": {"shape": {"dim": [{"size": "1"}, {"size": "2"}]}}}},
    {"name": "w", "op": "Const", "attr": {"dtype": {"type": "DT_FLOAT"}, "value": {"tensor": {"dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": "2"}]}}}}},
    {"name": "y", "op": "Mul", "input": ["x", "w"], "attr": {"T": {"type": "DT_FLOAT"}, "_output_shapes": {"list": {}})" +
         more + R"(}}], "library": {}, "versions": {"producer": 987}},
    "weightsManifest": [{"paths": [")" +
         path + R"("], "weights": [{"name": "w", "shape": [2], "dtype": "float32",
    "quantization": {"dtype": "uint8", "min": -1, "scale": 0.5, "original_dtype": "float32"}}]}]})";
}

file::ReadRequest beside(const std::string& bytes) {
  return {.beside = [bytes](const std::string&, size_t) { return bytes; }};
}

}  // namespace

TEST_CASE("a TensorFlow operation that no MobileNet has is refused by name and place") {
  TensorflowFile f;
  f.input("x", {2});
  f.node("DecodeJpeg", "decode", {"x"});
  CHECK(refusal(f.bytes()) == "operation 'decode' (DecodeJpeg): no MobileNet has this operation");
}

TEST_CASE("attributes of TensorFlow that are not known, or are of another kind, are refused by name") {
  CHECK(refusal(pool().word("padding", "SAME").bytes()) == "");
  CHECK_THAT(refusal(pool().bytes()), Contains("padding ''"));
  CHECK_THAT(refusal(pool().word("padding", "SAME").integer("surprise", 1).bytes()),
             Contains("attribute 'surprise' is not known"));
  CHECK_THAT(refusal(pool().integer("padding", 1).bytes()),
             Contains("attribute 'padding' is a whole number; expected a word"));
  CHECK_THAT(refusal(pool().word("padding", "SAME").word("padding", "VALID").bytes()),
             Contains("'padding' twice"));
  CHECK_THAT(refusal(pool().word("padding", "SAME").word("data_format", "NDHWC").bytes()),
             Contains("'NDHWC'"));
  CHECK_THAT(refusal(pool().word("padding", "SAME").word("data_format", "NCHW").bytes()),
             Contains("not 1 along images or channels"));
}

TEST_CASE("a node of TensorFlow may wait for any number of others, and reads at most 64") {
  TensorflowFile waits = pool();
  waits.word("padding", "SAME");
  waits.node("NoOp", "nothing", std::vector<std::string>(200, "^y"));
  waits.node("Identity", "end", {"y", "^nothing"}).type("T", 1);
  CHECK(refusal(waits.bytes()) == "");
  TensorflowFile reads = pool();
  reads.word("padding", "SAME");
  reads.node("AddN", "sum", std::vector<std::string>(65, "y")).type("T", 1).integer("N", 65);
  CHECK_THAT(refusal(reads.bytes()), Contains("'sum' (AddN): more than 64 inputs"));
}

TEST_CASE("a TensorFlow batch norm that is for training is refused") {
  TensorflowFile f;
  f.input("x", {1, 5, 6, 4});
  for (const char* name : {"a", "b", "c", "d"}) f.floats(name, {4}, {1, 1, 1, 1});
  f.node("FusedBatchNormV3", "y", {"x", "a", "b", "c", "d"}).type("T", 1);
  CHECK_THAT(refusal(f.bytes()), Contains("a batch norm in training"));
  TensorflowFile statistics = f.truth("is_training", false);
  CHECK(refusal(statistics.bytes()) == "");
  statistics.node("Identity", "z", {"y:1"}).type("T", 1);
  CHECK_THAT(refusal(statistics.bytes()), Contains("its input 'y:1' is made by no operation"));
}

TEST_CASE("a TensorFlow graph whose nodes are not there, or go in circles, is refused") {
  TensorflowFile f = pool().word("padding", "SAME");
  TensorflowFile missing = f;
  missing.node("Relu", "z", {"nobody"}).type("T", 1);
  CHECK_THAT(refusal(missing.bytes()), Contains("'z' (Relu): its input 'nobody' is no node"));
  TensorflowFile circle = f;
  circle.node("Relu", "a", {"b"}).type("T", 1), circle.node("Relu", "b", {"a"}).type("T", 1);
  CHECK_THAT(refusal(circle.bytes()), Contains("it is computed from its own output"));
  TensorflowFile twice = f;
  twice.node("Relu", "y", {"x"}).type("T", 1);
  CHECK_THAT(refusal(twice.bytes()), Contains("node 'y' twice"));
}

TEST_CASE("constants of TensorFlow that are not what they say are refused") {
  const auto with = [](const auto& change) {
    TensorflowFile f;
    f.input("x", {4});
    f.floats("w", {4}, {1, 2, 3, 4});
    change(*f.graph.mutable_node(1)->mutable_attr(1)->mutable_value()->mutable_tensor());
    f.node("Add", "y", {"x", "w"}).type("T", 1);
    return refusal(f.bytes());
  };
  CHECK(with([](auto&) {}) == "");
  CHECK_THAT(with([](auto& t) { t.set_tensor_content("four"); }),
             Contains("tensor 'w': 4 bytes for 4 of f32"));
  CHECK_THAT(with([](auto& t) { t.add_float_val(1); }), Contains("its data are there twice"));
  CHECK_THAT(with([](auto& t) { t.set_dtype(tensorflow::DT_STRING); }), Contains("elements of DT_STRING"));
  CHECK_THAT(with([](auto& t) {
               t.clear_tensor_content();
               t.mutable_tensor_shape()->mutable_dim(0)->set_size(1 << 26);
             }),
             Contains("too many numbers that the file does not hold"));
}

TEST_CASE("a model of TF.js computes with its weights dequantised") {
  const auto graph = file::read_graph(std::make_shared<const std::string>(tfjs()), beside("\x01\x05"));
  const auto outputs = file::evaluate(graph, std::vector<std::vector<double>>{{10, 100}});
  CHECK(outputs[0].numbers == std::vector<double>{-5, 150});
  CHECK(file::format_of(tfjs()) == "TF.js");
}

TEST_CASE("files beside a model of TF.js are in its folder and as long as they should be") {
  CHECK_THAT(refusal(tfjs("../w.bin"), beside("ab")),
             Contains("'../w.bin'; expected a name in the same folder"));
  CHECK_THAT(refusal(tfjs(".."), beside("ab")), Contains("expected a name in the same folder"));
  CHECK_THAT(refusal(tfjs("/etc/w"), beside("ab")), Contains("expected a name in the same folder"));
  CHECK_THAT(refusal(tfjs(), beside("a")), Contains("1 bytes of weights; the manifest has 2"));
  CHECK_THAT(refusal(tfjs(), beside("abc")), Contains("is longer than the weights"));
  CHECK_THAT(refusal(tfjs()), Contains("in files beside it"));
}

TEST_CASE("JSON of TF.js that is not known or damaged is refused") {
  CHECK_THAT(refusal(tfjs("w", R"(, "surprise": {"i": "1"})"), beside("ab")),
             Contains("'surprise' is not known"));
  CHECK_THAT(refusal(tfjs("w", R"(, "z": {"surprise": 1})"), beside("ab")),
             Contains("field 'surprise' that is not"));
  CHECK_THAT(refusal(tfjs("w", R"(, "z": {"i": "one"})"), beside("ab")), Contains("'i' of another kind"));
  CHECK_THAT(refusal(tfjs().substr(0, 900) + "\"weightsManifest\""), Contains("cut or damaged"));
  const std::string deep = R"({"modelTopology": 1, "weightsManifest": )" + std::string(100000, '[');
  CHECK_THAT(refusal(deep), Contains("JSON: nested deeper than 32"));
  CHECK_THAT(refusal(R"({"modelTopology": {"model_config": {}}, "weightsManifest": []})"),
             Contains("a TF.js layers model"));
}

TEST_CASE("a TensorFlow graph computes the same with channels first as with channels last") {
  TensorflowFile f;
  f.input("x", {1, 4, 7, 6});
  f.floats("w", {3, 2, 4, 3}, numbers({3, 2, 4, 3}, 1)), f.floats("b", {3}, numbers({3}, 2));
  f.floats("d", {2, 2, 3, 2}, numbers({2, 2, 3, 2}, 3));
  for (const char* name : {"g", "o", "m"}) f.floats(name, {6}, numbers({6}, name[0]));
  f.floats("v", {6}, {1, 2, 0.5f, 0.25f, 3, 1});
  f.whole("first", {4}, {0, 3, 1, 2}), f.whole("last", {4}, {0, 2, 3, 1});
  f.node("Transpose", "x NHWC", {"x", "last"}).type("T", 1);
  for (const std::string order : {"NCHW", "NHWC"}) {
    const bool first = order == "NCHW";
    const auto one = [&](const char* op, const std::string& name, std::vector<std::string> inputs) {
      inputs[0] += inputs[0] == "x" && first ? "" : " " + order;
      f.node(op, name + " " + order, inputs).type("T", 1).word("data_format", order);
    };
    const Shape strides = first ? Shape{1, 1, 2, 1} : Shape{1, 2, 1, 1};
    one("Conv2D", "conv", {"x", "w"});
    f.integers("strides", strides).word("padding", "EXPLICIT");
    f.integers("explicit_paddings", first ? Shape{0, 0, 0, 0, 1, 0, 0, 2} : Shape{0, 0, 1, 0, 0, 2, 0, 0});
    one("BiasAdd", "bias", {"conv", "b"});
    one("DepthwiseConv2dNative", "depthwise", {"bias", "d"});
    f.integers("strides", {1, 1, 1, 1}).word("padding", "SAME");
    one("FusedBatchNorm", "norm", {"depthwise", "g", "o", "m", "v"});
    f.truth("is_training", false);
    one("AvgPool", "pool", {"norm"});
    f.integers("strides", strides).word("padding", "VALID");
    f.integers("ksize", first ? Shape{1, 1, 2, 3} : Shape{1, 2, 3, 1});
  }
  f.node("Transpose", "again", {"pool NHWC", "first"}).type("T", 1);
  f.node("Sub", "difference", {"pool NCHW", "again"}).type("T", 1);
  const auto graph = read(f.bytes());
  const std::vector<float> x = numbers({1, 4, 7, 6});
  double largest = 0;
  const auto outputs = file::evaluate(
      graph, std::vector<std::vector<double>>{std::vector<double>(x.begin(), x.end())},
      [&](int, const file::Value& value) { largest = std::max(largest, std::abs(value.numbers[0])); });
  CHECK(largest > 1);
  CHECK(graph.outputs.size() == 1);
  for (const double difference : outputs[0].numbers) CHECK(std::abs(difference) < 1e-9);
}

}  // namespace test_tensorflow_errors
