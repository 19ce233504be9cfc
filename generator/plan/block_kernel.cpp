#include "plan/block_kernel.h"

#include <limits>
#include <utility>

#include "layout/layout.h"
#include "networks/output.h"
#include "plan/layer_kernels.h"
#include "plan/packer.h"
#include "plan/quantised_kernels.h"
#include "products/packing.h"

namespace mobilith {

namespace {

StemShape stem_shape(const Block& block) {
  const Layer& layer = block.layers[0];
  return {window_of(layer), layer.in.channels, layer.out.channels, layer.activation, layer.outside};
}

// (kh, kw, in, out), each row of the window filled up to `filled` products by zeros, which come before its
// last product (algorithms/stem.cpp).
std::vector<float> filled_rows(const std::vector<float>& kernel, int rows, int filled, int outputs) {
  const size_t row = kernel.size() / static_cast<size_t>(rows), out = static_cast<size_t>(outputs);
  const size_t filled_row = filled * out;
  std::vector<float> result(rows * filled_row, 0.0f);
  for (size_t i = 0; i < kernel.size(); i++) {
    const bool last = i % row >= row - out;
    result[i / row * filled_row + (last ? filled_row - row : 0) + i % row] = kernel[i];
  }
  return result;
}

void pack_stem(Packer& packer, const Block& block, const Machine& machine, InputSizes) {
  const Layer& layer = block.layers[0];
  const FoldedLayer folded = packer.folded(layer);  // (kh, kw, in, out): already k-major
  const Matrix m = layout_of(stem_shape(block), machine).products;
  const int rows = layer.window.height;
  const std::vector<float> kernel = filled_rows(folded.kernel, rows, m.products() / rows, layer.out.channels);
  packer.add("weights", m.multiplication == Multiplication::dots
                            ? pack_pairs(kernel, folded.bias, m, {}).front()
                            : pack_matrix(kernel, m.products(), m.out));
  packer.add("bias", pack_channels(folded.bias, m.out));
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

BlockKernel stem_kernel(const Block& block) { return {"stem", stem_shape(block), pack_stem}; }

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
                       const Machine& machine, InputSizes inputs, Opinion opinion) {
  Packer packer(weights, machine, *inputs.front(), opinion);
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
      {BlockKind::convolution, convolution_kernel},
      {BlockKind::depthwise, depthwise_kernel},
      {BlockKind::gate, gate_kernel},
      {BlockKind::pool, pool_kernel},
      {BlockKind::dense, dense_kernel},
      {BlockKind::normalise, normalise_kernel},
      {BlockKind::window_pool, window_pool_kernel},
      {BlockKind::quantised, quantised_kernel},
  };
  for (const auto& [kind, bind] : table)
    if (kind == block.kind) return bind(block);
  throw std::logic_error("no kernel for this kind of block");
}

}  // namespace mobilith
