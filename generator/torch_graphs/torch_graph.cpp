#include "torch_graphs/torch_graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "text/near_names.h"
#include "torch_graphs/build.h"
#include "torch_graphs/networks.h"
#include "torch_graphs/stages.h"
#include "torch_graphs/transformers_config.h"

namespace mobilith::file {

namespace {

using torch::Network;
using torch::Tensors;

std::vector<const Network*> all_networks() {
  std::vector<const Network*> all;
  for (const auto networks : {torch::timm_networks(), torch::other_networks()})
    for (const Network& network : networks) all.push_back(&network);
  return all;
}

Tensors by_name(const StateDict& dict) {
  Tensors tensors;
  for (const NamedTensor& tensor : dict.tensors) tensors[tensor.name] = tensor;
  return tensors;
}

struct Nearest {
  std::vector<const Network*> networks;  // equally near; empty: none is near
  std::string wrong;                     // with the names, of the first; empty: nothing
};

// The networks that have most of the names that they need, with the fewest names too many or too few.
Nearest nearest(const Tensors& tensors) {
  Nearest nearest;
  size_t least = 0;
  for (const Network* network : all_networks()) {
    if (network->named_alone) continue;
    const torch::Difference d = difference(network->recipe(*network), tensors);
    if (2 * d.missing > d.needed) continue;
    const size_t wrong = d.missing + d.left;
    if (!nearest.networks.empty() && wrong > least) continue;
    if (nearest.networks.empty() || wrong < least) nearest = {{}, d.first};
    least = wrong;
    nearest.networks.push_back(network);
  }
  return nearest;
}

std::vector<std::string> names_of(const std::vector<const Network*>& networks) {
  std::vector<std::string> names;
  for (const Network* network : networks) names.emplace_back(network->name);
  return names;
}

const Network& named(const std::string& name) {
  for (const Network* network : all_networks())
    if (name == network->name) return *network;
  throw Error(fmt::format("no network {} of PyTorch's libraries is known{}", quoted(name),
                          did_you_mean(name, torch_network_names())));
}

Nearest asked(const std::string& name, const Tensors& tensors) {
  const Network& network = named(name);
  return {{&network}, difference(network.recipe(network), tensors).first};
}

std::string words_for(torch::Function function) {
  switch (function) {
    case torch::Function::relu:
      return "ReLU";
    case torch::Function::relu6:
      return "ReLU6";
    case torch::Function::hard_swish:
      return "hard-swish";
    case torch::Function::hard_sigmoid:
      return "hard-sigmoid";
    case torch::Function::sigmoid:
      return "sigmoid";
    default:
      return "no activation";
  }
}

// The networks that have these tensors, too, and are only taken if they are named.
std::string alike(const Network& than, const Tensors& tensors) {
  std::string text;
  for (const Network* network : all_networks())
    if (network != &than && network->named_alone &&
        difference(network->recipe(*network), tensors).first.empty())
      text += fmt::format("{}{} ({})", text.empty() ? "; its tensors are also those of " : " and of ",
                          network->name, network->named_alone);
  return text.empty() ? "" : text + ", which must be named";
}

TorchAssumptions assumed_of(const Network& network, const Tensors& tensors) {
  const char* pads =
      network.pads == torch::Pads::both_sides ? "padding on all sides" : "padding as TensorFlow's";
  std::vector<std::string> functions = {words_for(network.function)};
  bool excites = false;
  for (const torch::Block& block : torch::blocks_of(network.blocks, network.function)) {
    if (std::ranges::find(functions, words_for(block.function)) == functions.end())
      functions.push_back(words_for(block.function));
    excites |= block.squeeze_excite;
  }
  if (excites) functions.push_back("squeeze-excite by " + words_for(network.gate));
  const std::string pools = network.strides == torch::Strides::average_pools ? " (of average pools)" : "";
  const char* end = has_classifier(network.recipe(network), tensors)
                        ? "logits at the end"
                        : "the average over all pixels at the end, as it has no classifier";
  return {fmt::format("strides{}, {}, {}, epsilon {}, {}", pools, pads, fmt::join(functions, " and "),
                      network.epsilon, end),
          alike(network, tensors)};
}

// The one that fits.
TorchGraph decide(const Nearest& nearest, const Tensors& tensors, const TorchRequest& request) {
  std::vector<const Network*> fitting;
  Graph graph;
  std::string wrong;
  const Network* nearly = nearest.networks.front();
  size_t most = 0;
  for (const Network* network : nearest.networks) {
    const torch::Recipe recipe = network->recipe(*network);
    try {
      Graph built = build(recipe, tensors, request.height.value_or(recipe.resolution),
                          request.width.value_or(recipe.resolution));
      if (fitting.empty()) graph = std::move(built);
      fitting.push_back(network);
    } catch (const torch::Misfit& misfit) {
      if (wrong.empty() || misfit.layers > most)
        wrong = misfit.what(), most = misfit.layers, nearly = network;
    }
  }
  if (fitting.empty()) throw Error(fmt::format("nearest to {}, but {}", nearly->name, wrong));
  if (fitting.size() > 1)
    throw Undecided(fmt::format("its tensors are those of {}, which compute different things",
                                fmt::join(names_of(fitting), " and of ")),
                    names_of(fitting));
  const Network& network = *fitting.front();
  if (network.strides == torch::Strides::blurs)
    throw Error(fmt::format("{} blurs where it strides, which is not computed here", network.name));
  return {std::move(graph), network.name, assumed_of(network, tensors)};
}

}  // namespace

namespace {

// What the config says, of the network that the tensors' names are nearest to.
TorchGraph by_config(const StateDict& dict, const Network& network, const TorchRequest& request,
                     const torch::TransformersConfig& config) {
  const auto side = [&](const std::optional<int>& asked) { return asked ? asked : config.image_size; };
  TorchGraph made = torch_graph(dict, {.height = side(request.height),
                                       .width = side(request.width),
                                       .net = config.tf_padding ? network.name : network.other_padding});
  made.assumed.settings += ", as config.json says";
  made.assumed.alike.clear();
  made.classes = config.classes;
  return made;
}

}  // namespace

TorchGraph torch_graph(const StateDict& dict, const TorchRequest& request) {
  const Tensors tensors = by_name(dict);
  const Nearest near = request.net ? asked(*request.net, tensors) : nearest(tensors);
  if (near.networks.empty())
    throw Error(fmt::format("its tensors ({}...) are those of none of: {}",
                            tensors.empty() ? "none" : quoted(tensors.begin()->first),
                            fmt::join(torch_network_names(), ", ")));
  if (!near.wrong.empty())
    throw Error(fmt::format("nearest to {}, but {}", near.networks.front()->name, near.wrong));
  const Network& nearest = *near.networks.front();
  if (nearest.config && !request.net)
    if (const auto config = torch::transformers_config(dict.config, nearest.config))
      return by_config(dict, nearest, request, *config);
  return decide(near, tensors, request);
}

bool wants_config(const StateDict& dict) {
  const std::string name = nearest_torch_network(dict);
  return !name.empty() && named(name).config;
}

TorchAssumptions torch_assumptions(const StateDict& dict, const std::string& network) {
  return assumed_of(named(network), by_name(dict));
}

std::string nearest_torch_network(const StateDict& dict) {
  const Nearest near = nearest(by_name(dict));
  return near.networks.empty() ? "" : near.networks.front()->name;
}

std::vector<std::string> torch_network_names() { return names_of(all_networks()); }

}  // namespace mobilith::file
