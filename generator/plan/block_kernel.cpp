#include "plan/block_kernel.h"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <utility>

#include "layout/layout.h"
#include "networks/output.h"
#include "schedules/kernel_types.h"

namespace mobilith {

namespace {

Window window_of(const Layer& layer) {
  const LayerWindow& w = layer.window;
  return {layer.in.height, layer.in.width, layer.out.height, layer.out.width, w.stride,
          w.pads.top,      w.pads.left,    w.height,         w.width,         w.dilation};
}

}  // namespace

// Packs a block's convolutions one after the other, in order of computation; constants are named as operands.
class Packer {
 public:
  Packer(const Weights& weights, const Machine& machine, const ChannelSizes& input)
      : weights_(weights), machine_(machine), packed_{{}, {}, input} {}

  FoldedLayer folded(const Layer& layer) const { return fold(layer, weights_); }
  void add(const std::string& operand, Packed constant) { constants_[operand] = std::move(constant); }

  // A layer whose constants are there: on to its output.
  void pass(const Layer& layer, const FoldedLayer& folded, bool stem = false) {
    if (machine_.pair_vectors > 0) packed_.output = output_sizes(layer, folded, packed_.output, stem);
  }

  void depthwise(const Layer& layer) {
    const FoldedLayer f = folded(layer);
    const int in = layer.in.channels, multiplier = layer.depth_multiplier;
    const Channels channels = channels_of(in, machine_);
    add("depthwise_weights", pack_depthwise(f.kernel, channels, multiplier));
    add("depthwise_bias", pack_depthwise_bias(f.bias, channels, multiplier));
    pass(layer, f);
  }

  // prefix: of its operands' names. multiplier: of the depthwise layer before, whose outputs come in another
  // order than Keras's.
  void pointwise(const std::string& prefix, const Layer& layer, const char* direct_field,
                 int multiplier = 1) {
    const FoldedLayer f = folded(layer);
    const int in = layer.in.channels / multiplier, out = layer.out.channels;
    Matrix matrix = matrix_of(in, multiplier, out, /*direct=*/false, machine_);
    Pairing pairs;
    if (matrix.multiplication == Multiplication::winograd) {
      pairs = pairing(f.kernel, f.bias, packed_.output);
      packed_.paired.push_back({layer.name, direct_field, pairs.bound});
      matrix = matrix_of(in, multiplier, out, /*direct=*/!packed_.paired.back().paired(), machine_);
    }
    const std::vector<float> rows =
        multiplier > 1 ? permute_depthwise_rows(f.kernel, in, multiplier, out) : f.kernel;
    std::vector<Packed> constants = scheme_of(matrix).pack(rows, f.bias, matrix, pairs);
    constexpr const char* names[] = {"weights", "bias", "centre"};  // Pointwise::constants()
    for (size_t i = 0; i < constants.size(); i++) add(prefix + names[i], std::move(constants[i]));
    pass(layer, f);
  }

  void residual(const ChannelSizes& input) {
    if (machine_.pair_vectors > 0) packed_.output = added(packed_.output, input);
  }

  // In the order of the kernel's operands, whose sizes they must have.
  PackedBlock done(BlockKernel& kernel) {
    for (const PairedLayer& layer : packed_.paired)
      if (!layer.paired()) kernel.shape[layer.direct_field] = true;
    const Operands operands = kernel_type(kernel.type).operands(kernel.shape, machine_);
    for (size_t i = 1; i < operands.size(); i++) {
      Packed& constant = constants_[operands[i].name()];
      if (static_cast<int64_t>(constant.size()) != elements_of(operands[i]))
        throw std::logic_error(fmt::format("{}: operand '{}' has {} values, expected {}", kernel.type,
                                           operands[i].name(), constant.size(), elements_of(operands[i])));
      packed_.constants.push_back(std::move(constant));
      constants_.erase(operands[i].name());
    }
    if (!constants_.empty())
      throw std::logic_error(fmt::format("{}: no operand '{}'", kernel.type, constants_.begin()->first));
    return std::move(packed_);
  }

