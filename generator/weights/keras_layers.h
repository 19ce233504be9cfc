// What is known of a Keras model's layers whatever their class.
#pragma once

#include <string>
#include <vector>

#include "weights/keras_settings.h"
#include "weights/weights.h"

namespace mobilith {

// One layer with weights, and how the file refers to it.
struct KerasLayer {
  std::string name;       // unique in the model
  std::string own_name;   // its name in the model that holds it
  std::string container;  // the outermost model inside the whole that holds it; empty: the whole itself
  std::string group;      // Keras 3's place: "layers/functional/layers/conv2d_3"
  std::vector<std::string> roles;  // its variables in Keras's order: "kernel", "bias", "gamma"...
  double epsilon = 0;              // of a batch norm
};

// What was asked of the reader, and what the file says of all its layers.
struct KerasRules : ReadOptions {
  // Written by Keras 3, where "hard_sigmoid" is another function than in Keras 2; both false or both true: it
  // is not known which wrote it.
  bool keras3 = false, keras2 = false;
};

// Throws WeightsError where the setting "dtype" is another type than float32 that ReadOptions does not allow.
void require_f32(KerasSettings&, const ReadOptions&);

// A class's name as Keras names groups after it: "DepthwiseConv2D" -> "depthwise_conv2d".
std::string keras_group_name(const std::string& kind);

}  // namespace mobilith
