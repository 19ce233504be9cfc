#include "quantised/evaluate.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "graph/file_error.h"
#include "graph/lifetimes.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

using file::Tensor;
using file::Value;

namespace {

const OperationRow& known_row_of(const file::Operation& operation) {
  const OperationRow* row = find_row(operation.kind);
  if (!row) file::refuse(operation, "no computation of whole numbers is known for it");
  return *row;
}

Value input_value(const Tensor& tensor, const std::vector<double>& numbers) {
  if (int64_t(numbers.size()) != file::elements(*tensor.shape, "input"))
    throw file::Error(fmt::format("input {}: {} numbers for {}", file::quoted(tensor.name), numbers.size(),
                                  file::text_of(*tensor.shape)));
  const auto [least, most] = file::range_of(tensor.type);
  if (file::is_whole(tensor.type))
    for (const double x : numbers)
      if (!(x >= least && x <= most) || x != std::floor(x))
        throw file::Error(
            fmt::format("input {}: {} is no {}", file::quoted(tensor.name), x, name_of(tensor.type)));
  return {*tensor.shape, file::value_type(tensor), true, numbers};
}

}  // namespace

void check(const file::Graph& graph, Requantise mode) {
  for (const file::Operation& operation : graph.operations)
    known_row_of(operation).check(step_of(graph, operation, mode));
}

std::vector<Value> evaluate(const file::Graph& graph, std::span<const std::vector<double>> inputs,
                            Requantise mode, const file::Observer& observer, const Change& change) {
  check(graph, mode);
  if (inputs.size() != graph.inputs.size())
    throw file::Error(fmt::format("{} inputs for {}", inputs.size(), graph.inputs.size()));
  std::vector<std::optional<Value>> values(graph.tensors.size());
  for (size_t i = 0; i < inputs.size(); ++i)
    values[graph.inputs[i]] = input_value(graph.tensors[graph.inputs[i]], inputs[i]);
  const std::vector<size_t> last = file::last_uses(graph);
  for (size_t k = 0; k < graph.operations.size(); ++k) {
    const file::Operation& operation = graph.operations[k];
    Step step = step_of(graph, operation, mode);
    for (const int i : operation.inputs) {
      if (i >= 0 && !values[i])
        values[i] = stored_value(graph.tensors[i]);  // a constant; freed like all others
      step.values.push_back(i < 0 ? nullptr : &*values[i]);
    }
    Value output{.shape = *step.result.shape, .type = file::value_type(step.result), .known = true};
    output.numbers.resize(file::elements(output.shape, file::place_of(operation)));
    known_row_of(operation).evaluate(step, output);
    if (observer) observer(operation.outputs[0], output);
    if (change) change(operation.outputs[0], output.numbers);
    values[operation.outputs[0]] = std::move(output);
    for (const int i : operation.inputs)
      if (i >= 0 && last[i] == k) values[i].reset();
    if (last[operation.outputs[0]] <= k) values[operation.outputs[0]].reset();  // nobody reads it
  }
  std::vector<Value> outputs;
  for (const int i : graph.outputs) {
    if (!values[i]) values[i] = stored_value(graph.tensors[i]);
    outputs.push_back(*values[i]);
  }
  return outputs;
}

}  // namespace mobilith::quantised
