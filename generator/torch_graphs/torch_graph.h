// Graphs of state dicts: names and shapes of tensors say which network of a table it is, the table says the
// rest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/file_error.h"
#include "graph/graph.h"
#include "state_dicts/state_dict.h"

namespace mobilith::file {

struct TorchRequest {
  std::optional<int> height{}, width{};  // of the image; nothing: 224, or what the network was made for
  std::optional<std::string> net{};      // of torch_network_names(); nothing: the one that fits
};

// What the table says of a network and the file does not, in words.
struct TorchAssumptions {
  std::string settings;  // "strides, ReLU6..., logits at the end"
  std::string
      alike;  // "; its tensors are also those of torchvision/... (ReLU)...": networks to name; empty: none
};

struct TorchGraph {
  Graph graph;          // has passed infer()
  std::string network;  // of torch_network_names()
  TorchAssumptions assumed;
  std::vector<std::string> classes{};  // their names; empty: none are known
};

// Several networks have these names and shapes and compute different things.
struct Undecided : Error {
  Undecided(const std::string& text, std::vector<std::string> fitting)
      : Error(text), networks(std::move(fitting)) {}
  std::vector<std::string> networks;
};

// config.json beside the file has a setting that is not computed. A request that names the network goes
// without it.
struct ConfigRefused : Error {
  using Error::Error;
};

// The graph as PyTorch computes it: one input "input" (1, channels, height, width), one output, which is the
// logits (1, classes), or the features (1, channels) behind the pool where the file has no classifier.
// Operations bear the names of the file's modules; the tensor that ends a block bears the block's.
//
// A config that is one of the network's says its padding, its image's size where nobody else does, and its
// classes, unless the network is named.
//
// Each tensor of the file is used once. Throws Error that names the first that no layer has, that is missing,
// or whose shape or type does not fit; Undecided; or, where the names are of no network, the known networks.
TorchGraph torch_graph(const StateDict&, const TorchRequest& = {});

// Of a network that the file fits. Throws Error for a name that is not among torch_network_names().
TorchAssumptions torch_assumptions(const StateDict&, const std::string& network);

// Whether a config.json may say more of these tensors.
bool wants_config(const StateDict&);

// The network whose tensors' names are nearest to the file's, by names alone; empty: none is near.
std::string nearest_torch_network(const StateDict&);

std::vector<std::string> torch_network_names();

}  // namespace mobilith::file
