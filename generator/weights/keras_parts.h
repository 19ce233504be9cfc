// Groups of settings that several of Keras's layer classes have. All functions throw WeightsError, which
// names layer and setting.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "networks/network.h"
#include "weights/keras_layers.h"
#include "weights/keras_settings.h"

namespace mobilith::keras {

// How a kernel or a pool walks over an image, in pixels.
struct KerasWindow {
  int height = 1, width = 1;
  int stride_height = 1, stride_width = 1;
  int dilation_height = 1, dilation_width = 1;
  bool same = false;  // TensorFlow's "same" padding, else none
};

// Of a convolution: "kernel_size", "strides", "dilation_rate", "padding", and that nothing was added by
// fine-tuning or quantisation.
KerasWindow take_window(KerasSettings&);
// Of a pool: "pool_size", "strides", "padding".
KerasWindow take_pool_window(KerasSettings&);
// ZeroPadding2D's "padding".
Pads take_zeros(KerasSettings&);
// A ReLU's settings: its maximum, maybe infinity.
double take_maximum(KerasSettings&);
// Reshape's "target_shape", without the batch; -1: what is left over.
std::vector<int> take_target(KerasSettings&);
// A whole number above 0.
int take_positive(KerasSettings&, const char* name);

// "use_bias": roles become the kernel's and, maybe, the bias's. Whether there is one.
bool take_bias(KerasSettings&, KerasLayer&);
// All settings of a batch norm but its axis: roles and epsilon.
void take_batch_norm(KerasSettings&, KerasLayer&);
// What fine-tuning or quantisation may add to a layer with a kernel: refused.
void expect_unchanged(KerasSettings&);
// Initialisers, regularisers and constraints of these tensors.
void ignore_training(KerasSettings&, std::initializer_list<const char*> tensors);

}  // namespace mobilith::keras
