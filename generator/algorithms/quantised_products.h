// Convolutions of bytes: sums of products of u8 with whole weights, exact in 32 bits, and bytes again.
#pragma once

#include <Halide.h>

#include <vector>

#include "algorithms/rescale.h"
#include "layout/quantised_products.h"

namespace mobilith {

struct QuantisedProducts {
  // (lane, pixel, vector); (lane + width * x, y, vector) where it has a border. Of byte_elements four
  // channels are one number of 32 bits: (pixel, vector), (x, y, vector), but those of a caller's image.
  Halide::ImageParam input;
  Halide::ImageParam
      weights;  // (i, lane, group, vector): layout/quantised_products.h; of byte_elements without i
  // Where the shape has zero sums: the weights' zero point where there is a weight, 0 elsewhere. (i, group)
  // of a convolution, (i, lane, group, vector) of a depthwise one.
  Halide::ImageParam zero_weights;
  Halide::ImageParam bias;  // i32, by output
  Rescaling to;
  Halide::Var lane{"lane"}, x{"x"}, y{"y"}, vector{"vector"};
  std::vector<Halide::Var> pixel;  // (x) of a pointwise convolution, whose x is the pixel; else (x, y)
  // Rows with their border, (byte of the row, y, vector), from the border's first pixel on; undefined: the
  // input is read without. Of a convolution's groups of two they are 16 bits wide, so that a broadcast brings
  // a group. (column, y, vector) where the input is (x, y, vector).
  Halide::Func rows;
  // (i, lane, group, y, vector), i16: the rows' neighbours in groups of two, from every column on that a
  // group of the window begins at, of a depthwise convolution that reads the output's own channels.
  Halide::Func pairs;
  // (pair of the group, lane, pixel, vector, group, block), i16: the sum of two products. Of byte_pairs.
  Halide::Func pair_sums;
  Halide::RDom pair;
  // (pixel, vector), of byte_elements without a border: four pixels' groups are what a register holds.
  Halide::Func elements;
  Halide::Func
      wide;  // (lane, pixel, vector): the input in 16 bits, where a pointwise convolution's groups are of two
  Halide::Func sum;  // (lane, pixel, vector), i32: the accumulators
  Halide::RDom
      k;  // (i, group of the run, row, vector), without i of byte_elements, of byte_pairs (pair, group of the
          // run, vector); depthwise (i, group, row)
  Halide::RDom rest;  // (i, group) of the last block of a pointwise convolution, where it is not full
  // Of zero sums: convolution (pixel), from lanes of it (i' = group of the run, pixel) but of byte_elements;
  // depthwise as `sum`.
  Halide::Func zero_lanes, zeros;
  Halide::RDom zero_k, zero_lane;
  Halide::Func output;  // (lane, pixel, vector)
  Operands operands() const;
};

QuantisedProducts quantised_convolution(const QuantisedProductsShape&, const QuantisedProductsLayout&);
QuantisedProducts quantised_depthwise(const QuantisedProductsShape&, const QuantisedProductsLayout&);

}  // namespace mobilith
