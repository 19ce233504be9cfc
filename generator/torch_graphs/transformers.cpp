// Names of transformers' models: mobilenet_v2.layer.N.conv_3x3.convolution, .normalization.
#include <fmt/format.h>

#include "torch_graphs/recipe_writer.h"

namespace mobilith::file::torch {

namespace {

using enum LayerKind;

void unit(RecipeWriter& to, LayerKind kind, const std::string& at, int kernel, int stride,
          Function function) {
  to.unit(kind, at + ".convolution", at + ".normalization", kernel, stride, function);
}

void end(RecipeWriter& to) {
  to.pool("pooler");
  to.begin_classifier();
  to.linear("classifier");
}

}  // namespace

// A block is two of its layers.
Recipe transformers_v1(const Network& network) {
  RecipeWriter to(network);
  unit(to, convolution, "mobilenet_v1.conv_stem", 3, 2, network.function);
  for (const Block& b : blocks_of(network.blocks, network.function)) {
    const auto layer = [&](int half) { return fmt::format("mobilenet_v1.layer.{}", 2 * b.number + half); };
    unit(to, depthwise, layer(0), b.kernel, b.stride, b.function);
    unit(to, convolution, layer(1), 1, 1, b.function);
  }
  end(to);
  return to.take();
}

// The stem holds the first block.
Recipe transformers_v2(const Network& network) {
  RecipeWriter to(network);
  unit(to, convolution, "mobilenet_v2.conv_stem.first_conv", 3, 2, network.function);
  for (const Block& b : blocks_of(network.blocks, network.function)) {
    const std::string at = b.type == "ds" ? std::string("mobilenet_v2.conv_stem")
                                          : fmt::format("mobilenet_v2.layer.{}", b.number - 1);
    to.plain(remember, at);
    if (b.type == "ir") unit(to, convolution, at + ".expand_1x1", 1, 1, b.function);
    unit(to, depthwise, at + ".conv_3x3", b.kernel, b.stride, b.function);
    unit(to, convolution, at + ".reduce_1x1", 1, 1, Function::none);
    to.end_block(b, at);
  }
  unit(to, convolution, "mobilenet_v2.conv_1x1", 1, 1, network.function);
  end(to);
  return to.take();
}

}  // namespace mobilith::file::torch
