#include "property/random_case.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <tuple>

namespace mobilith::property {

namespace {

long variable(const char* name, long otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtol(text, nullptr, 10) : otherwise;
}

int between(std::mt19937_64& random, int least, int most) {
  return std::uniform_int_distribution<int>(least, most)(random);
}

ActivationFunction random_activation(std::mt19937_64& random) {
  const auto& rows = activation_rows();
  const ActivationKind kind =
      rows[static_cast<size_t>(between(random, 0, static_cast<int>(rows.size()) - 1))].kind;
  if (kind != ActivationKind::clamp) return {kind};
  const float low = static_cast<float>(between(random, -4, 2)) / 2;
  return ActivationFunction::clamp(low, low + static_cast<float>(between(random, 1, 9)) / 2);
}

// Half of the blocks stay as published.
void draw_activations(std::mt19937_64& random, Block& block) {
  if (between(random, 0, 1) == 0) return;
  for (Layer& layer : block.layers) {
    if (layer.kind == LayerKind::convolution || layer.kind == LayerKind::depthwise)
      layer.activation = random_activation(random);
    if (layer.kind == LayerKind::softmax) layer.kind = LayerKind::sigmoid;
  }
}

// 3x3 and 5x5 windows, and a few of any other size, with strides from 1 to 3, dilations where kernels take
// them, and any padding that leaves each window a pixel.
LayerWindow random_window(std::mt19937_64& random, const Layer& layer) {
  LayerWindow w;
  const int usual = between(random, 0, 2);
  w.height = usual < 2 ? 3 + 2 * usual : between(random, 1, 7);
  w.width = usual < 2 ? w.height : between(random, 1, 7);
  w.stride = between(random, 1, 3);
  if (layer.kind == LayerKind::depthwise && between(random, 0, 3) == 0) w.dilation = between(random, 2, 3);
  const auto pads = [&](int size, int extent) -> std::pair<int, int> {
    const int before = between(random, 0, extent - 1), after = between(random, 0, extent - 1);
    return {before, std::max(after, extent - before - size)};
  };
  // Of a copy of the engine, so that what is drawn later stays as it was.
  std::mt19937_64 other = random;
  if (between(other, 0, 3) == 0) w.other_stride_x = between(other, 1, 3);
  std::tie(w.pads.top, w.pads.bottom) = pads(layer.in.height, w.rows());
  std::tie(w.pads.left, w.pads.right) = pads(layer.in.width, w.columns());
  return w;
}

// Half of the blocks with another window, and what follows from it for the layers behind.
void draw_window(std::mt19937_64& random, Block& block) {
  if (block.kind == BlockKind::head || between(random, 0, 1) == 0) return;
  Shape shape = block.in();
  for (Layer& layer : block.layers) {
    layer.in = shape;
    if (layer.kind == LayerKind::depthwise || block.kind == BlockKind::stem) {
      const LayerWindow w = layer.window = random_window(random, layer);
      layer.out.height = (shape.height + w.pads.top + w.pads.bottom - w.rows()) / w.stride + 1;
      layer.out.width = (shape.width + w.pads.left + w.pads.right - w.columns()) / w.stride_x() + 1;
    } else {
      layer.out.height = shape.height, layer.out.width = shape.width;
    }
    shape = layer.out;
  }
  if (block.residual && shape != block.in()) block.residual = false, block.layers.pop_back();
}

// Of a copy of the engine, so that what is drawn later stays as it was.
void draw_outside(std::mt19937_64 random, Block& block) {
  if (block.kind != BlockKind::stem) return;
  Layer& layer = block.layers[0];
  switch (between(random, 0, 2)) {
    case 0:
      return;
    case 1:
      layer.outside.assign(size_t(layer.in.channels), 127.5f);
      return;
    default:
      for (int c = 0; c < layer.in.channels; c++)
        layer.outside.push_back(static_cast<float>(between(random, -400, 400)) / 100);
  }
}

}  // namespace

uint64_t seed() { return static_cast<uint64_t>(variable("MOBILITH_SEED", 20261124)); }
int cases(int otherwise) { return static_cast<int>(variable("MOBILITH_CASES", otherwise)); }

Configuration random_configuration(std::mt19937_64& random, int largest) {
  Configuration c;
  c.net = between(random, 0, 1) == 0 ? "mobilenet_v2" : "mobilenet_v1";
  c.alpha = between(random, 5, 150) / 100.0;
  c.depth_multiplier = c.net == "mobilenet_v1" ? between(random, 1, 3) : 1;
  c.height = between(random, 32, largest);
  c.width = between(random, 0, 2) == 0 ? c.height : between(random, 32, largest);
  c.classes = between(random, 0, 3) == 0 ? between(random, 1, 40) : between(random, 1, 2000);
  return c;
}

Network random_block(std::mt19937_64& random) {
  const BlockKind kinds[] = {BlockKind::stem,
                             BlockKind::separable,
                             BlockKind::separable,
                             BlockKind::inverted_residual,
                             BlockKind::inverted_residual,
                             BlockKind::head};
  const BlockKind kind = kinds[between(random, 0, static_cast<int>(std::size(kinds)) - 1)];
  for (;;) {
    const Network network = build_network(random_configuration(random, 160));
    const Block& block =
        network.blocks[static_cast<size_t>(between(random, 0, static_cast<int>(network.blocks.size()) - 1))];
    // The reference is plain loops: leave the largest to the golden tests.
    if (block.kind == kind && block.madds() < 60'000'000) {
      Network one{network.configuration, {block}};
      draw_activations(random, one.blocks[0]);
      draw_window(random, one.blocks[0]);
      draw_outside(random, one.blocks[0]);
      if (one.madds() < 60'000'000) return one;
    }
  }
}

namespace {

std::string window_text(const LayerWindow& w) {
  if (w.of_one_pixel()) return "";
  std::ostringstream text;
  text << w.height << "x" << w.width << " stride " << w.stride << "/" << w.stride_x() << " dilation "
       << w.dilation << " pads " << w.pads.top << " " << w.pads.bottom << " " << w.pads.left << " "
       << w.pads.right << " ";
  return text.str();
}

}  // namespace

std::string describe(const Network& network) {
  const Configuration& c = network.configuration;
  std::ostringstream text;
  text << c.net << " alpha " << c.alpha << " depth multiplier " << c.depth_multiplier << " " << c.height
       << "x" << c.width << " classes " << c.classes
       << (network.blocks.size() == 1 ? " " + network.blocks[0].name : "");
  if (network.blocks.size() == 1)
    for (const Layer& layer : network.blocks[0].layers)
      text << " " << to_string(layer.kind) << " " << window_text(layer.window) << to_string(layer.activation);
  return text.str();
}

}  // namespace mobilith::property
