// A TFLite file of one convolution of bytes whose numbers a test chooses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "formats/tflite_writer.h"

namespace mobilith::testing {

// Of an image of (window + 1) x (window + 1) pixels, without a border: 2 x 2 results. All scales but the
// result's are 1.
struct ProductsFile {
  tflite::TensorType type = tflite::TensorType::INT8;
  int window = 1, inputs = 8, outputs = 1;
  int64_t zero = -128, weights_zero = 0, result_zero = 0;
  float result_scale = 1;
  std::vector<int> weights{};   // (output, row, column, input); one: all are this
  std::vector<int32_t> bias{};  // of each output; empty: zeros

  int products() const { return window * window * inputs; }

  std::string bytes() const {
    TfliteFile file;
    const auto count = static_cast<size_t>(products() * outputs), n = static_cast<size_t>(outputs);
    std::string packed(count, static_cast<char>(weights.front()));
    for (size_t i = 0; weights.size() > 1 && i < count; i++) packed[i] = static_cast<char>(weights.at(i));
    std::vector<int32_t> all = bias;
    all.resize(n);
    file.quantise_next(1, zero);
    const int x = file.tensor("x", {1, window + 1, window + 1, inputs}, type);
    const int w = file.constant("w", {outputs, window, window, inputs}, type, packed, {1}, {weights_zero});
    const int b = file.constant("b", {outputs}, tflite::TensorType::INT32,
                                {reinterpret_cast<const char*>(all.data()), n * sizeof(int32_t)}, {1}, {0});
    file.quantise_next(result_scale, result_zero);
    const int y = file.tensor("y", {1, 2, 2, outputs}, type);
    file.op(tflite::Builtin::CONV_2D, {x, w, b}, y, 1,
            tflite::CreateConv2DOptions(file.builder, tflite::Padding::VALID, 1, 1));
    return file.bytes({x}, {y});
  }
};

}  // namespace mobilith::testing
