// What a network is: the blocks of one configuration, their layers' shapes, parameters and multiply-adds.
// Sources: MobileNets (arXiv 1704.04861), MobileNetV2 (arXiv 1801.04381), keras.applications.MobileNet /
// MobileNetV2.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "networks/frame.h"
#include "networks/functions.h"
#include "networks/quantised.h"
#include "text/field_error.h"

namespace mobilith {

// A configuration outside what a network allows; the message names the field and what was expected.
struct ConfigurationError : FieldError {
  using FieldError::FieldError;
};

// Height, width, channels of an activation, in Keras's order (NHWC with N = 1).
struct Shape {
  int height = 0, width = 0, channels = 0;
  bool operator==(const Shape&) const = default;
};

// What the user chose. Sizes in pixels.
struct Configuration {
  std::string net;  // a name in network_names()
  double alpha = 1.0;
  int depth_multiplier = 1;
  int height = 224, width = 224;
  int classes = 1000;
  std::string dtype = "f32";          // of the computation; "int8" of a quantised file
  std::string requantise = {};        // of int8: "float" or "integer", as --requantise; "onnx"
  std::string weights_dtype = "f32";  // how an f32 computation's weights are stored: "bf16", "f16"
};

// How a configuration's kernels of floats store their weights.
ElementType weights_type(const Configuration&);

// What inputs of products with a matrix are rounded to; f32: they are not.
ElementType factors_type(const Configuration&);

enum class LayerKind {
  convolution,
  depthwise,
  dense,             // of all of its input's values, in the order (y, x, c)
  pool,              // the mean over all pixels
  max_pool,          // the largest over all pixels
  mean_max_pool,     // both: two pixels, first the means, then the largest
  window_max_pool,   // over a window, whose pixels outside of the image don't count
  window_mean_pool,  // over a window that lies in the image
  add,               // of the block's last input
  multiply,          // by the block's second input: a factor for each channel
  softmax,           // over the channels
  log_softmax,       // its logarithm
  sigmoid,
  l2_normalise,  // divided by the root of the sum of squares over the channels
};
const char* to_string(LayerKind);

// Zero rows and columns on the four sides of an image.
struct Pads {
  int top = 0, bottom = 0, left = 0, right = 0;
};

// The pixels that an output reads: out(y, x) reads in(stride y - pads.top + dilation i, stride_x() x -
// pads.left + dilation j) with i below height and j below width. What lies outside the image is zero.
struct LayerWindow {
  int height = 1, width = 1, stride = 1, dilation = 1;
  Pads pads{};             // those behind the image may be more than the last window reads
  int other_stride_x = 0;  // the stride along x where it is another; 0: it is not

  // Rows and columns from the first that a window reads to the last.
  int rows() const { return (height - 1) * dilation + 1; }
  int columns() const { return (width - 1) * dilation + 1; }
  int taps() const { return height * width; }
  bool of_one_pixel() const { return height == 1 && width == 1 && stride == 1 && stride_x() == 1; }
  int stride_x() const { return other_stride_x > 0 ? other_stride_x : stride; }
};

// One layer as Keras computes it at inference.
struct Layer {
  LayerKind kind;
  std::string name;        // Keras's layer name, e.g. "conv_pw_1"; names its weight tensors
  std::string batch_norm;  // Keras's name of the batch norm that follows; empty: none
  bool bias = false;       // has a bias of its own
  ActivationFunction activation = ActivationFunction::none;
  Shape in{}, out{};
  LayerWindow window{};  // of convolution and depthwise
  // Depthwise: outputs per input channel; out channel = in channel * depth_multiplier + j.
  int depth_multiplier = 1;
  bool dense_is_convolution = false;  // dense: a convolution over one pixel in Keras, which has its kernel
  // Of the image's first convolution: what lies outside of the image, for each channel; empty: zero. An
  // input's scaling is folded into the convolution, and zero in the scaled image is another number before.
  std::vector<float> outside{};
  double least_norm = 0;  // l2_normalise: the root is taken for this where it is less
  bool direct = false;    // its products are not paired on any machine, whatever their error bound is

