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

// input, addend: of one layout. terms, i32:
//   floating: factor of input, of addend, what is added, bits that the sum is shifted by
//   integer: of input, then of addend: zero point, mantissa, shift; then those of the sum; 1 or -1, the
//   addend's sign
// onnx: factors in place of terms, f32: of the file's own bytes of input and of addend, and what is added.
// limits, i32: what is added to the file's own byte, its least and its most.
QuantisedPixels quantised_sum(const PixelsShape&, const Machine&);

// table: the byte of each byte, at first of all places but those of the last group of 16, then of those
// (TFLite's optimised kernels differ there). limits, i32: how many places are in whole groups.
QuantisedPixels lookup(const PixelsShape&, const Machine&);

// Floats, (channel, pixel) without padding, to bytes. terms, f32: a factor, floating, or a divisor.
QuantisedPixels quantise(const PixelsShape&, const Machine&);

// Bytes to floats, (channel with padding, pixel). terms, f32: scale; limits, i32: zero point.
QuantisedPixels dequantise(const PixelsShape&, const Machine&);

// The mean over all pixels. terms: floating, f32: factor and what is added; integer, i32: what is taken off
// the sum, mantissa, shift, what is added; onnx, f32: a factor, and limits[3], which is taken off the sum.
// All of the file's own bytes.
QuantisedPixels quantised_mean(const PixelsShape&, const Machine&);

// Over the channels of one pixel. floating: table, f32: exp of each difference to the largest; terms, f32:
// the output's scale; onnx: how many places 1 is, and limits as above. integer: exponentials, i32, of each
// difference.
QuantisedPixels quantised_softmax(const PixelsShape&, const Machine&);

// limits, i32: as networks/quantised.h has them.
QuantisedPixels quantised_pool(const QuantisedPoolShape&, const Machine&);

}  // namespace mobilith
