// A model file's operations in one form, whatever the file: what a reader makes, and what recognise() takes
// blocks from. A reader puts into it all that the file computes; what this form can't say, the reader
// refuses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "networks/network.h"

namespace mobilith {

enum class OperationKind {
  input,        // the image
  pad,          // zero rows and columns around an image
  convolution,  // over a window, all input channels for each output
  depthwise,    // over a window, one input channel for each output
  batch_norm,   // at inference: with the stored mean and variance
  activation,   // value by value
  add,          // of two images
  pool,         // the average over all pixels, or over a window
  reshape,      // the same values in another shape
  dense,        // a product of the last axis with a matrix
  softmax,      // over the last axis
};

// One operation. Which fields mean something depends on the kind; sizes in pixels.
struct Operation {
  OperationKind kind;
  std::string layer;        // the file's name of it, unique among those with weights; names its tensors
  std::string what;         // for messages: "layer 'conv1' (Conv2D)"
  std::vector<int> inputs;  // indices into Graph::operations, all below this operation's own

  std::optional<int> height{}, width{};         // input; nothing: any
  int channels = 0;                             // input; outputs of convolution and dense
  int kernel_height = 1, kernel_width = 1;      // convolution, depthwise, pool (there 0: all pixels)
  int stride_height = 1, stride_width = 1;      // convolution, depthwise, pool
  int dilation_height = 1, dilation_width = 1;  // convolution, depthwise
  bool same = false;                            // TensorFlow's "same" padding, else none
  int depth_multiplier = 1;                     // depthwise: outputs for each input
  bool bias = false;                            // convolution, depthwise, dense
  Pads pads{};                                  // pad
  ActivationFunction function = ActivationFunction::none;  // activation
  std::vector<int> target{};  // reshape, without the batch; -1: what is left over
};

struct Graph {
  std::vector<Operation> operations;  // the first is the input
  int output = 0;
};

}  // namespace mobilith
