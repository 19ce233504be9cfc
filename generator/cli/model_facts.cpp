#include "cli/model_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "graph/file_error.h"
#include "graph/value.h"
#include "networks/output_blocks.h"
#include "normal_form/normal_form.h"

namespace mobilith {

namespace {

// "0.0078431", or "(0.017, 0.018, 0.017)" where the channels differ.
std::string numbers_text(const std::vector<double>& values) {
  const bool same = std::all_of(values.begin(), values.end(), [&](double x) { return x == values.front(); });
  if (same) return fmt::format("{:.7g}", values.front());
  std::vector<std::string> texts;
  for (const double value : values) texts.push_back(fmt::format("{:.7g}", value));
  return fmt::format("({})", fmt::join(texts, ", "));
}

std::string scaling_text(const Scaling& scaling) {
  if (scaling.scale.empty()) return "not scaled in the file";
  return fmt::format("scaled in the file: times {}, plus {}", numbers_text(scaling.scale),
                     numbers_text(scaling.shift));
}

std::string shape_of(const file::Tensor& tensor) {
  return tensor.shape ? file::text_of(*tensor.shape) : "unknown";
}

// How a quantised tensor is stored; empty: it is not.
std::string stored_text(const file::Tensor& tensor) {
  const auto& [scales, zeros, axis] = tensor.quantisation;
  if (scales.size() != 1) return "";
  return fmt::format("  stored as {}, scale {:.7g}, zero point {}", name_of(tensor.type), scales[0],
                     zeros[0]);
}

nlohmann::json tensor_json(const file::Tensor& tensor) {
  nlohmann::json json{{"name", tensor.name}, {"shape", tensor.shape.value_or(file::Extents{})}};
  const auto& [scales, zeros, axis] = tensor.quantisation;
  if (scales.size() == 1)
    json["stored"] = {{"type", name_of(tensor.type)}, {"scale", scales[0]}, {"zero_point", zeros[0]}};
  return json;
}

}  // namespace

std::optional<file::Graph> graph_of(const Weights& weights, const Network& network) {
  try {
    return weights.graph(network.image().height, network.image().width);
  } catch (const WeightsError&) {
    return std::nullopt;
  }
}

ImageScaling scaling_of(const std::optional<file::Graph>& graph) {
  return graph ? image_scaling(file::with_factors(*graph)) : ImageScaling{};
}

std::string model_text(const file::Graph& graph, const Network& network) {
  std::string text;
  for (const int input : graph.inputs) {
    const file::Tensor& tensor = graph.tensors[size_t(input)];
    text += fmt::format("input   {}  {}  {}{}\n", file::quoted(tensor.name), shape_of(tensor),
                        scaling_text(scaling_of(graph)), stored_text(tensor));
  }
  const std::vector<const Block*> blocks = output_blocks(network);
  for (size_t i = 0; i < graph.outputs.size() && i < blocks.size(); i++) {
    const file::Tensor& tensor = graph.tensors[size_t(graph.outputs[i])];
    text += fmt::format("output  {}  {}  of block {}{}\n", file::quoted(tensor.name), shape_of(tensor),
                        blocks[i]->name, stored_text(tensor));
  }
  return text;
}

nlohmann::json model_json(const file::Graph& graph, const Network& network) {
  nlohmann::json inputs = nlohmann::json::array(), outputs = nlohmann::json::array();
  for (const int input : graph.inputs) {
    const Scaling scaling = scaling_of(graph);
    inputs.push_back(tensor_json(graph.tensors[size_t(input)]));
    inputs.back()["scale"] = scaling.scale, inputs.back()["shift"] = scaling.shift;
  }
  const std::vector<const Block*> blocks = output_blocks(network);
  for (size_t i = 0; i < graph.outputs.size() && i < blocks.size(); i++) {
    outputs.push_back(tensor_json(graph.tensors[size_t(graph.outputs[i])]));
    outputs.back()["block"] = blocks[i]->name;
  }
  return {{"format", graph.format}, {"inputs", inputs}, {"outputs", outputs}};
}

}  // namespace mobilith
