#include "weights/keras_file_graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "graph/file_error.h"
#include "graph/infer.h"
#include "graph/value.h"
#include "models/model_error.h"

namespace mobilith {

namespace {

// The file's word for its version, and how it writes the input's shape; nothing is known where they differ.
KerasRules rules_of(const KerasText& text, const KerasStructure& structure, const ReadOptions& options) {
  KerasRules rules{options};
  const bool keras2 = text.config.find("\"batch_input_shape\"") != std::string::npos;
  rules.keras3 = text.version.empty() ? structure.keras3 : text.version.starts_with("3.");
  rules.keras2 = text.version.empty() ? keras2 : text.version.starts_with("2.");
  if ((rules.keras3 && keras2) || (rules.keras2 && structure.keras3)) rules.keras2 = rules.keras3 = false;
  return rules;
}

// As fold.cpp says it: such a batch norm divides by nothing, or by the root of a negative number.
void expect_sane(const KerasLayer& layer, const std::string& role, const std::vector<float>& values) {
  for (size_t i = 0; i < values.size(); i++)
    if (!std::isfinite(values[i]))
      throw WeightsError(fmt::format("{}/{}: value {} of {} is {}, expected finite numbers", layer.name, role,
                                     i, values.size(), values[i]));
  if (role != "moving_variance" && role != "variance") return;
  for (size_t c = 0; c < values.size(); c++)
    if (!(values[c] + layer.epsilon > 0) && !(role == "variance" && values[c] == 0))
      throw WeightsError(fmt::format("{}/{}: channel {} is {}, expected more than -{}", layer.name, role, c,
                                     values[c], layer.epsilon));
}

file::Bytes bytes_of(const std::vector<float>& values) {
  const auto owner = std::make_shared<const std::string>(reinterpret_cast<const char*>(values.data()),
                                                         values.size() * sizeof(float));
  return {owner, *owner};
}

}  // namespace

std::string assumed_size(const KerasText& text, const ReadOptions& options) {
  if (options.height && options.width) return "";
  const KerasImage image = read_keras_structure(text.config, options).image;
  if (image.size() == 4 && image[1] && image[2]) return "";
  return "the model takes images of any size; assumed is 224x224 (--resolution says another)";
}

file::Graph keras_file_graph(const KerasText& text, KerasTensors& tensors, const ReadOptions& options,
                             std::optional<int> height, std::optional<int> width) try {
  const KerasStructure structure = read_keras_structure(text.config, options);
  KerasOperations made = keras_operations(structure, rules_of(text, structure, options), height, width);
  std::vector<KerasLayer> with_weights;
  for (const KerasLayer& layer : made.layers)
    if (!layer.roles.empty()) with_weights.push_back(layer);
  tensors.claim(with_weights);
  for (const keras::KerasVariable& variable : made.variables) {
    const KerasLayer& layer = made.layers[size_t(variable.layer)];
    file::Tensor& to = made.graph.tensors[size_t(variable.tensor)];
    const KerasTensor from = tensors.read(layer, variable.role);
    if (from.shape != *to.shape)
      throw WeightsError(fmt::format("{}/{}: has the shape ({}), expected ({})", layer.name, variable.role,
                                     fmt::join(from.shape, ", "), fmt::join(*to.shape, ", ")));
    expect_sane(layer, variable.role, from.values);
    to.constant = bytes_of(from.values);
  }
  file::infer(made.graph);
  return std::move(made.graph);
} catch (const file::Error& error) {
  throw WeightsError(error.what());
}

}  // namespace mobilith
