// Kernels of bytes that treat all pixels and channels alike, or go over all pixels of each channel.
#pragma once

#include <Halide.h>

#include "algorithms/rescale.h"

namespace mobilith {

struct QuantisedPixels {
  Operands arguments;
  // Of images (lane, pixel, vector): layout/quantised_shapes.h.
  Halide::Var lane{"lane"}, x{"x"}, vector{"vector"};
  Halide::Func output;
  std::vector<Halide::Func> before = {};  // computed before the output, in this order
  const Operands& operands() const { return arguments; }
};

// What sums and products read beside their input (Other): an image of its layout, "addend"; or a number for
// each channel, computed, "gate", or of the file, "constant".
// terms, i32:
//   floating: factor of input, of addend, what is added, bits that the sum is shifted by
//   integer: of input, then of the other: zero point, mantissa, shift; then mantissa and shift of the sum;
//   1 or -1, the sign of the other, and of input
// onnx: factors in place of terms, f32: of the file's own bytes of input and of the other, and what is added.
// limits, i32: what is added to the file's own byte, its least and its most.
QuantisedPixels quantised_sum(const PixelsShape&, const Machine&);

// zeros, i32: zero points of input and of the other. factors: floating, f32, one; integer, i32, mantissa and
// shift.
QuantisedPixels quantised_product(const PixelsShape&, const Machine&);

// Images of one number of pixels, part_0 and so on, by their channels.
QuantisedPixels concatenation(const ConcatenationShape&, const Machine&);

// table: the byte of each byte. split: first the table of all places but those of the last group of 16, then
// theirs (TFLite's optimised kernels differ there); limits, i32: how many places are in whole groups.
// by_pixel: the output is (channel with padding, pixel).
QuantisedPixels lookup(const PixelsShape&, const Machine&);

// Floats, (channel, pixel) without padding, to bytes; dense: which are so, too. terms, f32: a factor,
// floating, or a divisor.
QuantisedPixels quantise(const PixelsShape&, const Machine&);

// Bytes to floats, (channel with padding, pixel). terms, f32: scale; limits, i32: zero point.
QuantisedPixels dequantise(const PixelsShape&, const Machine&);

// The mean over all pixels. terms: floating, f32: factor and what is added; integer, i32: what is taken off
// the sum, mantissa, shift, what is added; onnx, f32: a factor, and limits[3], which is taken off the sum.
// All of the file's own bytes.
QuantisedPixels quantised_mean(const PixelsShape&, const Machine&);

// Over the channels of one pixel. floating: table, f32: exp of each difference to the largest; terms, f32:
// the output's scale; onnx: how many places 1 is, and limits as above. integer: exponentials, i32, of each
// difference. none: to floats, (channel with padding); table.
QuantisedPixels quantised_softmax(const PixelsShape&, const Machine&);

// limits, i32: as networks/quantised.h has them.
QuantisedPixels quantised_pool(const QuantisedPoolShape&, const Machine&);

}  // namespace mobilith
