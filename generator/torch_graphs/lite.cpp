// Names of EfficientNet-PyTorch and of the EfficientNet-Lite made from it: _blocks.N._depthwise_conv.
#include <fmt/format.h>

#include "torch_graphs/recipe_writer.h"

namespace mobilith::file::torch {

using enum LayerKind;

Recipe lite(const Network& network) {
  RecipeWriter to(network);
  to.unit(convolution, "_conv_stem", "_bn0", 3, 2, network.function);
  for (const Block& b : blocks_of(network.blocks, network.function)) {
    const std::string at = fmt::format("_blocks.{}", b.number);
    to.plain(remember, at);
    if (b.type == "ir") to.unit(convolution, at + "._expand_conv", at + "._bn0", 1, 1, b.function);
    to.unit(depthwise, at + "._depthwise_conv", at + "._bn1", b.kernel, b.stride, b.function);
    to.unit(convolution, at + "._project_conv", at + "._bn2", 1, 1, Function::none);
    to.end_block(b, at);
  }
  to.expect_features();
  to.unit(convolution, "_conv_head", "_bn1", 1, 1, network.function);
  to.pool("_avg_pooling");
  to.begin_classifier();
  to.linear("_fc");
  return to.take();
}

}  // namespace mobilith::file::torch
