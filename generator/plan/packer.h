// Packs a block's layers, for the rows of block_kernel.cpp.
#pragma once

#include <map>
#include <string>

#include "layout/shapes.h"
#include "plan/block_kernel.h"

namespace mobilith {

Window window_of(const Layer&);

// Packs a block's convolutions one after the other, in order of computation; constants are named as operands.
class Packer {
 public:
  // input: the sizes of what the block's first layer reads.
  Packer(const Weights&, const Machine&, const ChannelSizes& input, Opinion);

  FoldedLayer folded(const Layer& layer) const { return fold(layer, weights_); }
  // Floats: stored in the operand's type, which holds them exactly.
  void add(const std::string& operand, Packed floats) { floats_[operand] = std::move(floats); }
  void add_bytes(const std::string& operand, std::string bytes) { constants_[operand] = std::move(bytes); }
  // A field of the kernel's shape that is true.
  void set(const char* field) { fields_.push_back(field); }

  // A layer whose constants are there: on to its output.
  void pass(const Layer&, const FoldedLayer&, bool stem = false);
  // Its outputs in the kernel's order (j * in + c), or in Keras's.
  void depthwise(const Layer&, bool keras_order = false);
  // prefix: of its operands' names. multiplier: of the depthwise layer before, whose outputs come in another
  // order than Keras's.
  void pointwise(const std::string& prefix, const Layer&, const char* direct_field, int multiplier = 1);
  void residual(const ChannelSizes& addend);
  void gated(const ChannelSizes& factors);
  // Of outputs that no products are paired for: about these sizes, whatever the weights.
  void assume(int channels, Spread);

  // In the order of the kernel's operands, whose sizes they must have.
  PackedBlock done(BlockKernel&);

 private:
  const Weights& weights_;
  const Machine& machine_;
  Opinion opinion_;
  PackedBlock packed_;
  std::vector<const char*> fields_;
  std::map<std::string, Packed> floats_;
  std::map<std::string, std::string> constants_;  // their bytes
};

}  // namespace mobilith
