// Steps that networks are built from.
#pragma once

#include <string>

#include "networks/network.h"

namespace mobilith {

// Zeros before and after an axis of `size` for a window of `kernel`, and the output's size.
struct Padding {
  int before, after, out;
};
Padding pad_same(int size, int kernel,
                 int stride);  // TensorFlow's "same": 3, stride 2: even sizes pad (0, 1), odd (1, 1)
// Keras's MobileNet: "same" with stride 1, else ZeroPadding2D behind the image alone, then "valid": 3, stride
// 2: 49 -> 24.
Padding pad_after(int size, int kernel, int stride);

Layer convolution(const std::string& name, const std::string& batch_norm, const Shape& in, int channels,
                  ActivationFunction);  // 1x1
// Keras's _make_divisible(v, 8): the nearest multiple of 8, at least 8, and one more where that loses over a
// tenth.
int divisible_by_8(double value);

// The window's pads are those of `pad`.
Layer windowed(LayerKind kind, const std::string& name, const std::string& batch_norm, const Shape& in,
               int channels, LayerWindow, Padding (*pad)(int, int, int), ActivationFunction);
// [last convolution,] pool, classifier, softmax.
Block head(std::vector<Layer> before, const std::string& pool, Layer classifier, const std::string& softmax);

}  // namespace mobilith
