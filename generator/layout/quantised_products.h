// How weights of whole numbers are stored and multiplied.
#pragma once

#include "layout/quantised_shapes.h"

namespace mobilith {

// Products go in groups of `group`, whose sum one instruction adds to each 32-bit sum.
//   convolution: the bytes of a window's row are one run in each block of channels, run = columns * width,
//     filled up to whole groups; in the order (group of the run, row, block). Columns that are no
//     neighbours, by a dilation, are filled up each.
//     Of byte_elements a pixel's group is one number of 32 bits, and so are a group's weights.
//   depthwise: the columns of a window's row, filled up to whole groups; in the order (column, row).
// Weights are (i, lane, group, vector): of product group * g + i to output vector * width + lane.
struct QuantisedProductsLayout {
  Channels in, out;
  int group = 1;         // products_group()
  int weight_bytes = 2;  // 1: i8; else without their zero point, 2: i16, 4: i32 (Machine::wide_products)
  int column_bytes = 0;  // of a convolution's run, from one column to the next
  int run_groups = 0;    // of a window's row
  int rows = 0, blocks = 0;
  // Of a depthwise one in groups of two whose outputs read their own channels: a row's groups are made once
  // for all rows of windows, one from every such number of columns on. 0: others.
  int pair_columns = 0;
  bool elements = false, like_signs = false;  // Machine's, of a convolution
  // Groups of four are two pairs, whose sums 16 bits hold, and then these: reduced_range.
  bool byte_pairs = false;
  int groups() const { return run_groups * rows * blocks; }
};
// Machine::byte_group; 1 of a depthwise convolution that multiplies one by one.
int products_group(const Machine&, bool depthwise);
QuantisedProductsLayout convolution_layout(const QuantisedProductsShape&, const Machine&);
QuantisedProductsLayout depthwise_layout(const QuantisedProductsShape&, const Machine&);

}  // namespace mobilith
