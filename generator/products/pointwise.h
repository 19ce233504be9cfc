// A 1x1 ("pointwise") convolution: a product of each pixel's channels with a matrix.
#pragma once

#include <Halide.h>

#include <functional>
#include <string>
#include <vector>

#include "layout/operands.h"

namespace mobilith {

// An element (c, j) of the present pixel: channel and place below the depth multiplier.
using PixelInput = std::function<Halide::Expr(Halide::Expr c, Halide::Expr j)>;

struct Pointwise {
  // weights: (lane, k, vector), in the scheme's order of k; bias: (o, row), as many rows as the scheme has;
  // centre: the scheme's, where it has one.
  Halide::ImageParam weights, bias, centre;
  Halide::RDom k;      // (c, j), or as the scheme takes them
  Halide::RVar step;   // of k: what the loop over the products runs over
  Halide::RDom rest;   // products after the steps; defined where there are any
  Halide::Func sum;    // (o, pixel): the accumulators
  Halide::Expr value;  // of (o, pixel), to be used in the Func that reads the sum
  // What the scheme computes of a pixel's inputs alone, (pixel): to be computed where the inputs are.
  std::vector<Halide::Func> of_pixel;
  // Of products by element: the run's inputs that a register holds, (lane, pixel, run).
  Halide::Var run{"run"};
  Halide::Func elements;
  // Of Winograd's pairs: their terms x0 x1 lane by lane, (lane, pixel).
  Halide::Var lane{"lane"};
  Halide::RDom pair_lane;
  Halide::Func pair_lanes;

  Operands constants() const;  // in the order of a kernel's arguments
};

// pixel: its coordinates, after o. name: prefix of the parameters and Funcs: "" or "expand_" for instance.
Pointwise pointwise(const std::string& name, const Matrix&, const Halide::Var& o,
                    const std::vector<Halide::Var>& pixel, const PixelInput&);

// value, of a pointwise convolution, and what is added to it. LLVM adds the addend to a scheme's last bias
// for some pixels of a tile and not for others, and a pixel that two tiles compute would depend on which of
// them came last.
Halide::Expr sum_with(const Matrix&, const Halide::Expr& value, const Halide::Expr& addend);

}  // namespace mobilith
