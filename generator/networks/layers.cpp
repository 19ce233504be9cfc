#include "networks/layers.h"

namespace mobilith {

Padding pad_same(int size, int stride) {
  const int out = (size + stride - 1) / stride;
  const int total = std::max((out - 1) * stride + 3 - size, 0);
  return {total / 2, out};
}

Padding pad_after(int size, int stride) {
  if (stride == 1) return {1, size};
  return {0, (size + 1 - 3) / stride + 1};
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
               int channels, int stride, Padding (*pad)(int, int)) {
  const Padding rows = pad(in.height, stride), columns = pad(in.width, stride);
  Layer layer{kind, name, batch_norm};
  layer.activation = ActivationFunction::relu6;
  layer.in = in;
  layer.out = {rows.out, columns.out, channels};
  layer.kernel = 3;
  layer.stride = stride;
  layer.pad_top = rows.before;
  layer.pad_left = columns.before;
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
