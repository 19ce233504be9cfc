// What the readers of Keras's layer classes share.
#pragma once

#include "models/graph.h"
#include "weights/keras_layers.h"
#include "weights/keras_settings.h"

namespace mobilith::keras {

// One layer while it is being read.
struct Reading {
  KerasSettings& settings;
  const std::vector<int>& inputs;
  const KerasRules& rules;
  Graph& graph;
  KerasLayer& layer;
};

// Appends an operation that reads what the layer reads, or the one before it. Valid until the next one is
// appended.
Operation& append(Reading&, OperationKind);
Operation& append_behind(Reading&, OperationKind);

// An activation or a softmax by its name in a setting; alone: the layer is nothing else.
void append_activation(Reading&, const char* setting, bool alone);

void channels_last(Reading&);

// Layers with weights.
void convolution(Reading&);
void depthwise(Reading&);
void batch_norm(Reading&);
void dense(Reading&);

}  // namespace mobilith::keras
