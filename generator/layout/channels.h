// How the channels of a tensor are stored.
#pragma once

#include "networks/element_type.h"
#include "targets/machine.h"

namespace mobilith {

// Of one pixel: `vectors` vectors of `width` elements, c fastest. Pixels follow each other without a gap:
// activations are (y, x, c) in memory. After the last channel lies what layers make of zeros, which is not
// zero where an activation of zero is not (0.5 of a sigmoid), but always finite: weights are zero there, and
// so no sum has a share of it (plan/packing.h).
struct Channels {
  int count = 0, width = 1, vectors = 0;
  ElementType type = ElementType::f32;
  int stored() const { return width * vectors; }
  int64_t bytes() const { return bytes_of(type) * stored(); }
};

// Of the weights of products with a matrix. Those of depthwise convolutions and of an image's first one are
// few, and f32, as biases are.
ElementType weights_type(const Machine&);

// A tensor of few channels takes narrower vectors than the machine has, so that not most of them is padding:
// 8 channels are one vector of 8 where the machine has 16 lanes. Machines run the narrower ones at least as
// fast. If they run two of half the width in the time of one, 24 channels are three of 8, as are all of whose
// whole vectors an eighth would be padding, half a vector at least (znver4: 24 and 40 outputs of bf16
// products 1.1 times as fast, 72 and more slower).
// With 16 registers, whose tiles have two vectors, 17 to 63 vectors are an even number: 23 divide into no
// chunks (code for znver3: V3 large's 14x14x80 with 184 channels between 1.5 times as fast with tasks for
// threads, 1.1 for one, with 200 1.06). More are left: a dense layer's 125 were faster than 126.
Channels channels_of(int count, const Machine&);

// Logits: of more than twelve vectors, as many as tiles of 5 to 12 vectors cover exactly, so that a product
// with one row of weights has accumulators enough and no remainder.
Channels classes_of(int count, const Machine&);

}  // namespace mobilith
