#include "networks/network.h"

namespace mobilith {

const char* to_string(BlockKind kind) {
  constexpr const char* names[] = {
      "stem", "separable", "inverted_residual", "head",        "convolution", "depthwise", "gate",
      "pool", "dense",     "normalise",         "window_pool", "quantised"};
  return names[static_cast<size_t>(kind)];
}

namespace {

template <typename Items>
int64_t sum(const Items& items, int64_t (Items::value_type::*count)() const) {
  int64_t total = 0;
  for (const auto& item : items) total += (item.*count)();
  return total;
}

}  // namespace

const Layer* Block::find(LayerKind wanted) const {
  for (const Layer& layer : layers)
    if (layer.kind == wanted) return &layer;
  return nullptr;
}

int64_t Block::params() const { return sum(layers, &Layer::params); }
int64_t Block::params_deployed() const { return sum(layers, &Layer::params_deployed); }
int64_t Block::madds() const { return sum(layers, &Layer::madds); }
int64_t Network::params() const { return sum(blocks, &Block::params); }
int64_t Network::params_deployed() const { return sum(blocks, &Block::params_deployed); }
int64_t Network::madds() const { return sum(blocks, &Block::madds); }

std::vector<int> Network::inputs_of(size_t index) const {
  if (!blocks[index].inputs.empty()) return blocks[index].inputs;
  return {static_cast<int>(index) - 1};
}

}  // namespace mobilith
