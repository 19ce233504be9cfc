// One form for all files: what recognition looks at.
#pragma once

#include "graph/graph.h"

namespace mobilith::file {

// The same function, spelt in one way:
// - convolutions and pools have channels last and pads as numbers; kernels are (y, x, input, output), with a
//   bias; batch norms, scales and biases are in them where they can be;
// - products with matrices are fully_connected, keep_axes, with a bias;
// - activations are operations of their own: clamp with numbers as settings, hard_swish, sigmoid,
//   hard_sigmoid (x / 6 + 1 / 2), softmax and log_softmax along the last axis. The nearest f32 to 1/6 counts
//   as 1/6 in a hard swish and a hard sigmoid: there alone the value may change, by 3e-8 of itself;
// - a mean or maximum over all pixels is reduce over axes 1 and 2, which keeps them;
// - what only changes a shape is reshape, once, to numbers;
// - add, multiply, subtract and divide with a constant are add and multiply, with the constant second;
// - identities, dropouts, casts between floats, dequantised constants, and what nobody reads are gone.
// A product that a trained batch norm was in carries its statistics, on its output.
// Constants are f64. What a quantised tensor can't hold is a clamp after the operation that makes it.
//
// Inputs and outputs are as before, with their names. An operation keeps the file's type and name of the one
// that it was made from, a tensor the name of the last one whose value it has. The graph must have passed
// infer(). Throws Error.
Graph normalise(const Graph&);

// The same, but batch norms, scales and biases are operations of their own: what the file does to its image
// is seen, where normalise() has it in the first convolution.
Graph with_factors(const Graph&);

// The passes, in their order, each a file and a row in normal_form.cpp.
namespace passes {
Graph explicit_ranges(const Graph&);     // quantised tensors to real ones and clamps
Graph fold_constants(const Graph&);      // what is computed of constants alone
Graph separate_functions(const Graph&);  // fused activations; pools and products in one spelling
Graph channels_last(const Graph&);
Graph remove_nothing(const Graph&);  // operations that do nothing, reshapes of reshapes
Graph spell_activations(const Graph&);
Graph fold_factors(const Graph&);  // affine functions of channels, into the products before them
Graph merge_pads(const Graph&);
}  // namespace passes

}  // namespace mobilith::file
