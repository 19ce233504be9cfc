// From a model file's graph to the blocks that there are kernels for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "models/recognised_part.h"
#include "models/weighted_layers.h"
#include "networks/network.h"

namespace mobilith {

struct RecognisedModel {
  Network network;
  std::map<std::string, LayerTensors> tensors;  // by Layer::name
  // Of each of the network's outputs: whether the file has its values in the order (c, y, x).
  std::vector<bool> output_channels_first;
  bool input_channels_first = false;
};

// The network that the graph computes, by its structure alone; layers keep the file's names. `from` is what
// file::normalise() returned. Every operation belongs to one block. Network::outputs are the file's, in its
// order. configuration.net is the table's where the structure is one of a table (with its alpha and depth
// multiplier), else custom_network, with alpha and depth multiplier 0. Throws WeightsError or file::Error,
// which names the first operation that no block has, and what was expected there.
// part: where given, receives what was recognised before that.
RecognisedModel recognise(const file::Graph& from, RecognisedPart* part = nullptr);

}  // namespace mobilith
