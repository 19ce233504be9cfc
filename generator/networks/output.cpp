#include "networks/output.h"

namespace mobilith {

const char* to_string(OutputFunction function) {
  switch (function) {
    case OutputFunction::linear:
      return "linear";
    case OutputFunction::softmax:
      return "softmax";
    case OutputFunction::sigmoid:
      return "sigmoid";
  }
  return "unknown";
}

OutputFunction output_function(const Block& last) {
  switch (last.layers.back().kind) {
    case LayerKind::softmax:
      return OutputFunction::softmax;
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
  Block& last = network.blocks.back();
  if (!is_classifier(last) || wanted == Output::model || network.outputs.size() > 1) return network;
  const OutputFunction own = output_function(last);
  if (wanted == Output::logits) {
    return own == OutputFunction::linear ? network : without_function(std::move(network));
  }
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
