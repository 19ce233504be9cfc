#include "networks/output_blocks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "networks/output.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

std::vector<std::string> block_names(const Network& network) {
  std::vector<std::string> names;
  for (const Block& block : network.blocks) names.push_back(block.name);
  return names;
}

// Of a layer's name that of its block, where one block alone has it.
std::string block_of(const Network& network, const std::string& name) {
  std::string found;
  for (const Block& block : network.blocks) {
    if (block.name == name) return name;
    if (!name.empty() && block.output == name) found = found.empty() ? block.name : name;
  }
  return found.empty() ? name : found;
}

// Of each block's output, in rows of the image; 0: it is no image, or half of a block.
std::vector<int> strides_of(const Network& network) {
  std::vector<int> strides;
  for (size_t i = 0; i < network.blocks.size(); i++) {
    const int from = network.inputs_of(i).front();
    int stride = from < 0 ? 1 : std::abs(strides[size_t(from)]);
    for (const Layer& layer : network.blocks[i].layers) stride *= layer.window.stride;
    const BlockKind kind = network.blocks[i].kind;
    const bool part = kind == BlockKind::depthwise;  // negative: what reads it has the stride
    const bool image = kind == BlockKind::stem || kind == BlockKind::separable ||
                       kind == BlockKind::inverted_residual || kind == BlockKind::convolution ||
                       kind == BlockKind::window_pool;
    strides.push_back(image ? stride : part ? -stride : 0);
  }
  return strides;
}

}  // namespace

std::vector<std::string> feature_blocks(const Network& network, const std::vector<int>& strides) {
  const std::vector<int> have = strides_of(network);
  std::vector<std::string> names;
  for (const int stride : strides) {
    const auto last = std::find(have.rbegin(), have.rend(), stride);
    if (stride < 1 || last == have.rend()) {
      std::vector<int> known;
      for (const int one : have)
        if (one > 0 && std::find(known.begin(), known.end(), one) == known.end()) known.push_back(one);
      throw ConfigurationError("features", fmt::format("no image has the stride {}; expected some of {}",
                                                       stride, fmt::join(known, ", ")));
    }
    names.push_back(network.blocks[size_t(have.rend() - last) - 1].name);
  }
  return names;
}

Network with_output_blocks(Network network, const std::vector<std::string>& given) {
  // Inside, bytes have another zero point and images another order than a caller may expect.
  if (network.quantised() && given != network.outputs)
    throw ConfigurationError(
        "outputs", fmt::format("a quantised file's library gives the file's own outputs: expected {}",
                               fmt::join(network.outputs, ", ")));
  const std::vector<std::string> blocks = block_names(network);
  std::vector<std::string> names;
  for (const std::string& name : given) names.push_back(block_of(network, name));
  size_t needed = 0;
  for (size_t i = 0; i < names.size(); i++) {
    const auto found = std::find(blocks.begin(), blocks.end(), names[i]);
    if (found == blocks.end())
      throw ConfigurationError("outputs",
                               fmt::format("there is no block '{}'{}; expected one of {}", names[i],
                                           did_you_mean(names[i], blocks), fmt::join(blocks, ", ")));
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i))
      throw ConfigurationError("outputs", fmt::format("'{}' is there twice", names[i]));
    needed = std::max(needed, static_cast<size_t>(found - blocks.begin()) + 1);
  }
  network.blocks.erase(network.blocks.begin() + static_cast<std::ptrdiff_t>(needed), network.blocks.end());
  network.outputs = names;
  return network;
}

std::vector<const Block*> output_blocks(const Network& network) {
  if (network.outputs.empty()) return {&network.blocks.back()};
  std::vector<const Block*> found;
  for (const std::string& name : network.outputs)
    for (const Block& block : network.blocks)
      if (block.name == name) found.push_back(&block);
  return found;
}

const Block* output_head(const Network& network) {
  for (const Block* block : output_blocks(network))
    if (is_classifier(*block)) return block;
  return nullptr;
}

}  // namespace mobilith
