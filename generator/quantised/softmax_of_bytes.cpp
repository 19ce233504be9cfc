#include "quantised/softmax_of_bytes.h"

#include <algorithm>

#include "quantised/step.h"

namespace mobilith::quantised {

using file::Operation;
using file::OperationKind;

namespace {

const Operation* maker_of(const file::Graph& graph, int tensor) {
  for (const Operation& operation : graph.operations)
    if (operation.outputs[0] == tensor) return &operation;
  return nullptr;
}

bool is_read(const file::Graph& graph, int tensor) {
  const auto has = [&](const std::vector<int>& list) {
    return std::find(list.begin(), list.end(), tensor) != list.end();
  };
  return has(graph.outputs) || std::any_of(graph.operations.begin(), graph.operations.end(),
                                           [&](const Operation& operation) { return has(operation.inputs); });
}

}  // namespace

file::Graph softmax_of_bytes(file::Graph graph) {
  for (Operation& operation : graph.operations) {
    if (operation.kind != OperationKind::softmax) continue;
    const int floats = operation.inputs[0];
    const Operation* maker = maker_of(graph, floats);
    if (!maker || maker->kind != OperationKind::requantise ||
        !is_byte(graph.tensors[size_t(maker->inputs[0])]))
      continue;
    if (graph.tensors[size_t(floats)].type != file::ElementType::f32) continue;
    operation.inputs[0] = maker->inputs[0];
    if (!is_read(graph, floats))
      graph.operations.erase(graph.operations.begin() + (maker - graph.operations.data()));
    return softmax_of_bytes(std::move(graph));
  }
  return graph;
}

}  // namespace mobilith::quantised
