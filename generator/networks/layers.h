// Steps that networks are built from.
#pragma once

#include <string>

#include "networks/network.h"

namespace mobilith {

// Zero rows before an axis of `size` for a 3x3 window, and the output's size; Keras's two rules for stride 2.
struct Padding {
  int before, out;
};
Padding pad_same(int size, int stride);   // TensorFlow's "same": even sizes pad (0, 1), odd ones (1, 1)
Padding pad_after(int size, int stride);  // stride 2: ZeroPadding2D(((0, 1), (0, 1))), then "valid": 49 -> 24

Layer convolution(const std::string& name, const std::string& batch_norm, const Shape& in, int channels,
                  ActivationFunction);  // 1x1
Layer windowed(LayerKind kind, const std::string& name, const std::string& batch_norm, const Shape& in,
               int channels, int stride, Padding (*pad)(int, int));  // 3x3, ends in ReLU6
// [last convolution,] pool, classifier, softmax.
Block head(std::vector<Layer> before, const std::string& pool, Layer classifier, const std::string& softmax);

}  // namespace mobilith
