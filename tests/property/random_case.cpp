#include "property/random_case.h"

#include <cstdlib>
#include <sstream>

namespace mobilith::property {

namespace {

long variable(const char* name, long otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtol(text, nullptr, 10) : otherwise;
}

int between(std::mt19937_64& random, int least, int most) {
  return std::uniform_int_distribution<int>(least, most)(random);
}

// Half of the blocks stay as published.
void draw_activations(std::mt19937_64& random, Block& block) {
  if (between(random, 0, 1) == 0) return;
  for (Layer& layer : block.layers) {
    if (layer.kind == LayerKind::convolution || layer.kind == LayerKind::depthwise)
      layer.activation = ActivationFunction(between(random, 0, 2));
    if (layer.kind == LayerKind::softmax) layer.kind = LayerKind::sigmoid;
  }
}

}  // namespace

uint64_t seed() { return static_cast<uint64_t>(variable("MOBILITH_SEED", 20261124)); }
int cases(int otherwise) { return static_cast<int>(variable("MOBILITH_CASES", otherwise)); }

Configuration random_configuration(std::mt19937_64& random, int largest) {
  Configuration c;
  c.net = between(random, 0, 1) ? "mobilenet_v1" : "mobilenet_v2";
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
  const BlockKind kind = kinds[between(random, 0, 5)];
  for (;;) {
    const Network network = build_network(random_configuration(random, 160));
    const Block& block =
        network.blocks[static_cast<size_t>(between(random, 0, static_cast<int>(network.blocks.size()) - 1))];
    // The reference is plain loops: leave the largest to the golden tests.
    if (block.kind == kind && block.madds() < 60'000'000) {
      Network one{network.configuration, {block}};
      draw_activations(random, one.blocks[0]);
      return one;
    }
  }
}

std::string describe(const Network& network) {
  const Configuration& c = network.configuration;
  std::ostringstream text;
  text << c.net << " alpha " << c.alpha << " depth multiplier " << c.depth_multiplier << " " << c.height
       << "x" << c.width << " classes " << c.classes
       << (network.blocks.size() == 1 ? " " + network.blocks[0].name : "");
  if (network.blocks.size() == 1)
    for (const Layer& layer : network.blocks[0].layers)
      text << " " << to_string(layer.kind) << " " << to_string(layer.activation);
  return text.str();
}

}  // namespace mobilith::property
