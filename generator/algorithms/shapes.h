// What a kernel computes, without weights: the shapes that decide which kernel a block needs. Equal shapes
// share one kernel. Activations are (y, x, c) in memory, c fastest, channels padded with zeros to
// stored_channels(). In JSON an activation is there only where it is not the one below, "direct..." where it is true.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>

#include "networks/functions.h"

namespace mobilith {

// The spatial side of a 3x3 convolution. Sizes in pixels; out(x, y) reads
// in(stride * x - pad_left + {0, 1, 2}, ...), and what lies outside the input is zero.
struct Window {
  int in_height = 0, in_width = 0, out_height = 0, out_width = 0, stride = 1, pad_top = 0, pad_left = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Window, in_height, in_width, out_height, out_width, stride, pad_top,
                                   pad_left)

struct StemShape {
  Window window;
  int in_channels = 3, out_channels = 0;
  ActivationFunction activation = ActivationFunction::relu6;
};
void to_json(nlohmann::json&, const StemShape&);
void from_json(const nlohmann::json&, StemShape&);

struct SeparableShape {
  Window window;
  int in_channels = 0, depth_multiplier = 1, out_channels = 0;
  ActivationFunction depthwise_activation = ActivationFunction::relu6,
                     pointwise_activation = ActivationFunction::relu6;
  bool direct = false;  // products are not paired on any machine: pairs would round too much (plan/pairing.h)
};
void to_json(nlohmann::json&, const SeparableShape&);
void from_json(const nlohmann::json&, SeparableShape&);

struct InvertedResidualShape {
  Window window;
  int in_channels = 0, expanded_channels = 0, out_channels = 0;
  bool expand = true;  // false: expanded_channels == in_channels, no first convolution
  bool residual = false;
  ActivationFunction expansion_activation = ActivationFunction::relu6;  // the usual one without expansion
  ActivationFunction depthwise_activation = ActivationFunction::relu6;
  ActivationFunction projection_activation = ActivationFunction::none;
  bool direct_expansion = false, direct_projection = false;  // as SeparableShape::direct
};
void to_json(nlohmann::json&, const InvertedResidualShape&);
void from_json(const nlohmann::json&, InvertedResidualShape&);

struct HeadShape {
  int height = 0, width = 0, in_channels = 0;
  int hidden_channels = 0;  // outputs of the last convolution; 0: none, the pool reads the input
  int classes = 0;
  OutputFunction output = OutputFunction::softmax;
  // Of the last convolution; the usual one without.
  ActivationFunction activation = ActivationFunction::relu6;
  bool direct = false;  // the last convolution, as SeparableShape::direct
};
void to_json(nlohmann::json&, const HeadShape&);  // "softmax": bool, and "sigmoid": true where so
void from_json(const nlohmann::json&, HeadShape&);

// A product of each pixel's channels with a matrix: in_channels * multiplier products for each output.
struct PointwiseShape {
  int in_channels = 0, multiplier = 1, out_channels = 0;
  bool paired = false;  // paired_products.h
  int products() const { return in_channels * multiplier; }
};

inline int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

// A tensor of few channels takes narrower vectors than the machine has, so that not most of them is padding:
// 8 channels are one vector of 8 where `lanes` is 16. Machines run the narrower ones at least as fast.
inline int vector_lanes(int channels, int lanes) {
  while (lanes > 4 && channels <= lanes / 2) lanes /= 2;
  return lanes;
}

// lanes: floats per vector of the target. pair_vectors: 0, or pair products where it is worth it
// (Machine::pair_vectors). With few products, the terms of the inputs cost more than pairs save; with a depth
// multiplier, inputs lie in several runs; with vectors that are narrower than the machine's, or fewer than
// tiles need, loads bound the loop either way.
inline PointwiseShape pointwise_shape(int in_channels, int multiplier, int out_channels, int lanes,
                                      int pair_vectors) {
  const bool worth = in_channels >= 12 && multiplier == 1 && vector_lanes(out_channels, lanes) == lanes &&
                     out_channels > (pair_vectors - 1) * lanes;
  return {in_channels, multiplier, out_channels, pair_vectors > 0 && worth};
}

// The products of a kernel's pointwise convolutions.
inline PointwiseShape products_of(const SeparableShape& s, int lanes, int pair_vectors) {
  return pointwise_shape(s.in_channels, s.depth_multiplier, s.out_channels, lanes,
                         s.direct ? 0 : pair_vectors);
}

inline PointwiseShape expansion_of(const InvertedResidualShape& s, int lanes, int pair_vectors) {
  return pointwise_shape(s.in_channels, 1, s.expanded_channels, lanes, s.direct_expansion ? 0 : pair_vectors);
}

inline PointwiseShape projection_of(const InvertedResidualShape& s, int lanes, int pair_vectors) {
  return pointwise_shape(s.expanded_channels, 1, s.out_channels, lanes,
                         s.direct_projection ? 0 : pair_vectors);
}

inline PointwiseShape convolution_of(const HeadShape& s, int lanes, int pair_vectors) {
  return pointwise_shape(s.in_channels, 1, s.hidden_channels, lanes, s.direct ? 0 : pair_vectors);
}

inline int stored_channels(int channels, int lanes) {
  return round_up(channels, vector_lanes(channels, lanes));
}

inline int vectors_of(int channels, int lanes) {
  return stored_channels(channels, lanes) / vector_lanes(channels, lanes);
}

// Vectors of logits: of more than twelve, as many as tiles of 5 to 12 vectors cover exactly, so that a
// product with one row of weights has accumulators enough and no remainder.
inline int class_vectors(int classes, int lanes) {
  const auto covered = [](int vectors) {
    for (int tile = 12; tile >= 5; tile--)
      if (vectors % tile == 0) return true;
    return vectors <= 12;
  };
  int vectors = vectors_of(classes, lanes);
  while (!covered(vectors)) vectors++;
  return vectors;
}

inline int features_of(const HeadShape& shape) {
  return shape.hidden_channels > 0 ? shape.hidden_channels : shape.in_channels;
}

// The order in which a head goes through its classifier's weights, and in which they lie: chunk by chunk of
// features (whole vectors, a divisor of the stored ones), tile by tile of vectors of classes.
struct HeadOrder {
  int chunk = 1, tile = 1;
};

// streams: Machine::streams. A head that convolves takes about 32 features at a time, so that the
// classifier's weights can be asked for meanwhile. With streams, that is so only where the convolution takes
// longer than they take to arrive; otherwise all features are one chunk, and tiles of several vectors of
// classes lie as one stream of memory.
inline HeadOrder head_order(const HeadShape& shape, int lanes, bool streams) {
  const int features = features_of(shape);
  HeadOrder order{stored_channels(features, lanes), 1};
  const bool convolves = shape.hidden_channels > 0;
  // Measured on znver5: 3x3x112 and 5x5x160 are faster at once, 7x7x320 and 7x7x448 in chunks.
  const bool long_convolution = shape.height * shape.width * shape.in_channels > 5 * shape.classes;
  if (streams && !(convolves && long_convolution)) {
    const int vectors = class_vectors(shape.classes, lanes);
    for (int tile = 1; tile <= 7; tile++)
      if (vectors % tile == 0) order.tile = tile;
  } else if (convolves) {
    const int vectors = vectors_of(features, lanes), width = vector_lanes(features, lanes);
    int chunk = std::max(1, 32 / width);
    while (vectors % chunk != 0) chunk--;
    order.chunk = chunk * width;
  }
  return order;
}

}  // namespace mobilith
