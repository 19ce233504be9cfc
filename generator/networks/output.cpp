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
    default:
      return OutputFunction::linear;
  }
}

OutputFunction output_function(const Network& network) { return output_function(network.blocks.back()); }

Network with_output(Network network, Output wanted) {
  Block& last = network.blocks.back();
  if (last.kind != BlockKind::head || wanted == Output::model) return network;
  const OutputFunction own = output_function(last);
  if (wanted == Output::logits) {
    if (own != OutputFunction::linear) last.layers.pop_back();
    return network;
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
    last.layers.push_back(softmax);
  }
  return network;
}

}  // namespace mobilith
