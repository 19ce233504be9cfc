// An independent reference: networks in double, plain loops, batch norm unfolded, padding from Keras's own
// rules. It shares no code with algorithms/ or plan/, so that an error there shows here.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith::reference {

// (y, x, c), row-major.
struct Activation {
  Shape shape;
  std::vector<double> values;
};

// One block; logits: without the softmax or sigmoid.
Activation run_block(const Block&, const std::string& net, const Weights&, const Activation& input,
                     bool logits);

// All blocks; sees each block's output.
Activation run_network(const Network&, const Weights&, const Activation& input, bool logits,
                       const std::function<void(const Block&, const Activation&)>& see = {});

// The formula's input: 2 r("input", i) - 1.
Activation formula_input(const Shape&);

}  // namespace mobilith::reference
