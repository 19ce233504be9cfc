#include "models/known_networks.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "networks/table.h"

namespace mobilith {

namespace {

int depth_multiplier(const std::vector<Block>& blocks) {
  for (const Block& block : blocks)
    if (const Layer* depthwise = block.find(LayerKind::depthwise)) return depthwise->depth_multiplier;
  return 1;
}

// Kinds of blocks are the same at every alpha: few networks are worth trying all of them.
bool same_kinds(const Network& network, const Configuration& c) {
  try {
    return std::ranges::equal(network.blocks, build_network(c).blocks, {}, &Block::kind, &Block::kind);
  } catch (const ConfigurationError&) {
    return false;  // e.g. too small for the stem, or a depth multiplier that the network does not have
  }
}

// The output channels of all layers that have weights.
int64_t channels_of(const Network& network) {
  int64_t channels = 0;
  for (const Block& block : network.blocks)
    for (const Layer& layer : block.layers)
      if (!layer.kernel_shape().empty()) channels += layer.out.channels;
  return channels;
}

// The thousandths whose networks have so many channels: first <= alpha * 1000 < end. No layer loses channels
// as alpha grows (test_networks), so that few of ten thousand networks are built to find them.
struct Thousandths {
  int first, end;
};
Thousandths alphas_with(int64_t channels, Configuration c) {
  const auto of_alpha = [&](int thousandths) {
    c.alpha = thousandths / 1000.0;
    try {
      return channels_of(build_network(c));
    } catch (const ConfigurationError&) {
      return int64_t{0};  // too narrow for the stem
    }
  };
  const auto all = std::views::iota(1, 10001);
  return {*std::ranges::lower_bound(all, channels, {}, of_alpha),
          *std::ranges::upper_bound(all, channels, {}, of_alpha)};
}

}  // namespace

std::vector<double> candidate_alphas() {
  std::vector<double> alphas{1.0, 0.75, 0.5, 0.25, 0.35, 1.3, 1.4};
  for (int i = 1; i <= 1000; i++) alphas.push_back(i / 100.0);
  for (int i = 1; i <= 10000; i++) alphas.push_back(i / 1000.0);
  return alphas;
}

bool same_structure(const Network& a, const Network& b) {
  if (a.blocks.size() != b.blocks.size()) return false;
  const auto weighted = [](const Block& block) {
    std::vector<Layer> layers;
    for (const Layer& layer : block.layers)
      if (!layer.kernel_shape().empty()) layers.push_back(layer);
    return layers;
  };
  for (size_t i = 0; i < a.blocks.size(); i++) {
    const Block &x = a.blocks[i], &y = b.blocks[i];
    const std::vector<Layer> p = weighted(x), q = weighted(y);
    if (x.kind != y.kind || x.residual != y.residual || p.size() != q.size()) return false;
    for (size_t k = 0; k < p.size(); k++)
      if (p[k].kind != q[k].kind || p[k].in != q[k].in || p[k].out != q[k].out ||
          p[k].window.height != q[k].window.height || p[k].window.width != q[k].window.width ||
          p[k].window.stride != q[k].window.stride || p[k].window.stride_x() != q[k].window.stride_x() ||
          p[k].window.dilation != q[k].window.dilation || p[k].depth_multiplier != q[k].depth_multiplier)
        return false;
  }
  return true;
}

Configuration configuration_of(const Network& network, int height, int width) {
  Configuration c{"",     1.0,   depth_multiplier(network.blocks),
                  height, width, network.blocks.back().out().channels};
  for (const std::string& net : network_names()) {
    c.net = net, c.alpha = 1;
    if (!same_kinds(network, c)) continue;
    const Thousandths wide = alphas_with(channels_of(network), c);
    for (const double alpha : candidate_alphas()) {
      const long thousandths = std::lround(alpha * 1000);
      if (thousandths < wide.first || thousandths >= wide.end) continue;
      c.alpha = alpha;
      if (same_structure(network, build_network(c))) return c;
    }
  }
  c.net = custom_network, c.alpha = 0, c.depth_multiplier = 0;
  return c;
}

}  // namespace mobilith