 private:
  const Weights& weights_;
  const Machine& machine_;
  PackedBlock packed_;
  std::map<std::string, Packed> constants_;
};

namespace {

void pack_stem(Packer& packer, const Block& block, const Machine& machine, InputSizes) {
  const Layer& layer = block.layers[0];
  const FoldedLayer folded = packer.folded(layer);  // (kh, kw, in, out): already k-major
  const Channels out = channels_of(layer.out.channels, machine);
  packer.add("weights", pack_matrix(folded.kernel, layer.window.taps() * layer.in.channels, out));
  packer.add("bias", pack_channels(folded.bias, out));
  packer.pass(layer, folded, /*stem=*/true);
}

void pack_separable(Packer& packer, const Block& block, const Machine&, InputSizes) {
  packer.depthwise(block.layers[0]);
  packer.pointwise("", block.layers[1], "direct", block.layers[0].depth_multiplier);
}

void pack_inverted_residual(Packer& packer, const Block& block, const Machine&, InputSizes inputs) {
  bool expanded = block.layers[0].kind != LayerKind::convolution;
  for (const Layer& layer : block.layers) {
    if (layer.kind == LayerKind::add) packer.residual(*inputs.back());
    if (layer.kind == LayerKind::depthwise) packer.depthwise(layer);
    if (layer.kind != LayerKind::convolution) continue;
    if (std::exchange(expanded, true))
      packer.pointwise("project_", layer, "direct_projection");
    else
      packer.pointwise("expand_", layer, "direct_expansion");
  }
}

HeadShape head_shape(const Block& block) {
  const Layer* hidden = block.find(LayerKind::convolution);
  const Layer* classifier = block.find(LayerKind::dense);
  HeadShape shape{block.in().height,        block.in().width,
                  block.in().channels,      hidden ? hidden->out.channels : 0,
                  classifier->out.channels, output_function(block)};
  if (hidden) shape.activation = hidden->activation;
  return shape;
}

void pack_head(Packer& packer, const Block& block, const Machine& machine, InputSizes) {
  if (const Layer* hidden = block.find(LayerKind::convolution))
    packer.pointwise("hidden_", *hidden, "direct");
  const Layer& classifier = *block.find(LayerKind::dense);
  const FoldedLayer folded = packer.folded(classifier);
  const HeadLayout layout = layout_of(head_shape(block), machine);
  packer.add("weights", pack_classifier(folded.kernel, layout));
  // Classes that are padding must never win: algorithms/head.h.
  packer.add("bias", pack_channels(folded.bias, layout.classes, std::numeric_limits<float>::lowest()));
}

BlockKernel stem_kernel(const Block& block) {
  const Layer& layer = block.layers[0];
  return {"stem", StemShape{window_of(layer), layer.in.channels, layer.out.channels, layer.activation, layer.outside},
          pack_stem};
}

BlockKernel separable_kernel(const Block& block) {
  const Layer &depthwise = block.layers[0], &pointwise = block.layers[1];
  SeparableShape shape{window_of(depthwise), depthwise.in.channels, depthwise.depth_multiplier,
                       block.out().channels, depthwise.activation,  pointwise.activation};
  shape.infinite_input = block.infinite_input && depthwise.activation == ActivationFunction::relu6 &&
                         pointwise.activation == ActivationFunction::relu6;
  return {"separable", shape, pack_separable};
}

BlockKernel inverted_residual_kernel(const Block& block) {
  const Layer& depthwise = *block.find(LayerKind::depthwise);
  const bool expand = block.layers[0].kind == LayerKind::convolution;
  InvertedResidualShape shape{
      window_of(depthwise), block.in().channels, depthwise.in.channels, block.out().channels, expand,
      block.residual};
  if (expand) shape.expansion_activation = block.layers[0].activation;
  shape.depthwise_activation = depthwise.activation;
  shape.projection_activation = block.layers[expand ? 2 : 1].activation;
  shape.infinite_input = block.infinite_input && !expand && depthwise.activation == ActivationFunction::relu6;
  return {"inverted_residual", shape, pack_inverted_residual};
}

BlockKernel head_kernel(const Block& block) { return {"head", head_shape(block), pack_head}; }

}  // namespace

PackedBlock pack_block(BlockKernel& kernel, const Block& block, const Weights& weights,
                       const Machine& machine, InputSizes inputs) {
  Packer packer(weights, machine, *inputs.front());
  kernel.pack(packer, block, machine, inputs);
  return packer.done(kernel);
}

BlockKernel block_kernel(const Block& block) {
  using Bind = BlockKernel (*)(const Block&);
  static constexpr std::pair<BlockKind, Bind> table[] = {
      {BlockKind::stem, stem_kernel},
      {BlockKind::separable, separable_kernel},
      {BlockKind::inverted_residual, inverted_residual_kernel},
      {BlockKind::head, head_kernel},
  };
  for (const auto& [kind, bind] : table)
    if (kind == block.kind) return bind(block);
  throw std::logic_error("no kernel for this kind of block");
}

}  // namespace mobilith
