// What the operations of a quantised graph are as blocks.
#pragma once

#include "networks/network.h"
#include "quantised/step.h"

namespace mobilith {

// Zeros around an image, by an operation of their own, before it is read.
struct QuantisedImage {
  Shape shape;  // without them
  Pads pads{};
};

// What is added to a tensor's bytes to make the library's: signed_offset of i8, else 0.
int offset_of(const file::Tensor&);

// A graph's tensor as an image, (1, y, x, c) or (1, c). Throws file::Error for others.
Shape image_shape(const file::Operation&, const file::Tensor&);

// The block's layer and what it computes; name, output and inputs are left to the caller. Each throws
// file::Error for what no kernel computes.
Block quantised_products_block(const quantised::Step&, const QuantisedImage&);
Block quantised_sum_block(const quantised::Step&);
Block quantised_pool_block(const quantised::Step&, const QuantisedImage&);
Block quantised_mean_block(const quantised::Step&);
Block quantised_softmax_block(const quantised::Step&);
// Any function of one byte; quantise and dequantise.
Block function_block(const quantised::Step&);
// The library's bytes and order from the caller's, and the file's i8 from the library's bytes.
Block input_block(const Shape&, bool is_signed);
Block output_block(const Shape&);

// Whether the block gives each byte as it is.
bool is_identity(const Block&);

}  // namespace mobilith
