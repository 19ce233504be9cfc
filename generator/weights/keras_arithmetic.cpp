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

int binary(Making& m, Kind kind, const std::vector<std::string>& names) {
  const std::vector<int> of = operands(m, names);
  if (of.size() != 2) refuse_call(m, fmt::format("{} operands, expected two", of.size()));
  return m.append(kind, file::Elementwise{}, of);
}

int function(Making& m, const char* name, const std::vector<std::string>& names) {
  const std::vector<int> of = operands(m, names);
  if (of.size() != 1) refuse_call(m, fmt::format("{} operands, expected one", of.size()));
  return append_function(m, "name", name, of[0]);
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

template <size_t n>
int make(Making& m, const Row (&rows)[n], const std::string& type, const std::vector<std::string>& names) {
  for (const Row& row : rows)
    if (type == row.type) return row.function ? function(m, row.function, names) : binary(m, row.kind, names);
  throw WeightsError(
      fmt::format("{}: the operation '{}', and no operation stands for it here", m.call.what, type));
}

}  // namespace

int make_tensorflow_function(Making& m) {
  return make(m, of_tensorflow, m.settings.text("function", ""), {"x", "y", "a", "b", "features", "logits"});
}

int make_keras_operation(Making& m) { return make(m, of_keras, m.call.kind, {"x1", "x2", "x"}); }

}  // namespace mobilith::keras
