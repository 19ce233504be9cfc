// Blocks of every kind, and inputs with one value that is no ordinary number.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "networks/network.h"
#include "networks/output.h"
#include "reference/reference.h"

namespace mobilith::targets {

struct SpecialBlock {
  std::string name;  // a C identifier
  Network network;   // of one block
  bool after_relu6;  // its input is never infinite
  bool odd = false;  // of odd_blocks()
};

// Odd sides, so that windows of stride 2 hang over both edges, or over none; channels that fill no vector.
inline std::vector<SpecialBlock> special_blocks() {
  const Network v1 = build_network({"mobilenet_v1", 0.75, 1, 33, 33, 21}),
                v2 = build_network({"mobilenet_v2", 0.35, 1, 35, 33, 21});
  std::vector<SpecialBlock> blocks;
  const auto add = [&](const std::string& name, const Network& from, const std::string& block,
                       bool after_relu6 = false) -> Block& {
    for (const Block& candidate : from.blocks)
      if (candidate.name == block) blocks.push_back({name, {from.configuration, {candidate}}, after_relu6});
    return blocks.back().network.blocks[0];
  };
  const auto activate = [](Block& block, ActivationFunction function) {
    for (Layer& layer : block.layers)
      if (layer.kind == LayerKind::convolution || layer.kind == LayerKind::depthwise)
        layer.activation = function;
  };
  add("stem", v1, "stem");
  activate(add("stem_relu", v2, "stem"), ActivationFunction::relu);
  add("separable", v1, "separable_3", true);
  add("separable_stride_2", v1, "separable_4", true);
  activate(add("separable_relu", v1, "separable_3"), ActivationFunction::relu);
  activate(add("separable_linear", v1, "separable_2"), ActivationFunction::none);
  add("no_expansion", v2, "inverted_residual_0", true);
  activate(add("no_expansion_relu", v2, "inverted_residual_0"), ActivationFunction::relu);
  add("expansion_stride_2", v2, "inverted_residual_3");
  add("residual", v2, "inverted_residual_2");
  activate(add("residual_relu", v2, "inverted_residual_2"), ActivationFunction::relu);
  activate(add("stem_hard_swish", v2, "stem"), ActivationFunction::hard_swish);
  activate(add("separable_hard_swish", v1, "separable_3"), ActivationFunction::hard_swish);
  activate(add("no_expansion_clamp", v2, "inverted_residual_0"), ActivationFunction::clamp(-1, 4.5f));
  // 5x5 windows that hang over each edge by as much as "same" padding makes them.
  const auto widen = [](Block& block) {
    for (Layer& layer : block.layers)
      if (layer.kind == LayerKind::depthwise) {
        layer.window.height = layer.window.width = 5;
        layer.window.pads.top++, layer.window.pads.bottom++, layer.window.pads.left++,
            layer.window.pads.right++;
      }
  };
  Block& sigmoids = add("residual_5x5_sigmoid", v2, "inverted_residual_2");
  widen(sigmoids), activate(sigmoids, ActivationFunction::sigmoid);
  Block& wide = add("expansion_5x5_stride_2_hard_sigmoid", v2, "inverted_residual_3");
  widen(wide), activate(wide, ActivationFunction::hard_sigmoid);
  add("head_softmax", v1, "head");
  add("head_convolves", v2, "head");
  add("head_sigmoid", v1, "head").layers.back().kind = LayerKind::sigmoid;
  add("head_linear", v2, "head").layers.pop_back();
  return blocks;
}

// Numbers of inputs that are no multiple of four, or odd, and a depth multiplier: elements of registers, and
// pairs of them, do not come out even.
inline std::vector<SpecialBlock> odd_blocks() {
  std::vector<SpecialBlock> blocks;
  for (const int multiplier : {1, 2}) {
    const Network v1 = build_network({"mobilenet_v1", 0.22, multiplier, 33, 33, 21});
    for (const Block& block : v1.blocks)
      if (block.name == "separable_1" || block.name == "separable_2")
        blocks.push_back(
            {block.name + "_times_" + std::to_string(multiplier), {v1.configuration, {block}}, true, true});
  }
  return blocks;
}

struct SpecialInput {
  long element = -1;  // of the dense input; -1: none
  float value = 0;
};

// In corners, where borders are near, and in the middle.
inline std::vector<SpecialInput> special_inputs(const Shape& in, const std::vector<float>& values) {
  const int pixels = in.height * in.width, middle = in.height / 2 * in.width + in.width / 2;
  std::vector<SpecialInput> inputs{{}};
  for (int pixel : {0, middle, pixels - 1})
    for (float value : values) inputs.push_back({long(pixel) * in.channels + pixel % in.channels, value});
  return inputs;
}

// Exact in binary, from -3 to 5; special_runner.c has the same.
inline reference::Activation special_activation(const Shape& shape, const SpecialInput& special) {
  reference::Activation input{shape,
                              std::vector<double>(size_t(shape.height) * shape.width * shape.channels)};
  for (size_t i = 0; i < input.values.size(); i++)
    input.values[i] = double((uint32_t(i) * 2654435761u >> 8) & 0xffff) / 8192 - 3;
  if (special.element >= 0) input.values[size_t(special.element)] = special.value;
  return input;
}

// Values that are not what the reference says: NaN and infinities exactly, others within `share` of the
// largest.
inline size_t count_wrong(const std::vector<float>& found, const std::vector<double>& expected,
                          double share = 1e-4) {
  double largest = 1e-3;
  for (double value : expected)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  size_t wrong = found.size() != expected.size();
  for (size_t i = 0; i < std::min(found.size(), expected.size()); i++) {
    const double f = found[i], e = expected[i];
    if (std::isnan(e))
      wrong += !std::isnan(f);
    else
      wrong += !(f == e || std::abs(f - e) <= share * largest);
  }
  return wrong;
}

}  // namespace mobilith::targets
