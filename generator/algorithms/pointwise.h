// A 1x1 ("pointwise") convolution: a product of each pixel's channels with a matrix.
#pragma once

#include <Halide.h>

#include <functional>
#include <string>
#include <vector>

#include "algorithms/shapes.h"

namespace mobilith {

struct Pointwise {
  // weights: (lane, k, vector), k = j * in_channels + c, or in the order of paired_input(); bias: (o, 0), and
  // where products are paired (o, 1) and (o, 2): what a sum is to be multiplied with in the end, and what is to
  // be added then.
  Halide::ImageParam weights, bias;
  Halide::ImageParam centre;  // (0): where products are paired, what is taken off all inputs of pairs
  Halide::RDom k;      // (c, j), or of paired products (term, step): a step's pairs and singles
  Halide::RVar step;   // of k: what the loop over the products runs over
  Halide::RDom rest;   // products after the steps; defined where there are any
  Halide::Func sum;    // (o, pixel): the accumulators
  Halide::Expr value;  // of (o, pixel), to be used in the Func that reads the sum
  // Where products are paired: the terms (x0 - c) (x1 - c), added up lane by lane, then over the lanes.
  bool paired = false;
  Halide::Var lane{"lane"};
  Halide::RDom pair_lane;
  Halide::Func pair_lanes, pair_sum;  // (lane, pixel), (pixel)
};

// input: an element (c, j) of the present pixel. pixel: its coordinates, after o. name: prefix of the
// parameters and Funcs: "" or "expand_" for instance.
Pointwise pointwise(const std::string& name, const PointwiseShape&, int lanes, const Halide::Var& o,
                    const std::vector<Halide::Var>& pixel,
                    const std::function<Halide::Expr(Halide::Expr c, Halide::Expr j)>& input);

}  // namespace mobilith
