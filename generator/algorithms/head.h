// The end of a network: V2's last 1x1 convolution (with ReLU6), the average over all pixels, the classifier
// and its softmax.
#pragma once

#include <Halide.h>

#include "algorithms/shapes.h"

namespace mobilith {

struct Head {
  // input: (c, p) with p = y * width + x; hidden_weights: (lane, c, vector); hidden_bias: (h), both unused
  // without a last convolution; weights: (lane, h, vector); bias: (o), the padding after the last class being
  // the lowest float: it takes no part in the softmax.
  Halide::ImageParam input, hidden_weights, hidden_bias, weights, bias;
  Halide::Var h{"h"}, p{"p"}, o{"o"}, lane{"lane"};
  Halide::RDom in_channel, pixel, feature, vectors, lanes;
  Halide::Func hidden_sum, hidden;    // (h, p)
  Halide::Func total;                 // (h): sum over all pixels
  Halide::Func pool;                  // (h): their mean
  Halide::Func sum, logits;           // (o)
  Halide::Func lane_max, lane_total;  // (lane): over the vectors of logits, of exponentials
  Halide::Func largest, normalizer;   // ()
  Halide::Func exponential;           // (o)
  Halide::Func output;                // (o), below classes: the caller's memory
};

Head head(const HeadShape&, int lanes);

}  // namespace mobilith
