#include "plan/block_kernel.h"

#include <limits>
#include <utility>

#include "algorithms/shapes.h"
#include "networks/output.h"

namespace mobilith {

namespace {

Window window_of(const Layer& layer) {
  return {layer.in.height, layer.in.width, layer.out.height, layer.out.width,
          layer.stride,    layer.pad_top,  layer.pad_left};
}

// Packs a block's convolutions one after the other, in order of computation.
class Packer {
 public:
  Packer(const Weights& weights, const Machine& machine, const ChannelSizes& input)
      : weights_(weights), machine_(machine), packed_{{}, {}, input} {}

  int lanes() const { return machine_.lanes; }
  FoldedLayer folded(const Layer& layer) const { return fold(layer, weights_); }
  void add(Packed constant) { packed_.constants.push_back(std::move(constant)); }

  // A layer whose constants are there: on to its output.
  void pass(const Layer& layer, const FoldedLayer& folded, bool stem = false) {
    if (machine_.pair_vectors > 0) packed_.output = output_sizes(layer, folded, packed_.output, stem);
  }

  void depthwise(const Layer& layer) {
    const FoldedLayer f = folded(layer);
    const int in = layer.in.channels, multiplier = layer.depth_multiplier;
    add(pack_depthwise(f.kernel, in, multiplier, lanes()));
    add(pack_depthwise_bias(f.bias, in, multiplier, lanes()));
    pass(layer, f);
  }

  // multiplier: of the depthwise layer before, whose outputs come in another order than Keras's.
  void pointwise(const Layer& layer, const char* direct_field, int multiplier = 1) {
    const FoldedLayer f = folded(layer);
    const int in = layer.in.channels / multiplier, out = layer.out.channels;
    PointwiseShape shape = pointwise_shape(in, multiplier, out, lanes(), machine_.pair_vectors);
    Pairing pairs;
    if (shape.paired) {
      pairs = pairing(f.kernel, f.bias, packed_.output);
      packed_.paired.push_back({layer.name, direct_field, pairs.bound});
      shape.paired = packed_.paired.back().paired();
    }
    const std::vector<float> rows =
        multiplier > 1 ? permute_depthwise_rows(f.kernel, in, multiplier, out) : f.kernel;
    for (Packed& constant : pack_convolution(rows, f.bias, shape, lanes(), pairs))
      add(std::move(constant));
    pass(layer, f);
  }

  void residual(const ChannelSizes& input) {
    if (machine_.pair_vectors > 0) packed_.output = added(packed_.output, input);
  }

  PackedBlock done() { return std::move(packed_); }

 private:
  const Weights& weights_;
  const Machine& machine_;
  PackedBlock packed_;
};

PackedBlock pack_stem(const Block& block, const Weights& weights, const Machine& machine,
                      const ChannelSizes& sizes) {
  Packer packer(weights, machine, sizes);
  const Layer& layer = block.layers[0];
  const FoldedLayer folded = packer.folded(layer);  // (3, 3, in, out): already k-major
  packer.add(pack_pointwise(folded.kernel, 9 * layer.in.channels, layer.out.channels, machine.lanes));
  packer.add(pack_channels(folded.bias, machine.lanes));
  packer.pass(layer, folded, /*stem=*/true);
  return packer.done();
}

PackedBlock pack_separable(const Block& block, const Weights& weights, const Machine& machine,
                           const ChannelSizes& sizes) {
  Packer packer(weights, machine, sizes);
  packer.depthwise(block.layers[0]);
  packer.pointwise(block.layers[1], "direct", block.layers[0].depth_multiplier);
  return packer.done();
}

PackedBlock pack_inverted_residual(const Block& block, const Weights& weights, const Machine& machine,
                                   const ChannelSizes& sizes) {
  Packer packer(weights, machine, sizes);
  bool expanded = block.layers[0].kind != LayerKind::convolution;
  for (const Layer& layer : block.layers) {
    if (layer.kind == LayerKind::add) packer.residual(sizes);
    if (layer.kind == LayerKind::depthwise) packer.depthwise(layer);
    if (layer.kind == LayerKind::convolution)
      packer.pointwise(layer, std::exchange(expanded, true) ? "direct_projection" : "direct_expansion");
  }
  return packer.done();
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

PackedBlock pack_head(const Block& block, const Weights& weights, const Machine& machine,
                      const ChannelSizes& sizes) {
  Packer packer(weights, machine, sizes);
  const int lanes = machine.lanes;
  if (const Layer* hidden = block.find(LayerKind::convolution)) packer.pointwise(*hidden, "direct");
  const Layer& classifier = *block.find(LayerKind::dense);
  const FoldedLayer folded = packer.folded(classifier);
  const HeadShape shape = head_shape(block);
  packer.add(pack_classifier(folded.kernel, shape, lanes, head_order(shape, lanes, machine.streams)));
  // Classes that are padding must never win: algorithms/head.h.
  Packed bias = folded.bias;
  const int out = classifier.out.channels;
  bias.resize(size_t(class_vectors(out, lanes)) * vector_lanes(out, lanes),
              std::numeric_limits<float>::lowest());
  packer.add(bias);
  return packer.done();
}

BlockKernel stem_kernel(const Block& block) {
  const Layer& layer = block.layers[0];
  return {"stem", StemShape{window_of(layer), layer.in.channels, layer.out.channels, layer.activation},
          pack_stem};
}

BlockKernel separable_kernel(const Block& block) {
  const Layer& depthwise = block.layers[0];
  return {"separable",
          SeparableShape{window_of(depthwise), depthwise.in.channels, depthwise.depth_multiplier,
                         block.out().channels, depthwise.activation, block.layers[1].activation},
          pack_separable};
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
  return {"inverted_residual", shape, pack_inverted_residual};
}

BlockKernel head_kernel(const Block& block) { return {"head", head_shape(block), pack_head}; }

}  // namespace

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
