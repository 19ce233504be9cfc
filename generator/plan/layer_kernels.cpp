#include "plan/layer_kernels.h"

#include <stdexcept>

#include "layout/layer_layouts.h"
#include "plan/packer.h"

namespace mobilith {

namespace {

ConvolutionShape convolution_shape(const Block& block) {
  const Layer& layer = *block.find(LayerKind::convolution);
  ConvolutionShape shape{window_of(layer), layer.in.channels, layer.out.channels, layer.activation};
  shape.gated = block.find(LayerKind::multiply) != nullptr;
  shape.residual = block.residual;
  return shape;
}

void pack_convolution(Packer& packer, const Block& block, const Machine& machine, InputSizes inputs) {
  const Layer& layer = *block.find(LayerKind::convolution);
  const ConvolutionShape shape = convolution_shape(block);
  if (shape.gated) packer.gated(*inputs[1]);
  if (shape.pointwise()) {
    packer.pointwise("", layer, "direct");
  } else {
    const FoldedLayer folded = packer.folded(layer);  // (kh, kw, in, out): already k-major
    const ConvolutionLayout layout = layout_of(shape, machine);
    packer.add("weights", pack_matrix(folded.kernel, layer.window.taps() * layer.in.channels, layout.out));
    packer.add("bias", pack_channels(folded.bias, layout.out));
    packer.pass(layer, folded);
  }
  if (shape.residual) packer.residual(*inputs.back());
}

void pack_depthwise_block(Packer& packer, const Block& block, const Machine&, InputSizes) {
  if (block.layers.size() > 1) packer.pointwise("expand_", block.layers[0], "direct_expansion");
  packer.depthwise(block.layers.back(), /*keras_order=*/true);
}

GateShape gate_shape(const Block& block) {
  const Layer &squeeze = block.layers[1], &excite = block.layers[2];
  return {block.in().height,    block.in().width,   block.in().channels,
          squeeze.out.channels, squeeze.activation, excite.activation};
}

void pack_gate(Packer& packer, const Block& block, const Machine& machine, InputSizes) {
  const GateLayout layout = layout_of(gate_shape(block), machine);
  const FoldedLayer squeeze = packer.folded(block.layers[1]), excite = packer.folded(block.layers[2]);
  packer.add("squeeze_weights", pack_matrix(squeeze.kernel, layout.squeeze.in.count, layout.squeeze.out));
  packer.add("squeeze_bias", pack_channels(squeeze.bias, layout.squeeze.out));
  packer.add("excite_weights", pack_matrix(excite.kernel, layout.excite.in.count, layout.excite.out));
  packer.add("excite_bias", pack_channels(excite.bias, layout.excite.out));
  packer.assume(block.out().channels, {0.5, 1.0 / 12});  // a factor from 0 to 1
}

PoolShape pool_shape(const Block& block) {
  const Layer* hidden = block.find(LayerKind::convolution);
  PoolShape shape{block.in().height, block.in().width, block.in().channels,
                  hidden ? hidden->out.channels : 0};
  if (hidden) shape.activation = hidden->activation;
  const LayerKind kind = block.layers.back().kind;
  shape.function = kind == LayerKind::pool       ? PoolFunction::mean
                   : kind == LayerKind::max_pool ? PoolFunction::maximum
                                                 : PoolFunction::mean_and_maximum;
  return shape;
}

void pack_pool(Packer& packer, const Block& block, const Machine&, InputSizes) {
  if (const Layer* hidden = block.find(LayerKind::convolution)) packer.pointwise("", *hidden, "direct");
}

DenseShape dense_shape(const Block& block) {
  const Layer& layer = block.layers[0];
  return {layer.in.channels, layer.in.height * layer.in.width, layer.out.channels, layer.activation};
}

void pack_dense_block(Packer& packer, const Block& block, const Machine& machine, InputSizes) {
  const FoldedLayer folded = packer.folded(block.layers[0]);
  const DenseLayout layout = layout_of(dense_shape(block), machine);
  packer.add("weights", pack_dense(folded.kernel, layout));
  packer.add("bias", pack_channels(folded.bias, layout.out));
  packer.assume(block.out().channels, {0, 1});
}

void pack_nothing(Packer&, const Block&, const Machine&, InputSizes) {}

NormaliseFunction function_of(LayerKind kind) {
  switch (kind) {
    case LayerKind::softmax:
      return NormaliseFunction::softmax;
    case LayerKind::log_softmax:
      return NormaliseFunction::log_softmax;
    case LayerKind::sigmoid:
      return NormaliseFunction::sigmoid;
    case LayerKind::l2_normalise:
      return NormaliseFunction::l2;
    default:
      throw std::logic_error("no function of a vector");
  }
}

}  // namespace

BlockKernel convolution_kernel(const Block& block) {
  return {"convolution", convolution_shape(block), pack_convolution};
}

BlockKernel depthwise_kernel(const Block& block) {
  const Layer& depthwise = block.layers.back();
  const bool expand = block.layers.size() > 1;
  DepthwiseShape shape{window_of(depthwise), block.in().channels, depthwise.out.channels, expand};
  if (expand) shape.expansion_activation = block.layers[0].activation;
  shape.depthwise_activation = depthwise.activation;
  shape.infinite_input = block.infinite_input && !expand && depthwise.activation == ActivationFunction::relu6;
  return {"depthwise", shape, pack_depthwise_block};
}

BlockKernel gate_kernel(const Block& block) { return {"gate", gate_shape(block), pack_gate}; }

BlockKernel pool_kernel(const Block& block) { return {"pool", pool_shape(block), pack_pool}; }

BlockKernel window_pool_kernel(const Block& block) {
  const Layer& layer = block.layers[0];
  const bool mean = layer.kind == LayerKind::window_mean_pool;
  return {
      "window_pool",
      WindowPoolShape{window_of(layer), layer.in.channels, mean ? PoolFunction::mean : PoolFunction::maximum},
      pack_nothing};
}

BlockKernel dense_kernel(const Block& block) { return {"dense", dense_shape(block), pack_dense_block}; }

BlockKernel normalise_kernel(const Block& block) {
  const Layer& layer = block.layers[0];
  return {"normalise",
          NormaliseShape{layer.out.channels, function_of(layer.kind), static_cast<float>(layer.least_norm)},
          pack_nothing};
}

}  // namespace mobilith
