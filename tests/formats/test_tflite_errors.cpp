// What is refused in TFLite files, and with which words.
#include "catch.h"
#include "formats/reading.h"
#include "formats/tflite_writer.h"

namespace test_tflite_errors {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;
using tflite::Builtin;
using tflite::FusedActivation;
using tflite::Padding;
using tflite::TensorType;

namespace {

// A 1x1 convolution of an image, with one thing changed.
struct Changed {
  FusedActivation fused = FusedActivation::NONE;
  Padding padding = Padding::VALID;
  int stride = 1, options = 1;
  Shape output{1, 4, 4, 2};
  TensorType kernel_type = TensorType::FLOAT32;
  std::string kernel_bytes = std::string(24, '\0');
  std::vector<float> scales{};
  std::vector<int64_t> zeros{};
};

std::string convolution(const Changed& c) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 4, 4, 3});
  const int kernel = file.constant("kernel", {2, 1, 1, 3}, c.kernel_type, c.kernel_bytes, c.scales, c.zeros);
  const int bias = file.constant("bias", {2}, std::vector<float>{0, 0});
  const int y = file.tensor("y", c.output);
  file.op(Builtin::CONV_2D, {x, kernel, bias}, y, c.options,
          tflite::CreateConv2DOptions(file.builder, c.padding, c.stride, c.stride, c.fused));
  return file.bytes({x}, {y});
}

std::string one_operator(Builtin code) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 4}), y = file.tensor("y", {1, 4});
  file.op(code, {x}, y);
  return file.bytes({x}, {y});
}

// A model of these tables' offsets; empty vectors where nothing is given.
std::string model(flatbuffers::FlatBufferBuilder& b,
                  const std::vector<flatbuffers::Offset<tflite::SubGraph>>& subgraphs,
                  const std::vector<flatbuffers::Offset<tflite::Buffer>>& buffers, uint32_t version = 3) {
  const auto graphs = b.CreateVector(subgraphs);
  const auto data = b.CreateVector(buffers);
  tflite::FinishModelBuffer(b, tflite::CreateModel(b, version, 0, graphs, 0, data));
  return {reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize()};
}

}  // namespace

TEST_CASE("a TFLite file that is right is read") { CHECK(refusal(convolution({})) == ""); }

TEST_CASE("a TFLite operator that no MobileNet has is refused by name and place") {
  CHECK_THAT(refusal(one_operator(Builtin::RESIZE_BILINEAR)),
             Contains("operation 'y' (RESIZE_BILINEAR): no MobileNet"));
  CHECK_THAT(refusal(one_operator(Builtin::PRELU)), Contains("(PRELU)"));
  CHECK_THAT(refusal(one_operator(Builtin::WHILE)), Contains("(WHILE)"));
  CHECK_THAT(refusal(one_operator(Builtin(4000))), Contains("operator 4000"));
}

TEST_CASE("options of TFLite that mean what is not computed are refused") {
  CHECK_THAT(refusal(convolution({.fused = FusedActivation::TANH})), Contains("activation TANH"));
  CHECK_THAT(refusal(convolution({.fused = FusedActivation(77)})), Contains("activation 77"));
  CHECK_THAT(refusal(convolution({.padding = Padding(5)})), Contains("padding 5"));
  CHECK_THAT(refusal(convolution({.stride = 0})), Contains("stride or dilation of 0"));
  CHECK_THAT(refusal(convolution({.options = 8})), Contains("options of another operator (8)"));
}

TEST_CASE("an option that is not known is refused by its number") {
  TfliteFile file;
  const int x = file.tensor("x", {1, 4}), y = file.tensor("y", {1, 4});
  const auto start = file.builder.StartTable();
  file.builder.AddElement<int32_t>(4, 1, 0);
  file.builder.AddElement<int32_t>(4 + 2 * 9, 7, 0);
  file.op(Builtin::MUL, {x, x}, y, 21,
          flatbuffers::Offset<tflite::FusedOptions>(file.builder.EndTable(start)));
  CHECK_THAT(refusal(file.bytes({x}, {y})), Contains("operation 'y' (MUL) has a field 9 that is not known"));
}

TEST_CASE("shapes and sizes in TFLite files that lie are refused") {
  CHECK_THAT(refusal(convolution({.output = {1, 4, 4, 3}})),
             Contains("is 1x4x4x3 in the file, but computed as 1x4x4x2"));
  CHECK_THAT(refusal(convolution({.kernel_bytes = "four"})),
             Contains("tensor 'kernel': 4 bytes for 2x1x1x3 of f32"));
}

