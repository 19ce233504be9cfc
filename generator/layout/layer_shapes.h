// The shapes of kernels that compute one layer, or two, of any chain of layers. As in shapes.h, an activation
// is in a shape's JSON only where it is not the one below, a bool only where it is true.
#pragma once

#include <nlohmann/json.hpp>

#include "layout/shapes.h"

namespace mobilith {

// A convolution over all channels: activation(kernel * (input gate) + bias) + addend.
struct ConvolutionShape {
  Window window;  // of any size, 1x1 too
  int in_channels = 0, out_channels = 0;
  ActivationFunction activation = ActivationFunction::none;
  bool gated = false;     // every input value is multiplied with its channel's gate first
  bool residual = false;  // the addend, an image like the output, comes on top of the activation's value
  bool direct = false;    // as SeparableShape::direct

  // Each output reads one pixel, and that lies in the image: a product of pixels with a matrix.
  bool pointwise() const;
};
void to_json(nlohmann::json&, const ConvolutionShape&);
void from_json(const nlohmann::json&, ConvolutionShape&);

// A depthwise convolution, behind a 1x1 expansion or alone.
struct DepthwiseShape {
  Window window;
  int in_channels = 0;
  int expanded_channels = 0;  // outputs; without an expansion a multiple of in_channels
  bool expand = false;
  ActivationFunction expansion_activation = ActivationFunction::relu6,  // the usual one without expansion
      depthwise_activation = ActivationFunction::relu6;
  bool direct_expansion = false;  // as SeparableShape::direct
  bool infinite_input = false;    // as SeparableShape's; without expansion

  // Outputs of each input channel, c * depth_multiplier() + j for channel c.
  int depth_multiplier() const { return expand ? 1 : expanded_channels / in_channels; }
};
void to_json(nlohmann::json&, const DepthwiseShape&);
void from_json(const nlohmann::json&, DepthwiseShape&);

// The gate of squeeze-excite (arXiv 1709.01507): the mean over all pixels through two dense layers.
struct GateShape {
  int height = 0, width = 0, channels = 0, hidden = 0;
  ActivationFunction hidden_activation = ActivationFunction::relu,
                     output_activation = ActivationFunction::hard_sigmoid;
};
void to_json(nlohmann::json&, const GateShape&);
void from_json(const nlohmann::json&, GateShape&);

// mean_and_maximum: two runs of channels, the mean's first.
enum class PoolFunction { mean, maximum, mean_and_maximum };
const char* to_string(PoolFunction);  // "mean", "maximum", "mean_and_maximum"

// A pool over all pixels, behind a 1x1 convolution or alone.
struct PoolShape {
  int height = 0, width = 0, in_channels = 0;
  int hidden_channels = 0;  // outputs of the convolution; 0: none, the pool reads the input
  ActivationFunction activation = ActivationFunction::relu6;  // of the convolution; the usual one without
  PoolFunction function = PoolFunction::mean;
  bool direct = false;  // the convolution, as SeparableShape::direct

  int features() const { return hidden_channels > 0 ? hidden_channels : in_channels; }
  int runs() const { return function == PoolFunction::mean_and_maximum ? 2 : 1; }
};
void to_json(nlohmann::json&, const PoolShape&);
void from_json(const nlohmann::json&, PoolShape&);

// The mean or the maximum of each channel over a window. Means: the window lies in the image. Maxima: pixels
// outside of the image don't count; each window has one inside, and no dilation.
struct WindowPoolShape {
  Window window;
  int channels = 0;
  PoolFunction function = PoolFunction::maximum;  // or mean
};
void to_json(nlohmann::json&, const WindowPoolShape&);
void from_json(const nlohmann::json&, WindowPoolShape&);

// A product of one vector with a matrix. The input is `runs` runs of channels, each padded: one for a vector,
// the pixels for a flattened image.
struct DenseShape {
  int in_channels = 0, runs = 1, out_channels = 0;
  ActivationFunction activation = ActivationFunction::none;
};
void to_json(nlohmann::json&, const DenseShape&);
void from_json(const nlohmann::json&, DenseShape&);

enum class NormaliseFunction { softmax, log_softmax, sigmoid, l2 };
const char* to_string(NormaliseFunction);  // "softmax", "log_softmax", "sigmoid", "l2"

// A function over all channels of one vector. l2: x / max(the root of the sum of squares, epsilon).
struct NormaliseShape {
  int channels = 0;
  NormaliseFunction function = NormaliseFunction::softmax;
  float epsilon = 0;  // of l2, at least 0; 0 for all others
};
void to_json(nlohmann::json&, const NormaliseShape&);  // "epsilon" where it is not 0
void from_json(const nlohmann::json&, NormaliseShape&);

}  // namespace mobilith
