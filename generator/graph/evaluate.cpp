#include "graph/evaluate.h"

#include <fmt/format.h>

#include <algorithm>

#include "graph/lifetimes.h"
#include "graph/operations.h"

namespace mobilith::file {

namespace {

// Within what a quantised tensor can hold.
void keep_in_range(const Tensor& tensor, Value& value) {
  const auto& [scales, zero_points, axis] = tensor.quantisation;
  if (scales.empty()) return;
  if (scales.size() > 1)
    throw Error(
        fmt::format("tensor {}: a computed tensor with {} scales", quoted(tensor.name), scales.size()));
  const auto [least, most] = range_of(tensor.type);
  const double zero = double(zero_points[0]);
  const Clamp bounds{scales[0] * (least - zero), scales[0] * (most - zero)};
  for (double& x : value.numbers) x = clamped(x, bounds);
}

}  // namespace

std::vector<Value> evaluate(const Graph& graph, std::span<const std::vector<double>> inputs,
                            const Observer& observer) {
  if (inputs.size() != graph.inputs.size())
    throw Error(fmt::format("{} inputs for {}", inputs.size(), graph.inputs.size()));
  std::vector<std::optional<Value>> values(graph.tensors.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& tensor = graph.tensors[graph.inputs[i]];
    if (int64_t(inputs[i].size()) != elements(*tensor.shape, "input"))
      throw Error(fmt::format("input {}: {} numbers for {}", quoted(tensor.name), inputs[i].size(),
                              text_of(*tensor.shape)));
    values[graph.inputs[i]] = Value{*tensor.shape, value_type(tensor), true, inputs[i]};
  }
  const std::vector<size_t> last = last_uses(graph);
  for (size_t k = 0; k < graph.operations.size(); ++k) {
    const Operation& operation = graph.operations[k];
    Call call{operation, {}};
    for (const int i : operation.inputs) {
      if (i >= 0 && !values[i]) values[i] = value_of(graph.tensors[i]);  // a constant; freed like all others
      call.inputs.push_back(i < 0 ? nullptr : &*values[i]);
    }
    const Tensor& tensor = graph.tensors[operation.outputs[0]];
    Value output{.shape = *tensor.shape, .type = value_type(tensor), .known = true};
    output.numbers.resize(elements(output.shape, place_of(operation)));
    row_of(operation.kind).evaluate(call, output);
    keep_in_range(tensor, output);
    if (observer) observer(operation.outputs[0], output);
    values[operation.outputs[0]] = std::move(output);
    for (const int i : operation.inputs)
      if (i >= 0 && last[i] == k) values[i].reset();
    if (last[operation.outputs[0]] <= k) values[operation.outputs[0]].reset();  // nobody reads it
  }
  std::vector<Value> outputs;
  for (const int i : graph.outputs) {
    if (!values[i]) values[i] = value_of(graph.tensors[i]);
    outputs.push_back(*values[i]);
  }
  return outputs;
}

}  // namespace mobilith::file
