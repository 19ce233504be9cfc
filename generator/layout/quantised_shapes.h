// The shapes of kernels of whole numbers (networks/quantised.h), as layer_shapes.h, and how their tensors are
// stored.
//
// An image is (lane, pixel, vector) in memory: blocks of so many channels as 32-bit sums fit a vector, each
// with all pixels. Four neighbouring pixels of a block are one run of bytes, whose taps one shuffle brings
// together; products with a matrix broadcast four channels at a time and don't mind. After the last channel
// lie bytes of any value: weights are zero there.
#pragma once

#include <nlohmann/json.hpp>

#include "layout/channels.h"
#include "layout/shapes.h"
#include "networks/quantised.h"

namespace mobilith {

Channels byte_channels_of(int count, const Machine&);

// A caller's image, without padding: one block.
Channels image_channels_of(int count);

const char* to_string(Rescale);  // "none", "floating", "integer", "real", "onnx"
const char* to_string(Other);    // "image", "channels", "constant"

// Below it QuantisedProductsShape::near: a zero point added to such a number stays within 16 bits.
inline constexpr int near_most = 32000;

// Of a convolution, and of a depthwise one, whose output c * multiplier + j reads channel c.
struct QuantisedProductsShape {
  Window window;
  int in_channels = 0, out_channels = 0;
  Rescale rescale = Rescale::floating;
  // Weights' zero point is not in the weights, which are bytes: sums of the pixels' own bytes are taken off.
  bool zero_sums = false;
  bool image = false;      // the input is the caller's image, or a dense one that a quantise made,
  bool is_signed = false;  // and its bytes are i8
  // Of Rescale::floating: of no input is a sum in units of the output as far as near_most from 0.
  bool near = false;
  // Of a pointwise convolution where Machine::byte_pairs: weights are so small that no two neighbouring
  // products exceed 16 bits (pairs_fit() in plan/quantised_weights.h).
  bool reduced_range = false;
  bool pointwise() const;
};
void to_json(nlohmann::json&, const QuantisedProductsShape&);
void from_json(const nlohmann::json&, QuantisedProductsShape&);

struct QuantisedPoolShape {
  Window window;
  int channels = 0;
  bool maximum = false, is_signed = false;  // averages are rounded away from the file's zero
};
void to_json(nlohmann::json&, const QuantisedPoolShape&);
void from_json(const nlohmann::json&, QuantisedPoolShape&);

// What all pixels are treated alike by.
struct PixelsShape {
  int pixels = 0, channels = 0;
  Rescale rescale = Rescale::none;
  bool is_signed = false;
  bool image = false;          // of a lookup: the input is the caller's image
  Other other = Other::image;  // of a sum or a product
  bool by_pixel = false;       // of a lookup: the output is (channel with padding, pixel)
  bool dense = false;          // of a quantise: the output is as the input, (channel, pixel)
  bool split = false;          // of a lookup: the last places have a table of their own
  bool near = false;           // of a product with Rescale::floating: as QuantisedProductsShape::near
};
void to_json(nlohmann::json&, const PixelsShape&);
void from_json(const nlohmann::json&, PixelsShape&);

// Images one behind the other, by channel.
struct ConcatenationShape {
  int pixels = 0;
  std::vector<int> parts;  // their channels, at least one image
  int channels() const;
};
void to_json(nlohmann::json&, const ConcatenationShape&);
void from_json(const nlohmann::json&, ConcatenationShape&);

}  // namespace mobilith
