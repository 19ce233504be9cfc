// The end of a network: V2's last 1x1 convolution (activated), the average over all pixels, the classifier
// and its softmax or sigmoids.
#pragma once

#include <Halide.h>

#include "algorithms/softmax.h"
#include "layout/layout.h"
#include "products/pointwise.h"

namespace mobilith {

// Features are convolved, averaged and multiplied with their rows of the classifier chunk by chunk
// (ClassifierOrder), so that the classifier's weights, the most bytes that a network reads at once, can
// arrive while the next features are convolved. Chunks belong to groups, each with logits of its own: groups
// can run at the same time, and their sum has one order.
struct Head {
  // input: (c, p) with p = y * width + x; weights: (lane, vector of the tile, feature of the chunk, tile,
  // chunk); bias: (o),
  // the padding after the last class being the lowest float: it takes no part in the softmax.
  Halide::ImageParam input, weights, bias;
  Halide::Var h{"h"}, p{"p"}, o{"o"}, q{"q"}, g{"g"};
  Halide::RDom pixel, feature, chunk, group;
  Pointwise convolution;     // to h, of p; undefined without a last convolution
  Halide::Func hidden;       // (h, p)
  Halide::Func total;        // (h): sum over all pixels
  Halide::Func pool;         // (h): their mean
  Halide::Func share;        // (o, q): what chunk q adds to the logits
  Halide::Func partial;      // (o, g): the sum over the group's chunks
  Halide::Func sum, logits;  // (o)
  Softmax softmax;           // of the logits; undefined without one
  Halide::Func output;       // (o), below classes: the caller's memory
  Operands operands() const;
};

// groups: a divisor of the number of chunks.
Head head(const HeadShape&, const HeadLayout&, int groups);

}  // namespace mobilith
