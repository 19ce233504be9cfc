// Which quantised graphs are refused, and with which words.
#include <cmath>
#include <functional>
#include <limits>

#include "catch.h"
#include "formats/reading.h"
#include "formats/tflite_writer.h"
#include "quantised/evaluate.h"

namespace mobilith::testing::test_errors {

namespace {

using Catch::Matchers::Contains;
using quantised::Requantise;
using tflite::Builtin;
using tflite::TensorType;

// A 1x1 convolution of i8 from 3 to 2 channels, with one thing changed.
struct Layer {
  TensorType type = TensorType::INT8, weights_type = TensorType::INT8, result_type = TensorType::INT8;
  float scale = 0.5, result_scale = 0.25;
  int64_t zero = -128;
  std::vector<float> weights_scales{0.125, 0.25}, bias_scales{0.0625, 0.125};
  std::vector<int64_t> weights_zeros{0, 0}, bias_zeros{0, 0};
  int axis = 0, bias_axis = 0;
  int32_t bias = 7;
  bool with_bias = true;
};

std::string bytes_of(const Layer& c) {
  TfliteFile file;
  file.quantise_next(c.scale, c.zero);
  const int x = file.tensor("x", {1, 2, 2, 3}, c.type);
  const int w = file.constant("w", {2, 1, 1, 3}, c.weights_type, std::string("\1\2\3\4\5\6", 6),
                              c.weights_scales, c.weights_zeros, c.axis);
  std::vector<int> inputs{x, w};
  if (c.with_bias) {
    const int32_t numbers[] = {c.bias, -c.bias};
    inputs.push_back(file.constant("b", {2}, TensorType::INT32,
                                   std::string(reinterpret_cast<const char*>(numbers), sizeof numbers),
                                   c.bias_scales, c.bias_zeros, c.bias_axis));
  }
  file.quantise_next(c.result_scale, c.zero);
  const int y = file.tensor("y", {1, 2, 2, 2}, c.result_type);
  file.op(Builtin::CONV_2D, inputs, y, 1,
          tflite::CreateConv2DOptions(file.builder, tflite::Padding::VALID, 1, 1));
  return file.bytes({x}, {y});
}

std::string why(const std::string& bytes, Requantise mode = Requantise::integer) {
  try {
    quantised::check(read(bytes), mode);
  } catch (const file::Error& error) {
    return error.what();
  }
  return "";
}

std::string why(const Layer& layer, Requantise mode = Requantise::integer) {
  return why(bytes_of(layer), mode);
}

Layer changed(const std::function<void(Layer&)>& change) {
  Layer layer;
  change(layer);
  return layer;
}

// An operator on one or two tensors of these scales, all of zero point 0.
std::string bytes_of(Builtin code, TensorType type, float scale, float result_scale, int inputs = 1,
                     int64_t zero = 0) {
  TfliteFile file;
  std::vector<int> from;
  for (int i = 0; i < inputs; ++i) {
    file.quantise_next(scale, 0);
    from.push_back(file.tensor("x" + std::to_string(i), {1, 4}, type));
  }
  file.quantise_next(result_scale, zero);
  const int y = file.tensor("y", {1, 4}, type);
  if (code == Builtin::SOFTMAX)
    file.op(code, from, y, 9, tflite::CreateSoftmaxOptions(file.builder, 1));
  else
    file.op(code, from, y);
  return file.bytes(from, {y});
}

}  // namespace

TEST_CASE("a convolution of bytes that is right is taken in both arithmetics") {
  CHECK(why(Layer{}) == "");
  CHECK(why(Layer{}, Requantise::floating) == "");
}

TEST_CASE("scales and zero points that mean nothing are refused when the file is read") {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float scale : {0.f, -1.f, infinity, std::nanf("")}) {
    CAPTURE(scale);
    CHECK_THAT(why(changed([=](Layer& c) { c.weights_scales[1] = scale; })),
               Contains("tensor 'w': a scale of"));
    CHECK_THAT(why(changed([=](Layer& c) { c.bias_scales[1] = scale; })), Contains("tensor 'b': a scale of"));
    for (const auto& [name, member] : {std::pair{"x", &Layer::scale}, {"y", &Layer::result_scale}}) {
      const std::string error = why(changed([&](Layer& c) { c.*member = scale; }));
      CHECK_THAT(error, Contains("tensor '" + std::string(name) + "': a scale of"));
      CHECK(error.find('\n') == std::string::npos);
    }
  }
  CHECK_THAT(why(changed([](Layer& c) { c.zero = 128; })),
             Contains("tensor 'x': a zero point of 128 for i8"));
  CHECK_THAT(why(changed([](Layer& c) { c.weights_zeros[1] = -129; })),
             Contains("tensor 'w': a zero point of -129"));
  CHECK_THAT(why(changed([](Layer& c) { c.weights_zeros.pop_back(); })),
             Contains("2 scales and 1 zero points"));
  CHECK_THAT(why(changed([](Layer& c) { c.weights_scales.push_back(1), c.weights_zeros.push_back(0); })),
             Contains("tensor 'w': 3 scales along axis 0 of 2x1x1x3"));
}

