// What a kernel computes, without weights: the shapes that decide which kernel a block needs. Equal shapes
// share one kernel. How their tensors are stored: layout.h. In JSON an activation is there only where it is
// not the one below, "direct..." where it is true.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "networks/functions.h"

namespace mobilith {

// The side of windows whose size a shape's JSON does not say, as it was before there were others.
inline constexpr int usual_side = 3;

// The spatial side of a convolution. Sizes in pixels; out(y, x) reads in(stride * y - pad_top + dilation * i,
// stride_x() * x - pad_left + dilation * j), i below kernel_height and j below kernel_width; what lies
// outside the input is zero. In JSON kernel and dilation are there only where they are not these.
struct Window {
  int in_height = 0, in_width = 0, out_height = 0, out_width = 0, stride = 1, pad_top = 0, pad_left = 0;
  int kernel_height = usual_side, kernel_width = usual_side, dilation = 1;
  int other_stride_x = 0;  // the stride along x where it is another; 0: it is not

  int stride_x() const { return other_stride_x > 0 ? other_stride_x : stride; }
  int taps() const { return kernel_height * kernel_width; }
  // Input rows from the first that `rows` output rows read to the last.
  int rows_read(int rows) const { return stride * (rows - 1) + (kernel_height - 1) * dilation + 1; }
};
void to_json(nlohmann::json&, const Window&);
void from_json(const nlohmann::json&, Window&);

struct StemShape {
  Window window;
  int in_channels = 3, out_channels = 0;
  ActivationFunction activation = ActivationFunction::relu6;
  std::vector<float> outside{};  // what lies outside of the image, for each channel; empty: zero
};
void to_json(nlohmann::json&, const StemShape&);
void from_json(const nlohmann::json&, StemShape&);

struct SeparableShape {
  Window window;
  int in_channels = 0, depth_multiplier = 1, out_channels = 0;
  ActivationFunction depthwise_activation = ActivationFunction::relu6,
                     pointwise_activation = ActivationFunction::relu6;
  bool direct = false;  // products are not paired on any machine: pairs would round too much (plan/pairing.h)
  bool infinite_input = false;  // may be infinite, though this block's own activations are bounded
};
void to_json(nlohmann::json&, const SeparableShape&);
void from_json(const nlohmann::json&, SeparableShape&);

struct InvertedResidualShape {
  Window window;
  int in_channels = 0, expanded_channels = 0, out_channels = 0;
  bool expand = true,
       residual = false;  // expand false: expanded_channels == in_channels, no first convolution
  ActivationFunction expansion_activation = ActivationFunction::relu6,  // the usual one without expansion
      depthwise_activation = ActivationFunction::relu6, projection_activation = ActivationFunction::none;
  bool direct_expansion = false, direct_projection = false;  // as SeparableShape::direct
  bool infinite_input = false;                               // as SeparableShape's; without expansion
};
void to_json(nlohmann::json&, const InvertedResidualShape&);
void from_json(const nlohmann::json&, InvertedResidualShape&);

struct HeadShape {
  int height = 0, width = 0, in_channels = 0;
  int hidden_channels = 0;  // outputs of the last convolution; 0: none, the pool reads the input
  int classes = 0;
  OutputFunction output = OutputFunction::softmax;
  ActivationFunction activation =
      ActivationFunction::relu6;  // of the last convolution; the usual one without
  bool direct = false;            // the last convolution, as SeparableShape::direct
};
void to_json(nlohmann::json&, const HeadShape&);  // "softmax": bool, and "sigmoid": true where so
void from_json(const nlohmann::json&, HeadShape&);

inline int features_of(const HeadShape& shape) {
  return shape.hidden_channels > 0 ? shape.hidden_channels : shape.in_channels;
}

}  // namespace mobilith
