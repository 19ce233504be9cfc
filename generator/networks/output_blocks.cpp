#include "networks/output_blocks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "networks/output.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

std::vector<std::string> block_names(const Network& network) {
  std::vector<std::string> names;
  for (const Block& block : network.blocks) names.push_back(block.name);
  return names;
}

}  // namespace

Network with_output_blocks(Network network, const std::vector<std::string>& names) {
  const std::vector<std::string> blocks = block_names(network);
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
