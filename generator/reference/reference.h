// An independent reference: networks in double, plain loops. It shares no code with algorithms/ or plan/, so
// that an error there shows here.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith::reference {

// (y, x, c), row-major.
struct Activation {
  Shape shape;
  std::vector<double> values;
};

// What a layer multiplies and adds: its batch norm and bias as one factor and one addend per output channel.
struct LayerValues {
  std::vector<float> kernel;  // in the layer's kernel_shape(); empty: the layer has none
  std::vector<double> scale, shift;
};

// A block and its weights, read; constant, so that any number of threads may run it.
struct PreparedBlock {
  Block block;
  std::vector<LayerValues> layers;  // as block.layers
};

// Throws WeightsError.
PreparedBlock prepare(const Block&, const Weights&);

// logits: without a softmax or sigmoid at the end. NaN in, NaN out. magnitude, where given, receives the
// largest sum of absolute products (with the bias's and a residual's share) that the block's last layer with
// weights can add up on this input: what a float's rounding is relative to where the terms cancel.
// inputs: in the order of Block::inputs; one where that is empty.
Activation run_block(const PreparedBlock&, std::span<const Activation* const> inputs, bool logits,
                     double* magnitude = nullptr);
Activation run_block(const PreparedBlock&, const Activation& input, bool logits, double* magnitude = nullptr);

// All blocks; sees each block's output.
Activation run_network(const Network&, const Weights&, const Activation& input, bool logits,
                       const std::function<void(const Block&, const Activation&)>& see = {});

// The formula's input: 2 r("input", i) - 1.
Activation formula_input(const Shape&);

}  // namespace mobilith::reference