TEST_CASE("whole numbers in TFLite files need sound scales") {
  Changed whole{.kernel_type = TensorType::INT8, .kernel_bytes = "abcdef"};
  CHECK_THAT(refusal(convolution(whole)), Contains("input 1 is i8 without a scale"));
  whole.scales = {1, 1}, whole.zeros = {0, 0};
  CHECK(refusal(convolution(whole)) == "");
  whole.scales = {1, 0};
  CHECK_THAT(refusal(convolution(whole)), Contains("tensor 'kernel': a scale of 0"));
  whole.scales = {1, 1}, whole.zeros = {0};
  CHECK_THAT(refusal(convolution(whole)), Contains("2 scales and 1 zero points"));
  whole.zeros = {0, 300};
  CHECK_THAT(refusal(convolution(whole)), Contains("a zero point of 300 for i8"));
  whole.scales = {1, 1, 1}, whole.zeros = {0, 0, 0};
  CHECK_THAT(refusal(convolution(whole)), Contains("3 scales along axis 0 of 2x1x1x3"));
}

TEST_CASE("operators of TFLite that wait for each other are refused") {
  TfliteFile file;
  const int x = file.tensor("x", {1, 4}), a = file.tensor("a", {1, 4}), b = file.tensor("b", {1, 4});
  file.op(Builtin::ADD, {x, b}, a);
  file.op(Builtin::ADD, {x, a}, b);
  CHECK_THAT(refusal(file.bytes({x}, {b})), Contains("its input 'b' is made by no operation before it"));
}

TEST_CASE("a TFLite file of several subgraphs, another version or another file identifier is refused") {
  flatbuffers::FlatBufferBuilder two, old;
  CHECK_THAT(refusal(model(two, {tflite::CreateSubGraph(two), tflite::CreateSubGraph(two)}, {})),
             Contains("2 subgraphs"));
  CHECK_THAT(refusal(model(old, {tflite::CreateSubGraph(old)}, {}, 2)),
             Contains("version 2 of TFLite's schema"));
  std::string other = convolution({});
  other[4] = 'X';
  CHECK_THAT(refusal(other), Contains("neither a TFLite, ONNX, TensorFlow nor TF.js file"));
}

TEST_CASE("an image whose size a TFLite file leaves open gets the one that is asked for") {
  const auto file = [](std::vector<int32_t> signature) {
    flatbuffers::FlatBufferBuilder b;
    std::vector<flatbuffers::Offset<tflite::Tensor>> tensors;
    for (const char* name : {"x", "y"}) {
      const auto shape = b.CreateVector(std::vector<int32_t>{1, 1, 1, 3});
      const auto open = b.CreateVector(signature);
      tensors.push_back(
          tflite::CreateTensor(b, shape, TensorType::FLOAT32, 0, b.CreateString(name), 0, false, 0, open));
    }
    const auto in = b.CreateVector(std::vector{0});
    const auto out = b.CreateVector(std::vector{1});
    const auto relu = tflite::CreateOperator(b, 0, in, out);
    const auto graph =
        tflite::CreateSubGraph(b, b.CreateVector(tensors), in, out, b.CreateVector(std::vector{relu}));
    const auto graphs = b.CreateVector(std::vector{graph});
    const auto code = tflite::CreateOperatorCode(b, int8_t(Builtin::RELU), 0, 1, Builtin::RELU);
    const auto codes = b.CreateVector(std::vector{code});
    const auto buffers = b.CreateVector(std::vector{tflite::CreateBuffer(b)});
    tflite::FinishModelBuffer(b, tflite::CreateModel(b, 3, codes, graphs, 0, buffers));
    return std::string(reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize());
  };
  const std::string open = file({-1, -1, -1, 3});
  CHECK_THAT(refusal(open), Contains("input 'x' leaves height and width open"));
  const auto graph = read(open, {.height = 7, .width = 9});
  CHECK(graph.tensors[graph.outputs[0]].shape == file::Extents{1, 7, 9, 3});
  CHECK_THAT(refusal(file({-1, 7, 9, 3}), {.height = 8}), Contains("has a height of 7; asked for 8"));
}

}  // namespace test_tflite_errors
