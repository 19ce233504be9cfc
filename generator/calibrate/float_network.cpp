#include "calibrate/float_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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
    for (size_t i = 0; i < net_.nodes.size(); i++)
      if (net_.nodes[i].function.kind == ActivationKind::hard_sigmoid) take_into_gate(i);
    remove_empty();
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
    if (layer.activation == ActivationFunction::hard_swish) node.bounds.low = -3, node.ends_by_grid = true;
    Node function{node.layer, {add(std::move(node))}};
    function.layer.in = function.layer.out;
    function.function = layer.activation;
    return add(std::move(function));
  }

  void expect_known(const Layer& layer) const {
    const bool ends_in_function = layer.activation != ActivationFunction::none;
    if (ends_in_function && (layer.kind == LayerKind::pool || layer.kind == LayerKind::softmax ||
                             layer.kind == LayerKind::sigmoid))
      refuse(layer, fmt::format("{} after {} is not computed in whole numbers", to_string(layer.activation),
                                to_string(layer.kind)));
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

  std::vector<size_t> readers_of(size_t index) const {
    std::vector<size_t> readers;
    for (size_t i = 0; i < net_.nodes.size(); i++)
      for (const int from : net_.nodes[i].inputs)
        if (from == int(index)) readers.push_back(i);
    return readers;
  }

  // Of a gate: hard_sigmoid(x) is min(max(x + 3, 0), 6) / 6. The 3 goes into the bias of what makes x, and
  // the sixth into the weights of what reads the gated image, so that no operation is left of it.
  void take_into_gate(size_t index) {
    const Node node = net_.nodes[index];
    const auto from = size_t(node.inputs[0]);
    const auto refuse_here = [&] {
      refuse(node.layer, "a hard sigmoid that is no gate's is not computed in whole numbers");
    };
    if (!net_.nodes[from].has_weights() || readers_of(from).size() != 1) refuse_here();
    const auto is_output = [&](size_t i) {
      return std::find(net_.outputs.begin(), net_.outputs.end(), int(i)) != net_.outputs.end();
    };
    if (is_output(index)) refuse_here();
    for (const size_t gated : readers_of(index)) {
      if (net_.nodes[gated].layer.kind != LayerKind::multiply || net_.nodes[gated].inputs[0] == int(index) ||
          is_output(gated) || net_.nodes[gated].bounds != file::Clamp{})
        refuse_here();
      net_.nodes[gated].inputs[1] = int(from);
      for (const size_t reader : readers_of(gated)) {
        if (!net_.nodes[reader].has_weights()) refuse_here();
        for (float& weight : net_.nodes[reader].kernel) weight /= 6;
      }
    }
    for (float& bias : net_.nodes[from].bias) bias += 3;
    for (double& mean : net_.nodes[from].mean) mean += 3;
    net_.nodes[from].bounds = {0, 6};
    net_.nodes[index].inputs.clear();  // taken out below
  }

  // Nodes that nobody needs any more.
  void remove_empty() {
    std::vector<int> now(net_.nodes.size(), -1);
    std::vector<Node> kept;
    for (size_t i = 0; i < net_.nodes.size(); i++) {
      if (net_.nodes[i].inputs.empty()) continue;
      now[i] = int(kept.size());
      kept.push_back(std::move(net_.nodes[i]));
    }
    for (Node& node : kept)
      for (int& from : node.inputs)
        if (from >= 0) from = now[size_t(from)];
    for (int& output : net_.outputs) output = now[size_t(output)];
    net_.nodes = std::move(kept);
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
