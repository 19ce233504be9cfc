#include "networks/layers.h"

namespace mobilith {

Padding pad_same(int size, int kernel, int stride) {
  const int out = (size + stride - 1) / stride;
  const int total = std::max((out - 1) * stride + kernel - size, 0);
  return {total / 2, total - total / 2, out};
}

Padding pad_after(int size, int kernel, int stride) {
  if (stride == 1) return pad_same(size, kernel, stride);
  const int after = std::max(kernel - stride, 0);
  return {0, after, (size + after - kernel) / stride + 1};
}

int divisible_by_8(double value) {
  int rounded = std::max(8, static_cast<int>(value + 4) / 8 * 8);
  if (rounded < 0.9 * value) rounded += 8;
  return rounded;
}

Layer convolution(const std::string& name, const std::string& batch_norm, const Shape& in, int channels,
                  ActivationFunction activation) {
  Layer layer{LayerKind::convolution, name, batch_norm};
  layer.activation = activation;
  layer.in = in;
  layer.out = {in.height, in.width, channels};
  return layer;
}

Layer windowed(LayerKind kind, const std::string& name, const std::string& batch_norm, const Shape& in,
               int channels, LayerWindow window, Padding (*pad)(int, int, int),
               ActivationFunction activation) {
  const Padding rows = pad(in.height, window.rows(), window.stride),
                columns = pad(in.width, window.columns(), window.stride_x());
  window.pads = {rows.before, rows.after, columns.before, columns.after};
  Layer layer{kind, name, batch_norm};
  layer.activation = activation;
  layer.in = in;
  layer.out = {rows.out, columns.out, channels};
  layer.window = window;
  if (kind == LayerKind::depthwise) layer.depth_multiplier = channels / in.channels;
  return layer;
}

Block head(std::vector<Layer> before, const std::string& pool, Layer classifier, const std::string& softmax) {
  Block block{BlockKind::head, "head", "", std::move(before)};
  Layer pooled{LayerKind::pool, pool, ""};
  pooled.in = classifier.in;
  pooled.out = {1, 1, classifier.in.channels};
  classifier.in = pooled.out;
  classifier.bias = true;
  Layer last{LayerKind::softmax, softmax, ""};
  last.in = last.out = classifier.out;
  block.layers.insert(block.layers.end(), {pooled, classifier, last});
  return block;
}

}  // namespace mobilith
