#include "weights/keras_graph.h"

#include <fmt/format.h>

#include "models/model_error.h"
#include "weights/keras_structure.h"

namespace mobilith {

namespace {

// Any extent but that of the channels may be left open.
void append_image(const KerasStructure& from, Graph& graph) {
  Operation operation{OperationKind::input, "", from.calls[0].what, {}};
  operation.channels = 3;
  if (!from.image.empty()) {
    operation.height = from.image[1], operation.width = from.image[2];
    operation.channels = from.image[3].value_or(3);
    if (operation.channels != 3)
      throw WeightsError(
          fmt::format("{}: the input has {} channels (shape ({}, {}, {})), expected 3, the last axis",
                      operation.what, operation.channels, operation.height.value_or(-1),
                      operation.width.value_or(-1), operation.channels));
  }
  graph.operations.push_back(operation);
}

}  // namespace

KerasGraph read_keras_graph(const std::string& text, const ReadOptions& options) {
  const KerasStructure from = read_keras_structure(text, options);
  if (from.outputs.size() != 1)
    throw WeightsError(
        fmt::format("the model: 'output_layers' has {} layers, expected one layer", from.outputs.size()));
  const KerasRules rules{options, from.keras3};
  KerasGraph result;
  append_image(from, result.graph);
  std::vector<int> made{0};  // by value, the operation that holds it
  std::vector<bool> called(from.layers.size());
  for (size_t i = 1; i < from.calls.size(); i++) {
    const KerasCall& call = from.calls[i];
    KerasLayer layer = from.layers[size_t(call.layer)];
    if (called[size_t(call.layer)])
      throw WeightsError(fmt::format("{}: is called more than once, expected once", call.what));
    called[size_t(call.layer)] = true;
    if (is_keras_operation(*call.json))
      throw WeightsError(fmt::format("{}: an operation, expected a layer", call.what));
    expect_only_tensors(call.arguments, layer.own_name, call.kind.starts_with("Random"));
    std::vector<int> inputs;
    for (int value : call.inputs) inputs.push_back(made[size_t(value)]);
    KerasSettings settings(call.what, (*call.json)["config"]);
    made.push_back(append_keras_layer(call.kind, settings, inputs, rules, result.graph, layer));
    if (!layer.roles.empty()) result.layers.push_back(layer);
  }
  result.graph.output = made[size_t(from.outputs[0])];
  return result;
}

}  // namespace mobilith
