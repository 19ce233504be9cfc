#include "networks/network.h"

namespace mobilith {

const char* to_string(BlockKind kind) {
  switch (kind) {
    case BlockKind::stem:
      return "stem";
    case BlockKind::separable:
      return "separable";
    case BlockKind::inverted_residual:
      return "inverted_residual";
    case BlockKind::head:
      return "head";
  }
  return "unknown";
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

}  // namespace mobilith
