#include "networks/network.h"

#include <numeric>

namespace mobilith {

const char* to_string(LayerKind kind) {
  switch (kind) {
    case LayerKind::convolution:
      return "convolution";
    case LayerKind::depthwise:
      return "depthwise";
    case LayerKind::dense:
      return "dense";
    case LayerKind::pool:
      return "pool";
    case LayerKind::add:
      return "add";
    case LayerKind::softmax:
      return "softmax";
    case LayerKind::sigmoid:
      return "sigmoid";
  }
  return "unknown";
}

const char* to_string(ActivationFunction function) {
  switch (function) {
    case ActivationFunction::none:
      return "none";
    case ActivationFunction::relu:
      return "ReLU";
    case ActivationFunction::relu6:
      return "ReLU6";
  }
  return "unknown";
}

const char* to_string(BlockKind kind) {
  switch (kind) {
    case BlockKind::stem:
      return "stem";
    case BlockKind::separable:
      return "separable";
    case BlockKind::inverted_residual:
      return "inverted_residual";
    case BlockKind::head:
      return "head";
  }
  return "unknown";
}

std::vector<int> Layer::kernel_shape() const {
  if (kind == LayerKind::convolution) return {kernel, kernel, in.channels, out.channels};
  if (kind == LayerKind::depthwise) return {kernel, kernel, in.channels, depth_multiplier};
  // V1's classifier is a 1x1 convolution in Keras, V2's a dense layer: `kernel` is 1 for the one, 0 for the
  // other.
  if (kind == LayerKind::dense && kernel == 1) return {1, 1, in.channels, out.channels};
  if (kind == LayerKind::dense) return {in.channels, out.channels};
  return {};
}

namespace {

int64_t kernel_values(const Layer& layer) {
  const std::vector<int> shape = layer.kernel_shape();
  return shape.empty() ? 0
                       : std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<int64_t>());
}

template <typename Items>
int64_t sum(const Items& items, int64_t (Items::value_type::*count)() const) {
  int64_t total = 0;
  for (const auto& item : items) total += (item.*count)();
  return total;
}

}  // namespace

int64_t Layer::params() const {
  return kernel_values(*this) + (bias ? out.channels : 0) +
         (batch_norm.empty() ? 0 : int64_t{4} * out.channels);
}

int64_t Layer::params_deployed() const {
  const int64_t values = kernel_values(*this);
  return values == 0 ? 0 : values + out.channels;
}

int64_t Layer::madds() const {
  const int64_t pixels = kind == LayerKind::dense ? 1 : int64_t{1} * out.height * out.width;
  return pixels * kernel_values(*this);
}

const Layer* Block::find(LayerKind wanted) const {
  for (const Layer& layer : layers)
    if (layer.kind == wanted) return &layer;
  return nullptr;
}

int64_t Block::params() const { return sum(layers, &Layer::params); }
int64_t Block::params_deployed() const { return sum(layers, &Layer::params_deployed); }
int64_t Block::madds() const { return sum(layers, &Layer::madds); }
int64_t Network::params() const { return sum(blocks, &Block::params); }
int64_t Network::params_deployed() const { return sum(blocks, &Block::params_deployed); }
int64_t Network::madds() const { return sum(blocks, &Block::madds); }

}  // namespace mobilith
