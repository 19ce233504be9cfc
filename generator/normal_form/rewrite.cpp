#include "normal_form/rewrite.h"

#include <algorithm>

#include "graph/infer.h"

namespace mobilith::file {

Rewrite::Rewrite(const Graph& graph)
    : from(graph), at_(graph.tensors.size(), -1), uses_(graph.tensors.size()), maker_(graph.tensors.size()) {
  to_.format = graph.format;
  for (const Operation& operation : graph.operations) {
    for (const int input : operation.inputs)
      if (input >= 0) ++uses_[input];
    maker_[operation.outputs[0]] = &operation;
  }
  for (const int output : graph.outputs) ++uses_[output];
  for (const int input : graph.inputs) to_.inputs.push_back(at(input));
}

std::optional<double> Rewrite::scalar(int old) const {
  if (!is_constant(old) || elements(shape(old), "constant") != 1) return {};
  return numbers(old)[0];
}

int Rewrite::at(int old) {
  if (old < 0) return -1;
  if (at_[old] < 0) {  // an input or a constant; the rest is made before it is read
    at_[old] = int(to_.tensors.size());
    to_.tensors.push_back(from.tensors[old]);
  }
  return at_[old];
}

void Rewrite::stands(int old, int now) { at_[old] = now; }

int Rewrite::constant(const std::string& name, const Extents& shape, std::span<const double> values,
                      ElementType type) {
  to_.tensors.push_back(constant_tensor(name, shape, values, type));
  return int(to_.tensors.size()) - 1;
}

int Rewrite::emit(const Operation& like, OperationKind kind, Attributes attributes, std::vector<int> inputs,
                  int old) {
  const int output = int(to_.tensors.size());
  to_.tensors.push_back({.name = from.tensors[old].name});
  to_.operations.push_back(
      {kind, like.type, like.name, std::move(inputs), std::vector<int>{output}, std::move(attributes)});
  return output;
}

void Rewrite::keep(const Operation& operation) {
  std::vector<int> inputs;
  for (const int input : operation.inputs) inputs.push_back(at(input));
  const int old = operation.outputs[0];
  const int output = emit(operation, operation.kind, operation.attributes, inputs, old);
  to_.tensors[output].quantisation = from.tensors[old].quantisation;
  to_.tensors[output].type = from.tensors[old].type;
  to_.tensors[output].statistics = from.tensors[old].statistics;
  stands(old, output);
}

Graph Rewrite::finish() {
  // An output must not become an input or a constant, nor two outputs one: they have their names.
  for (const int old : from.outputs) {
    int now = at(old);
    const bool made = std::any_of(to_.operations.begin(), to_.operations.end(),
                                  [&](const Operation& operation) { return operation.outputs[0] == now; });
    if (!made || std::find(to_.outputs.begin(), to_.outputs.end(), now) != to_.outputs.end()) {
      const Operation like{.kind = OperationKind::identity,
                           .type = "output",
                           .name = from.tensors[old].name,
                           .inputs = {},
                           .outputs = {}};
      now = emit(like, OperationKind::identity, {}, {now}, old);
    }
    to_.tensors[now].name = from.tensors[old].name;
    to_.outputs.push_back(now);
  }
  // Backwards: what is read, and the operations that make it.
  std::vector<bool> read(to_.tensors.size());
  for (const int i : to_.outputs) read[i] = true;
  for (const int i : to_.inputs) read[i] = true;
  std::vector<Operation> kept;
  for (auto operation = to_.operations.rbegin(); operation != to_.operations.rend(); ++operation) {
    if (!read[operation->outputs[0]]) continue;
    for (const int input : operation->inputs)
      if (input >= 0) read[input] = true;
    kept.push_back(std::move(*operation));
  }
  std::reverse(kept.begin(), kept.end());
  to_.operations = std::move(kept);
  // Tensors that are read move together.
  std::vector<int> moved(to_.tensors.size(), -1);
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < to_.tensors.size(); ++i) {
    if (!read[i]) continue;
    moved[i] = int(tensors.size());
    tensors.push_back(std::move(to_.tensors[i]));
  }
  to_.tensors = std::move(tensors);
  const auto move = [&](std::vector<int>& indices) {
    for (int& i : indices)
      if (i >= 0) i = moved[i];
  };
  move(to_.inputs), move(to_.outputs);
  for (Operation& operation : to_.operations) move(operation.inputs), move(operation.outputs);
  infer(to_);
  return std::move(to_);
}

}  // namespace mobilith::file