  // Its tensor's role in Weights: "kernel", "depthwise_kernel".
  const char* kernel_role() const;
  // Keras's: (kh, kw, in, out), depthwise (kh, kw, in, depth_multiplier), dense (in, out); empty: no weights.
  std::vector<int> kernel_shape() const;
  // As Keras counts: kernel + bias + 4 per batch-norm channel.
  int64_t params() const;
  // After folding: kernel + one bias per output channel.
  int64_t params_deployed() const;
  // Multiply-adds as the published tables count: convolutions and the classifier.
  int64_t madds() const;
};

enum class BlockKind {
  stem,
  separable,
  inverted_residual,
  head,
  convolution,
  depthwise,
  gate,
  pool,
  dense,
  normalise,
  window_pool,
  quantised,
};
const char* to_string(BlockKind);

// One unit that becomes one kernel. Layers in order of computation:
//   stem               convolution
//   separable          depthwise, convolution 1x1
//   inverted_residual  convolution 1x1 (expand; absent where the expansion is 1), depthwise,
//                      convolution 1x1 (project), add (where residual)
//   head               convolution 1x1 (V1: absent), pool, dense (V1: conv_preds, a 1x1 convolution in
//                      Keras), softmax or sigmoid (absent where the network ends in logits)
// What these are not, and the parts of blocks that other kernels compute:
//   convolution        multiply (absent without a gate), convolution, add (where residual)
//   depthwise          convolution 1x1 (expand; may be absent), depthwise
//   gate               squeeze-excite's factors (arXiv 1709.01507): pool, dense, dense
//   pool               convolution 1x1 (may be absent), pool, max_pool or mean_max_pool
//   dense              dense
//   window_pool        window_max_pool or window_mean_pool
//   normalise          softmax, log_softmax, sigmoid or l2_normalise
//   quantised          one operation of a quantised file; its layer says shapes alone (networks/quantised.h)
struct Block {
  BlockKind kind;
  // Unique in the network and a C identifier: "stem", "separable_1", "inverted_residual_1", "head".
  std::string name;
  // Keras's layer whose output this block's is (for probes), e.g. "conv_pw_1_relu", "block_1_project_BN"
  // (Keras adds after it: for a residual block this is the value before the add), "" for the head.
  std::string output;
  std::vector<Layer> layers{};
  bool residual = false;
  bool infinite_input = false;  // what it reads first comes from no bounded activation
  // The blocks whose outputs it reads, by their index; -1: the image. The image that its first layer reads,
  // then a gate's factors, then what is added. Empty: the block before.
  std::vector<int> inputs{};
  std::shared_ptr<const Quantised> quantised{};  // of a quantised block: what it computes

  const Shape& in() const { return layers.front().in; }
  const Shape& out() const { return layers.back().out; }
  const Layer* find(LayerKind) const;  // the first of that kind, or null
  int64_t params() const, params_deployed() const, madds() const;
};

struct Network {
  Configuration configuration;
  std::vector<Block> blocks;
  // Names of the blocks whose outputs a library gives, in its own order; empty: the last block's alone, as
  // its kernel writes it (networks/output_blocks.h).
  std::vector<std::string> outputs{};
  // Outputs that are images come as kernels store them: channels filled up with zeros to whole vectors.
  bool padded_outputs = false;
  ElementType image_type = ElementType::f32;  // of what its first block reads
  ByteScale image_scale{};                    // of bytes
  std::optional<Frame> frame{};               // what the caller gives in its place, and a kernel makes it of
  int steps_before() const { return frame ? 1 : 0; }  // of a library, before its first block's
  int64_t params() const, params_deployed() const, madds() const;
  // Of block `index`: Block::inputs, with what it stands for where it is empty.
  std::vector<int> inputs_of(size_t index) const;
  // The shapes of what a block reads, in the order of inputs_of().
  const Shape& shape_of(int block) const { return block < 0 ? image() : blocks[size_t(block)].out(); }
  bool quantised() const { return configuration.dtype == "int8"; }
  const Shape& image() const { return blocks.front().in(); }
};

// Configuration::net of a network that is in no table, as model files may hold; its alpha and depth
// multiplier are 0.
inline constexpr const char* custom_network = "custom";

std::vector<std::string> network_names();  // "mobilenet_v1" first

// The configurations for which trained weights are published, with Keras's 1000 classes: of every network.
std::vector<Configuration> published_configurations();

// Throws ConfigurationError where sizes or classes are far beyond what anyone ships, so that a slip of the
// finger is an error and not an hour of compiling.
void require_sane(const Configuration&);

// Throws ConfigurationError, one line, e.g. "alpha: expected a number above 0 and at most 10, got 0".
Network build_network(const Configuration&);

// "mobilenet_v1  alpha 0.5  depth multiplier 1", the parts apart by `between`; of a network in no table its
// name alone.
std::string network_title(const Configuration&, const std::string& between);

// The default library name, e.g. "mobilenet_v2_a1.0_d1_r160_f32" with what C does not allow turned into '_'.
std::string default_name(const Configuration&);

}  // namespace mobilith
