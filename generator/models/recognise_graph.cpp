#include "models/recognise_graph.h"

#include <stdexcept>
#include <vector>

#include "models/block_taker.h"
#include "models/known_networks.h"

namespace mobilith {

namespace {

void keep(const BlockTaker& taker, const NormalGraph& graph, const char* why, RecognisedPart* part) {
  if (!part) return;
  part->blocks = taker.blocks, part->why = why;
  part->tensors.clear();
  for (const int tensor : taker.tensors) part->tensors.push_back(graph.graph.tensors[size_t(tensor)].name);
}

}  // namespace

RecognisedModel recognise(const file::Graph& from, RecognisedPart* part) {
  const NormalGraph graph(from);
  BlockTaker taker(graph);
  try {
    taker.run();
  } catch (const std::runtime_error& error) {
    keep(taker, graph, error.what(), part);
    throw;
  }
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
