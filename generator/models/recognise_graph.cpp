#include "models/recognise_graph.h"

#include <algorithm>
#include <vector>

#include "models/block_taker.h"
#include "models/known_networks.h"

namespace mobilith {

RecognisedModel recognise(const file::Graph& from) {
  const NormalGraph graph(from);
  BlockTaker taker(graph);
  taker.run();
  RecognisedModel model;
  model.input_channels_first = taker.input_channels_first;
  model.network.blocks = std::move(taker.blocks);
  const std::vector<Block>& blocks = model.network.blocks;
  // A head at the end writes the classes as its caller wants them.
  const bool plain = taker.outputs == std::vector<int>{static_cast<int>(blocks.size()) - 1} &&
                     blocks.back().kind == BlockKind::head;
  if (!plain)
    for (const int output : taker.outputs) model.network.outputs.push_back(blocks[size_t(output)].name);
  model.tensors = taker.take_tensors();
  model.output_channels_first = std::move(taker.output_channels_first);
  const Shape image = blocks.front().in();
  model.network.configuration = configuration_of(model.network, image.height, image.width);
  return model;
}

}  // namespace mobilith
