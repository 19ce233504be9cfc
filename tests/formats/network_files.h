// Whole networks as files of each format, as their converters write them.
#pragma once

#include <string>

#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith::testing {

// Operation set 14: channels first, batch norms as operations, Clip for ReLU6, Flatten and Gemm for the
// classifier.
std::string onnx_of(const Network&, const Weights&);
// Batch norms folded, paddings as operations in front of their convolutions, ReLU and ReLU6 fused.
std::string tflite_of(const Network&, const Weights&);
// A frozen graph as Keras 2 writes it: paddings and batch norms as operations, hard-swish in four. The
// network's end is its one output.
std::string tensorflow_of(const Network&, const Weights&);

}  // namespace mobilith::testing
