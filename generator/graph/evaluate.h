// What a file's graph computes, operation by operation, in double with plain loops: what a library is
// compared with.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "graph/graph.h"
#include "graph/value.h"

namespace mobilith::file {

// Called with each operation's output, by the tensor's index.
using Observer = std::function<void(int tensor, const Value&)>;

// The graph's outputs for these inputs, which are real numbers in the order and shapes of graph.inputs. The
// graph must have passed infer().
//
// Numbers are real: f16 and f32 are not rounded to. A tensor that is stored quantised holds what its numbers
// mean; what is computed into it is not rounded, but kept within what it can hold, because some files have
// their ReLU6 in that range alone. Values are freed after their last use. Throws Error.
std::vector<Value> evaluate(const Graph&, std::span<const std::vector<double>> inputs, const Observer& = {});

}  // namespace mobilith::file
