// What a quantised file's graph computes, in whole numbers, bit for bit as LiteRT or ONNX Runtime does: what
// int8 kernels are compared with.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "graph/evaluate.h"
#include "graph/graph.h"

namespace mobilith::quantised {

// How a sum of products becomes a byte again. There are two right answers to a TFLite file, and one to an
// ONNX file.
enum class Requantise {
  floating,  // by a float factor: LiteRT with its default delegate, XNNPACK
  integer,   // by a whole factor and shifts: LiteRT's reference kernels (BUILTIN_REF)
  onnx,      // by a float factor: ONNX Runtime's kernels for x86 with FMA
};

// Throws file::Error, which names operation and tensor, where the engine would not compute the graph so, or
// where what it computes is not what the scales say: types, scales and zero points that its kernels don't
// take; a bias whose scale is not image times weights; sums that 32 bits may not hold. The graph must have
// passed infer().
void check(const file::Graph&, Requantise);

// The graph's outputs for these inputs, in the order and shapes of graph.inputs and graph.outputs. The
// graph must have passed infer(). Numbers are as they are stored: whole ones without their scale, and
// floats. The observer sees each operation's output so, and `change` may then change its numbers, within the
// tensor's type, for those that read it. Throws file::Error as check() does, and for inputs that their
// tensors can't hold.
using Change = std::function<void(int tensor, std::vector<double>& numbers)>;
std::vector<file::Value> evaluate(const file::Graph&, std::span<const std::vector<double>> inputs, Requantise,
                                  const file::Observer& = {}, const Change& change = {});

}  // namespace mobilith::quantised
