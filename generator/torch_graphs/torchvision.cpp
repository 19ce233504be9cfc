// Names of torchvision's models, which count layers: features.N, layers.N.
#include <fmt/format.h>

#include "torch_graphs/recipe_writer.h"

namespace mobilith::file::torch {

namespace {

using enum LayerKind;

// A convolution X.0 and its batch norm X.1.
void pair(RecipeWriter& to, LayerKind kind, const std::string& at, int kernel, int stride,
          Function function) {
  to.unit(kind, at + ".0", at + ".1", kernel, stride, function);
}

// The last convolution, at `at`, the pool, and a classifier of one layer.
void simple_head(RecipeWriter& to, const std::string& at, const std::string& classifier, Function function) {
  pair(to, convolution, at, 1, 1, function);
  to.pool("avgpool");
  to.begin_classifier();
  to.linear(classifier);
}

// Convolution, batch norm and activation side by side at `at`: N, N + 1, N + 2...
void side_by_side(RecipeWriter& to, const Block& b, const std::string& at) {
  int place = 0;
  const auto unit = [&](LayerKind kind, int kernel, int stride, Function function) {
    to.unit(kind, at + std::to_string(place), at + std::to_string(place + 1), kernel, stride, function);
    place += 3;
  };
  if (b.type == "ir") unit(convolution, 1, 1, b.function);
  unit(depthwise, b.kernel, b.stride, b.function);
  unit(convolution, 1, 1, Function::none);
}

Recipe older(const Network& network, const std::string& last, const std::string& classifier) {
  RecipeWriter to(network);
  pair(to, convolution, "features.0", 3, 2, network.function);
  for (const Block& b : blocks_of(network.blocks, network.function)) {
    const std::string at = fmt::format("features.{}", b.number + 1);
    to.plain(remember, at);
    side_by_side(to, b, at + ".conv.");
    to.end_block(b, at);
  }
  simple_head(to, last, classifier, network.function);
  return to.take();
}

}  // namespace

// conv.0.0 with conv.0.1, ..., then conv.N with conv.N+1: only the last has no activation of its own.
Recipe torchvision_v2(const Network& network) {
  RecipeWriter to(network);
  pair(to, convolution, "features.0", 3, network.stem_stride, network.function);
  const std::vector<Block> blocks = blocks_of(network.blocks, network.function);
  for (const Block& b : blocks) {
    const std::string at = fmt::format("features.{}", b.number + 1);
    to.plain(remember, at);
    int place = 0;
    if (b.type == "ir") pair(to, convolution, fmt::format("{}.conv.{}", at, place++), 1, 1, b.function);
    pair(to, depthwise, fmt::format("{}.conv.{}", at, place++), b.kernel, b.stride, b.function);
    to.unit(convolution, fmt::format("{}.conv.{}", at, place), fmt::format("{}.conv.{}", at, place + 1), 1, 1,
            Function::none);
    to.end_block(b, at);
  }
  simple_head(to, fmt::format("features.{}", blocks.size() + 1), "classifier.1", network.function);
  return to.take();
}

Recipe torchvision_v3(const Network& network) {
  RecipeWriter to(network);
  pair(to, convolution, "features.0", 3, 2, network.function);
  const std::vector<Block> blocks = blocks_of(network.blocks, network.function);
  for (const Block& b : blocks) {
    const std::string at = fmt::format("features.{}", b.number + 1);
    to.plain(remember, at);
    int place = 0;
    const auto next = [&] { return fmt::format("{}.block.{}", at, place++); };
    if (b.type == "ir") pair(to, convolution, next(), 1, 1, b.function);
    pair(to, depthwise, next(), b.kernel, b.stride, b.function);
    if (b.squeeze_excite) to.squeeze_excite(b, next(), "fc1", "fc2");
    pair(to, convolution, next(), 1, 1, Function::none);
    to.end_block(b, at);
  }
  pair(to, convolution, fmt::format("features.{}", blocks.size() + 1), 1, 1, network.function);
  to.pool("avgpool");
  to.begin_classifier();
  to.linear("classifier.0");
  to.function("classifier.1", network.function);
  to.linear("classifier.3");
  return to.take();
}

Recipe torchvision_mnasnet(const Network& network) {
  RecipeWriter to(network);
  to.unit(convolution, "layers.0", "layers.1", 3, 2, network.function);
  const std::vector<Block> blocks = blocks_of(network.blocks, network.function);
  int last = 0;
  for (const Block& b : blocks) {
    // The first block lies open: layers.3 to layers.7. Stages follow from layers.8 on.
    const bool open = b.stage == 0;
    last = 7 + b.stage;
    const std::string at = open ? "layers.7" : fmt::format("layers.{}.{}", last, b.index);
    to.plain(remember, at);
    if (open) {
      to.unit(depthwise, "layers.3", "layers.4", b.kernel, b.stride, b.function);
      to.unit(convolution, "layers.6", "layers.7", 1, 1, Function::none);
    } else {
      side_by_side(to, b, at + ".layers.");
    }
    to.end_block(b, at);
  }
  to.unit(convolution, fmt::format("layers.{}", last + 1), fmt::format("layers.{}", last + 2), 1, 1,
          network.function);
  to.pool("mean");
  to.begin_classifier();
  to.linear("classifier.1");
  return to.take();
}

Recipe older_v2(const Network& network) { return older(network, "features.18", "classifier.1"); }
Recipe older_v2_apart(const Network& network) { return older(network, "conv", "classifier"); }

}  // namespace mobilith::file::torch
