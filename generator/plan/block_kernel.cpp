#include "plan/block_kernel.h"

#include <limits>

#include "algorithms/shapes.h"
#include "networks/output.h"

namespace mobilith {

namespace {

Window window_of(const Layer& layer) {
  return {layer.in.height, layer.in.width, layer.out.height, layer.out.width,
          layer.stride,    layer.pad_top,  layer.pad_left};
}

std::vector<Packed> pointwise(const FoldedLayer& folded, const Layer& layer, const Machine& machine) {
  return pack_convolution(
      folded.kernel, folded.bias,
      pointwise_shape(layer.in.channels, 1, layer.out.channels, machine.lanes, machine.pair_vectors),
      machine.lanes);
}

void append(std::vector<Packed>& constants, const std::vector<Packed>& more) {
  constants.insert(constants.end(), more.begin(), more.end());
}

std::vector<Packed> stem_constants(const Block& block, const Weights& weights, const Machine& machine) {
  const int lanes = machine.lanes;
  const Layer& layer = block.layers[0];
  const FoldedLayer folded = fold(layer, weights);  // (3, 3, in, out): already k-major
  return {pack_pointwise(folded.kernel, 9 * layer.in.channels, layer.out.channels, lanes),
          pack_channels(folded.bias, lanes)};
}

std::vector<Packed> separable_constants(const Block& block, const Weights& weights, const Machine& machine) {
  const Layer &depthwise = block.layers[0], &project = block.layers[1];
  const int in = depthwise.in.channels, multiplier = depthwise.depth_multiplier, out = project.out.channels;
  const FoldedLayer d = fold(depthwise, weights), p = fold(project, weights);
  std::vector<Packed> constants{pack_depthwise(d.kernel, in, multiplier, machine.lanes),
                                pack_depthwise_bias(d.bias, in, multiplier, machine.lanes)};
  append(constants,
         pack_convolution(permute_depthwise_rows(p.kernel, in, multiplier, out), p.bias,
                          pointwise_shape(in, multiplier, out, machine.lanes, machine.pair_vectors),
                          machine.lanes));
  return constants;
}

std::vector<Packed> inverted_residual_constants(const Block& block, const Weights& weights,
                                                const Machine& machine) {
  std::vector<Packed> constants;
  for (const Layer& layer : block.layers) {
    if (layer.kind == LayerKind::add) continue;
    const FoldedLayer folded = fold(layer, weights);
    if (layer.kind == LayerKind::depthwise)
      append(constants, {pack_depthwise(folded.kernel, layer.in.channels, 1, machine.lanes),
                         pack_channels(folded.bias, machine.lanes)});
    else
      append(constants, pointwise(folded, layer, machine));
  }
  return constants;
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

std::vector<Packed> head_constants(const Block& block, const Weights& weights, const Machine& machine) {
  const int lanes = machine.lanes;
  std::vector<Packed> constants;
  for (const Layer& layer : block.layers) {
    if (layer.kind != LayerKind::convolution && layer.kind != LayerKind::dense) continue;
    const FoldedLayer folded = fold(layer, weights);
    if (layer.kind == LayerKind::convolution) {
      append(constants, pointwise(folded, layer, machine));
      continue;
    }
    const HeadShape shape = head_shape(block);
    constants.push_back(
        pack_classifier(folded.kernel, shape, lanes, head_order(shape, lanes, machine.streams)));
    // Classes that are padding must never win: algorithms/head.h.
    Packed bias = folded.bias;
    const int out = layer.out.channels;
    bias.resize(size_t(class_vectors(out, lanes)) * vector_lanes(out, lanes),
                std::numeric_limits<float>::lowest());
    constants.push_back(bias);
  }
  return constants;
}

BlockKernel stem_kernel(const Block& block) {
  const Layer& layer = block.layers[0];
  return {"stem", StemShape{window_of(layer), layer.in.channels, layer.out.channels, layer.activation},
          stem_constants};
}

BlockKernel separable_kernel(const Block& block) {
  const Layer& depthwise = block.layers[0];
  return {"separable",
          SeparableShape{window_of(depthwise), depthwise.in.channels, depthwise.depth_multiplier,
                         block.out().channels, depthwise.activation, block.layers[1].activation},
          separable_constants};
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
  return {"inverted_residual", shape, inverted_residual_constants};
}

BlockKernel head_kernel(const Block& block) { return {"head", head_shape(block), head_constants}; }

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