TEST_CASE("weights that LiteRT's kernels do not take are refused by name") {
  CHECK_THAT(why(changed([](Layer& c) { c.weights_zeros[1] = 3; })),
             Contains("tensor 'w': a zero point of 3"));
  CHECK_THAT(why(changed([](Layer& c) { c.weights_type = TensorType::UINT8; })),
             Contains("tensor 'w': u8; expected i8"));
  CHECK_THAT(
      why(changed([](Layer& c) { c.weights_scales = {1, 1, 1}, c.weights_zeros = {0, 0, 0}, c.axis = 3; })),
      Contains("tensor 'w': 3 scales for 2 outputs"));
  CHECK_THAT(
      why(changed([](Layer& c) { c.type = c.weights_type = c.result_type = TensorType::UINT8, c.zero = 9; })),
      Contains("tensor 'w': 2 scales for 2 outputs of u8"));
  CHECK_THAT(why(changed([](Layer& c) { c.scale = 1000, c.bias_scales = {125, 250}; })),
             Contains("tensor 'w': the scales of image and weights are 500 times"));
}

TEST_CASE("a bias that does not fit its products is refused by name") {
  CHECK_THAT(why(changed([](Layer& c) { c.bias_scales[1] = 0.2f; })),
             Contains("tensor 'b': a bias of scale 0.2; image times weights is 0.125"));
  CHECK(why(changed([](Layer& c) { c.bias_scales[1] = 0.127f; })) ==
        "");  // LiteRT's bound: 0.02 of the result's
  CHECK_THAT(why(changed([](Layer& c) { c.bias_zeros[0] = 1; })), Contains("tensor 'b': a zero point of 1"));
  CHECK_THAT(why(changed([](Layer& c) { c.with_bias = false; })), Contains("no bias"));
  CHECK_THAT(why(changed([](Layer& c) { c.bias = 0x7fffffff - 100; })),
             Contains("tensor 'b': sums of output 0 may reach 2.14749e+09, more than 32 bits hold"));
  CHECK_THAT(why(changed([](Layer& c) { c.bias_scales = {0.0625}, c.bias_zeros = {0}; })),
             Contains("tensor 'b': a bias of scale 0.0625; image times weights is 0.125"));
}

TEST_CASE("what XNNPACK leaves to other kernels is refused in its arithmetic alone") {
  const Layer other = changed([](Layer& c) {
    c.type = c.weights_type = c.result_type = TensorType::UINT8, c.zero = 9, c.axis = 3;
    c.weights_scales = {0.125}, c.weights_zeros = {4}, c.bias_scales = {0.0625}, c.bias_zeros = {0};
  });
  CHECK(why(other) == "");
  CHECK_THAT(why(other, Requantise::floating),
             Contains("tensor 'w': scales along axis 3; XNNPACK takes axis 0"));
  const std::string sum = bytes_of(Builtin::ADD, TensorType::INT8, 0.001f, 1.5, 2);
  CHECK(why(sum) == "");
  CHECK_THAT(why(sum, Requantise::floating), Contains("tensor 'x0': its scale is 0.000666667 times"));
}

TEST_CASE("operations and types without a computation in whole numbers are refused by name") {
  CHECK_THAT(why(bytes_of(Builtin::DIV, TensorType::INT8, 1, 1, 2)),
             Contains("(DIV): no computation of whole numbers"));
  CHECK_THAT(why(bytes_of(Builtin::RELU, TensorType::INT16, 1, 1)),
             Contains("tensor 'y': i16 with 1 scales"));
  CHECK_THAT(why(bytes_of(Builtin::SOFTMAX, TensorType::INT8, 1, 1)),
             Contains("tensor 'y': scale 1 and zero point 0"));
  CHECK(why(bytes_of(Builtin::SOFTMAX, TensorType::INT8, 1, 1 / 256.f, 1, -128)) == "");
  CHECK_THAT(why(bytes_of(Builtin::LOGISTIC, TensorType::UINT8, 1, 0.5)),
             Contains("tensor 'y': its scale is not 1/256"));
}

TEST_CASE("inputs that their tensors can't hold are refused") {
  const file::Graph graph = read(bytes_of(Layer{}));
  const auto run = [&](std::vector<double> numbers) {
    const std::vector<std::vector<double>> inputs{std::move(numbers)};
    return quantised::evaluate(graph, inputs, Requantise::integer);
  };
  std::vector<double> numbers(12, 1.0);
  CHECK(run(numbers)[0].numbers.size() == 8);
  numbers[3] = 128;
  CHECK_THROWS_WITH(run(numbers), Contains("input 'x': 128 is no i8"));
  numbers[3] = 0.5;
  CHECK_THROWS_WITH(run(numbers), Contains("input 'x': 0.5 is no i8"));
  CHECK_THROWS_WITH(run(std::vector<double>(11)), Contains("input 'x': 11 numbers for 1x2x2x3"));
}

}  // namespace mobilith::testing::test_errors
