// What is asked of blocks that are taken.
#include "models/block_taker.h"

namespace mobilith {

file::Extents extents_of(const Place& place) {
  const Shape& s = place.shape;
  if (place.channels_first) return {1, s.channels, s.height, s.width};
  return {1, s.height, s.width, s.channels};
}

bool BlockTaker::is_vector(const Place& place) const {
  if (place.block < 0 || place.gate) return false;
  const BlockKind kind = blocks[size_t(place.block)].kind;
  return kind == BlockKind::gate || kind == BlockKind::pool || kind == BlockKind::dense ||
         kind == BlockKind::normalise || kind == BlockKind::head;
}

int BlockTaker::addend_of(int convolution) const {
  const int made = graph_.output_of(convolution), sum = graph_.sole_reader(made);
  if (sum < 0 || graph_.kind(sum) != Kind::add || graph_.operation(sum).inputs.size() != 2) return -1;
  const std::vector<int>& inputs = graph_.operation(sum).inputs;
  const int other = inputs[inputs[0] == made ? 1 : 0];
  return other == made || graph_.is_constant(other) ? -1 : other;
}

bool BlockTaker::waits(int operation) const {
  if (graph_.kind(operation) != Kind::convolution || layers_.is_depthwise(operation)) return false;
  const int addend = addend_of(operation);
  return addend >= 0 && !knows(addend);
}

bool BlockTaker::keeps(const file::Clamp& bounds, int index) const {
  const Block& block = blocks[size_t(index)];
  const Layer& last = block.layers.back();
  const bool pools = block.kind == BlockKind::pool || block.kind == BlockKind::window_pool;
  if (pools && block.layers.size() == 1)
    return keeps(bounds, block.inputs.empty() ? index - 1 : block.inputs.front());
  double least = 0, most = 1;  // of softmax and sigmoids
  if (last.kind != LayerKind::softmax && last.kind != LayerKind::sigmoid) {
    const ActivationFunction& function = pools ? block.layers.front().activation : last.activation;
    if (last.kind == LayerKind::add || !row_of(function).bounded) return false;
    if (function == ActivationFunction::relu6) most = 6;
    if (function.kind == ActivationKind::clamp) least = function.low, most = function.high;
  }
  // As files have them, in f32.
  return float(bounds.low) <= float(least) && float(bounds.high) >= float(most);
}

bool BlockTaker::ends_bounded(int block) const {
  const Layer& last = blocks[size_t(block)].layers.back();
  return last.kind != LayerKind::add && row_of(last.activation).bounded;
}

}  // namespace mobilith
