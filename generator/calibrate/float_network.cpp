#include "calibrate/float_network.h"

#include <fmt/format.h>

#include "networks/output_blocks.h"

namespace mobilith::calibration {

namespace {

// ReLUs and clamps are bounds; nothing for all others.
std::optional<file::Clamp> bounds_of(const ActivationFunction& f) {
  switch (f.kind) {
    case ActivationKind::none:
      return file::Clamp{};
    case ActivationKind::relu:
      return file::Clamp{.low = 0};
    case ActivationKind::relu6:
      return file::Clamp{0, 6};
    case ActivationKind::clamp:
      return file::Clamp{f.low, f.high};
    default:
      return std::nullopt;
  }
}

[[noreturn]] void refuse(const Layer& layer, const std::string& why) {
  throw WeightsError("dtype", fmt::format("int8: layer '{}': {}; expected f32", layer.name, why));
}

// A dense layer is a convolution whose window is the whole image.
Layer as_convolution(Layer layer) {
  if (layer.kind != LayerKind::dense) return layer;
  layer.kind = LayerKind::convolution;
  layer.window = {layer.in.height, layer.in.width};
  layer.out = {1, 1, layer.out.channels};
  return layer;
}

class Builder {
 public:
  Builder(const Network& network, const Weights& weights) : network_(network), weights_(weights) {}

  FloatNetwork run() {
    net_.image = network_.image();
    for (size_t i = 0; i < network_.blocks.size(); i++) add_block(i);
    for (const Block* block : output_blocks(network_)) net_.outputs.push_back(ends_.at(block->name));
    for (const Node& node : net_.nodes)
      for (const int from : node.inputs)
        if (from >= 0 && net_.nodes[size_t(from)].gives_floats())
          refuse(node.layer, "it reads a softmax, which gives floats");
    return std::move(net_);
  }

 private:
  void add_block(size_t index) {
    const Block& block = network_.blocks[index];
    std::vector<int> inputs;
    for (const int from : network_.inputs_of(index))
      inputs.push_back(from < 0 ? -1 : block_ends_[size_t(from)]);
    int now = inputs.front();
    for (const Layer& layer : block.layers) {
      std::vector<int> read{now};
      if (layer.kind == LayerKind::add) read.push_back(inputs.back());
      if (layer.kind == LayerKind::multiply) read.push_back(inputs.at(1));
      now = add_layer(layer, read);
    }
    ends_[block.name] = now;
    block_ends_.push_back(now);
  }

  int add_layer(const Layer& layer, const std::vector<int>& inputs) {
    expect_known(layer);
    Node node{as_convolution(layer), inputs};
    node.layer.activation = ActivationFunction::none;
    if (!layer.kernel_shape().empty()) {
      FoldedLayer folded = fold(layer, weights_);
      node.kernel = std::move(folded.kernel), node.bias = std::move(folded.bias);
      node.mean = std::move(folded.mean), node.deviation = std::move(folded.deviation);
    }
    if (layer.kind == LayerKind::sigmoid) {
      node.function = ActivationFunction::sigmoid;
      return add(std::move(node));
    }
    if (const auto bounds = bounds_of(layer.activation)) {
      node.bounds = *bounds;
      return add(std::move(node));
    }
    Node function{node.layer, {add(std::move(node))}};
    function.layer.in = function.layer.out;
    function.function = layer.activation;
    return add(std::move(function));
  }

  void expect_known(const Layer& layer) const {
    if (!layer.outside.empty())
      refuse(layer, "the file scales its image before it, so that what lies outside of the image is not 0");
    switch (layer.kind) {
      case LayerKind::convolution:
      case LayerKind::depthwise:
      case LayerKind::dense:
      case LayerKind::pool:
      case LayerKind::add:
      case LayerKind::multiply:
      case LayerKind::softmax:
      case LayerKind::sigmoid:
        return;
      default:
        refuse(layer, fmt::format("{} is not computed in whole numbers", to_string(layer.kind)));
    }
  }

  int add(Node node) {
    net_.nodes.push_back(std::move(node));
    return int(net_.nodes.size()) - 1;
  }

  const Network& network_;
  const Weights& weights_;
  FloatNetwork net_;
  std::map<std::string, int> ends_;
  std::vector<int> block_ends_;
};

}  // namespace

FloatNetwork float_network(const Network& network, const Weights& weights) {
  return Builder(network, weights).run();
}

}  // namespace mobilith::calibration
