// The table of networks: what names and shapes of a state dict do not say, a row for each network.
#pragma once

#include <span>

#include "torch_graphs/recipe.h"

namespace mobilith::file::torch {

enum class Pads {
  both_sides,     // (k - 1) / 2 on all sides
  same,           // as TensorFlow pads the image that comes
  of_resolution,  // as TensorFlow pads an image of the row's resolution, whatever image comes
};

// What is between the last block and the classifier, in timm's models.
enum class Head {
  none,         // the pool
  convolution,  // a convolution with a batch norm, the pool
  after_pool,   // the pool, a convolution with a bias
  unbiased,     // the pool, a convolution
  normalised,   // the pool, a convolution with a batch norm
};

// What is in the place of a stride of 2: the stride, or a window of its own behind a stride of 1.
enum class Strides { strides, average_pools, blurs };

struct Network {
  const char* name;  // "timm/mobilenetv2": the library, and its name of the model without width
  Recipe (*recipe)(const Network&);
  const char* blocks;  // stages.h
  Function function;   // of the stem, of the head, and of blocks that name none
  double epsilon = 1e-5;
  Head head = Head::none;
  Function squeeze = Function::none;  // of squeeze-excite, between its convolutions; none: the block's
  Function gate = Function::sigmoid;  // of squeeze-excite, behind them
  Pads pads = Pads::both_sides;
  Strides strides = Strides::strides;
  int resolution = 224;
  int features = 0;  // channels of the last block, where two rows differ in nothing else; 0: any
  int stem_stride = 2;
  // Another row's tensors are the same, and that one is taken unless this is named: what this one has of its
  // own, in words.
  const char* named_alone = nullptr;
  // Of transformers' models: config.json's model_type, and the row for another tf_padding.
  const char* config = nullptr;
  const char* other_padding = nullptr;
};

// All widths of a network are one row: channels are the file's.
std::span<const Network> timm_networks();
std::span<const Network> other_networks();  // torchvision's, transformers', and those of single files

// The schemes of names.
Recipe timm(const Network&);
Recipe torchvision_v2(const Network&), torchvision_v3(const Network&), torchvision_mnasnet(const Network&);
// features.N.conv.M side by side; the last convolution within the features or beside them.
Recipe older_v2(const Network&), older_v2_apart(const Network&);
Recipe transformers_v1(const Network&), transformers_v2(const Network&);
Recipe lite(const Network&);  // _blocks.N._depthwise_conv

}  // namespace mobilith::file::torch
