// Operations that Keras writes as layers: x + 3 becomes a TFOpLambda in Keras 2, an Add of keras.ops in Keras
// 3.
#include <fmt/format.h>

#include <cmath>

#include "models/model_error.h"
#include "weights/keras_builder.h"

namespace mobilith::keras {

using nlohmann::json;
using Kind = file::OperationKind;

namespace {

[[noreturn]] void refuse_call(const Making& m, const std::string& what) {
  throw WeightsError(fmt::format("{}: is called with {}", m.call.what, what));
}

// What it is called with, in order: tensors, and constants as such. "name" and what is null change nothing.
std::vector<int> operands(Making& m, const std::vector<std::string>& names) {
  std::vector<int> found;
  size_t next = 0;  // of the inputs
  for (const KerasArgument& argument : m.call.arguments) {
    if (argument.tensors.size() > 1) refuse_call(m, "a list of tensors");
    const bool known =
        argument.name.empty() || std::find(names.begin(), names.end(), argument.name) != names.end();
    if (argument.tensors.empty() && (argument.name == "name" || argument.constant.is_null())) continue;
    if (!known) refuse_call(m, fmt::format("{}, which changes what it computes", json_text(argument.name)));
    if (!argument.tensors.empty()) {
      found.push_back(m.inputs[next++]);
      continue;
    }
    const json list = argument.constant.is_array() ? argument.constant : json::array({argument.constant});
    std::vector<double> numbers;
    for (const json& number : list) {
      if (!number.is_number() || !std::isfinite(float(number.get<double>())))
        refuse_call(m, fmt::format("{}, expected numbers", json_text(argument.constant)));
      numbers.push_back(number.get<double>());
    }
    if (numbers.empty()) refuse_call(m, "an empty list");
    const bool one = !argument.constant.is_array();
    found.push_back(m.constant(one ? file::Extents{} : file::Extents{int64_t(numbers.size())}, numbers));
  }
  return found;
}

int binary(Making& m, Kind kind, const std::vector<int>& of) {
  if (of.size() != 2) refuse_call(m, fmt::format("{} operands, expected two", of.size()));
  return m.append(kind, file::Elementwise{}, of);
}

int function(Making& m, const char* name, const std::vector<int>& of) {
  if (of.size() != 1) refuse_call(m, fmt::format("{} operands, expected one", of.size()));
  return append_function(m, "name", name, of[0]);
}

// Of an operation that is a node of TensorFlow's: constants are in the settings, by the place of the operand.
std::vector<int> operands_of_node(Making& m) {
  expect_only_tensors(m.call.arguments, m.layer.own_name, /*augments=*/false);
  const json& constants = m.settings.take("constants");
  const size_t given = constants.is_object() ? constants.size() : 0;
  if (!constants.is_null() && !constants.is_object())
    m.settings.refuse("constants", "numbers by their places");
  std::vector<int> found;
  for (size_t i = 0, next = 0; i < m.inputs.size() + given; i++) {
    const auto constant = constants.is_object() ? constants.find(std::to_string(i)) : constants.end();
    if (given && constant != constants.end()) {
      if (!constant->is_number() || !std::isfinite(float(constant->get<double>())))
        m.settings.refuse("constants", "numbers by their places");
      found.push_back(m.constant({}, {constant->get<double>()}));
    } else if (next == m.inputs.size()) {
      m.settings.refuse("constants", "numbers by their places");
    } else {
      found.push_back(m.inputs[next++]);
    }
  }
  return found;
}

// A row with a name of a function is that function, else the kind.
struct Row {
  const char* type;
  Kind kind;
  const char* function = nullptr;
};

constexpr Row of_tensorflow[] = {
    {"__operators__.add", Kind::add},         {"math.add", Kind::add},
    {"math.subtract", Kind::subtract},        {"math.multiply", Kind::multiply},
    {"math.truediv", Kind::divide},           {"math.divide", Kind::divide},
    {"math.maximum", Kind::maximum},          {"math.minimum", Kind::minimum},
    {"nn.relu", Kind::clamp, "relu"},         {"nn.relu6", Kind::clamp, "relu6"},
    {"nn.silu", Kind::multiply, "silu"},      {"math.sigmoid", Kind::sigmoid, "sigmoid"},
    {"nn.softmax", Kind::softmax, "softmax"},
};

constexpr Row of_keras[] = {
    {"Add", Kind::add},
    {"Subtract", Kind::subtract},
    {"Multiply", Kind::multiply},
    {"TrueDivide", Kind::divide},
    {"Divide", Kind::divide},
    {"Maximum", Kind::maximum},
    {"Minimum", Kind::minimum},
    {"Relu", Kind::clamp, "relu"},
    {"Relu6", Kind::clamp, "relu6"},
    {"Silu", Kind::multiply, "silu"},
    {"Sigmoid", Kind::sigmoid, "sigmoid"},
    {"HardSigmoid", Kind::hard_sigmoid, "hard_sigmoid"},
    {"HardSilu", Kind::hard_swish, "hard_silu"},
};

// As TensorFlow 2.2 and 2.3 write x + 3 and the like.
constexpr Row of_nodes[] = {
    {"Add", Kind::add},
    {"AddV2", Kind::add},
    {"Sub", Kind::subtract},
    {"Mul", Kind::multiply},
    {"RealDiv", Kind::divide},
    {"Maximum", Kind::maximum},
    {"Minimum", Kind::minimum},
    {"Relu", Kind::clamp, "relu"},
    {"Relu6", Kind::clamp, "relu6"},
    {"Sigmoid", Kind::sigmoid, "sigmoid"},
};

template <size_t n, class Operands>
int make(Making& m, const Row (&rows)[n], const std::string& type, Operands operands) {
  for (const Row& row : rows)
    if (type == row.type)
      return row.function ? function(m, row.function, operands()) : binary(m, row.kind, operands());
  throw WeightsError(
      fmt::format("{}: the operation '{}', and no operation stands for it here", m.call.what, type));
}

// The word of a node; its attributes must be the type of floats alone, or remarks.
std::string word_of_node(Making& m) {
  const json& node = m.settings.take("node_def");
  if (!node.is_object() || !node.contains("op") || !node["op"].is_string())
    m.settings.refuse("node_def", "a node of TensorFlow as JSON");
  for (const auto& [part, value] : node.items())
    if (part != "name" && part != "op" && part != "input" && part != "attr" && part != "device")
      m.settings.refuse("node_def", "a node of name, op, input and attr");
  if (node.contains("attr") && !node["attr"].is_object()) m.settings.refuse("node_def", "attributes by name");
  if (node.contains("attr"))
    for (const auto& [name, value] : node["attr"].items())
      if (!name.starts_with("_") && !(name == "T" && value == json{{"type", "DT_FLOAT"}}))
        m.settings.refuse("node_def", "a node whose only attribute is T of DT_FLOAT");
  return node["op"];
}

}  // namespace

int make_tensorflow_function(Making& m) {
  return make(m, of_tensorflow, m.settings.text("function", ""),
              [&] { return operands(m, {"x", "y", "a", "b", "features", "logits"}); });
}

int make_tensorflow_node(Making& m) {
  return make(m, of_nodes, word_of_node(m), [&] { return operands_of_node(m); });
}

int make_keras_operation(Making& m) {
  return make(m, of_keras, m.call.kind, [&] { return operands(m, {"x1", "x2", "x"}); });
}

}  // namespace mobilith::keras
