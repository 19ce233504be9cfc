#include "networks/output.h"

#include <fmt/format.h>

namespace mobilith {

const char* to_string(OutputFunction function) {
  switch (function) {
    case OutputFunction::linear:
      return "linear";
    case OutputFunction::softmax:
      return "softmax";
    case OutputFunction::log_softmax:
      return "log_softmax";
    case OutputFunction::sigmoid:
      return "sigmoid";
  }
  return "unknown";
}

OutputFunction output_function(const Block& last) {
  switch (last.layers.back().kind) {
    case LayerKind::softmax:
      return OutputFunction::softmax;
    case LayerKind::log_softmax:
      return OutputFunction::log_softmax;
    case LayerKind::sigmoid:
      return OutputFunction::sigmoid;
    case LayerKind::dense:
      if (last.layers.back().activation == ActivationFunction::sigmoid) return OutputFunction::sigmoid;
      return OutputFunction::linear;
    default:
      return OutputFunction::linear;
  }
}

bool is_classifier(const Block& block) {
  return block.kind == BlockKind::head || block.kind == BlockKind::dense ||
         (block.kind == BlockKind::quantised &&
          (block.layers.back().kind == LayerKind::softmax || block.layers.back().kind == LayerKind::dense ||
           block.quantised->of_products)) ||
         (block.kind == BlockKind::normalise && block.layers.back().kind != LayerKind::l2_normalise);
}

namespace {

// The outputs are named where the last block is no head.
void name_output(Network& network) {
  network.outputs.clear();
  if (network.blocks.back().kind != BlockKind::head) network.outputs = {network.blocks.back().name};
}

Network without_function(Network network) {
  Block& last = network.blocks.back();
  if (last.kind == BlockKind::head) {
    last.layers.pop_back();
  } else if (last.kind == BlockKind::dense) {
    last.layers.back().activation = ActivationFunction::none;
  } else {
    network.blocks.pop_back();
    name_output(network);
  }
  return network;
}

}  // namespace

OutputFunction output_function(const Network& network) { return output_function(network.blocks.back()); }

Network with_output(Network network, Output wanted) {
  if (network.quantised() && wanted != Output::model)
    throw ConfigurationError("output", "a quantised file's library ends as the file does: expected model");
  if (wanted == Output::model) return network;
  if (network.outputs.size() > 1)
    throw ConfigurationError(
        "output", fmt::format("the model has {} outputs, which are given as they are: expected model",
                              network.outputs.size()));
  // A softmax of it would be the same as one of the logits, but for rounding.
  if (wanted == Output::probabilities && output_function(network) == OutputFunction::log_softmax)
    network = without_function(std::move(network));
  Block& last = network.blocks.back();
  const ActivationFunction activation = last.layers.back().activation;
  if (wanted == Output::logits) {
    if (is_classifier(last) && activation == ActivationFunction::hard_sigmoid)
      throw ConfigurationError("output",
                               "the model ends in hard sigmoids, which are no logits: expected model");
    while (is_classifier(network.blocks.back()) && output_function(network) != OutputFunction::linear)
      network = without_function(std::move(network));
    return network;
  }
  const OutputFunction own = output_function(last);
  if (!is_classifier(last) || (own == OutputFunction::linear && activation != ActivationFunction::none))
    throw ConfigurationError("output",
                             "the model ends in no logits, of which a softmax would make "
                             "probabilities: expected model");
  if (own == OutputFunction::sigmoid)
    throw ConfigurationError(
        "output", "the model ends in sigmoids, which are probabilities already: expected model or logits");
  if (last.out().channels == 1)
    throw ConfigurationError(
        "output", "the only class of one would always have the probability 1: expected model or logits");
  if (own == OutputFunction::linear) {
    Layer softmax{LayerKind::softmax, "probabilities", ""};
    softmax.in = softmax.out = last.out();
    if (last.kind == BlockKind::head) {
      last.layers.push_back(softmax);
    } else {
      network.blocks.push_back({BlockKind::normalise, "probabilities", softmax.name, {softmax}});
      name_output(network);
    }
  }
  return network;
}

}  // namespace mobilith
