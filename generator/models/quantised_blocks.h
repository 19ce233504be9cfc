// What the operations of a quantised graph are as blocks.
#pragma once

#include <optional>

#include "networks/network.h"
#include "quantised/step.h"

namespace mobilith {

// Zeros around an image, by an operation of their own, before it is read.
struct QuantisedImage {
  Shape shape;  // without them
  Pads pads{};
  bool flat = false;  // the operation reads it as one vector, (y, x, c)
};

// What is added to a tensor's bytes to make the library's: signed_offset of i8, else 0.
int offset_of(const file::Tensor&);

// A graph's tensor as an image, (1, y, x, c) or (1, c). Throws file::Error for others.
Shape image_shape(const file::Operation&, const file::Tensor&);

// The block's layer and what it computes; name, output and inputs are left to the caller. Each throws
// file::Error for what no kernel computes.
Block quantised_products_block(const quantised::Step&, const QuantisedImage&);
// A sum, a difference or a product, and which of the operation's inputs the block reads, in its order.
struct TwoOperands {
  Block block;
  std::vector<size_t> inputs;
};
TwoOperands quantised_elementwise_block(const quantised::Step&);
// Along the channels; a layer for each input.
Block concatenation_block(const quantised::Step&);
Block quantised_pool_block(const quantised::Step&, const QuantisedImage&);
Block quantised_mean_block(const quantised::Step&);
Block quantised_softmax_block(const quantised::Step&);
// Any function of one byte, also a sum or a product with one number of the file; quantise and dequantise.
// input: the operation's that is no constant.
Block function_block(const quantised::Step&, size_t input = 0);
// The library's bytes and order from the caller's.
Block input_block(const Shape&, bool is_signed);
// The caller's from the library's: the file's i8, and an image's pixels one after the other.
Block output_block(const Shape&, bool is_signed);

// One lookup for two, where the second block reads what the first gives: the second's, with the first's
// input. Nothing: they are no lookups.
std::optional<Block> composed(const Block& first, const Block& second);

// Whether the block gives each byte as it is.
bool is_identity(const Block&);

}  // namespace mobilith
