#include "weights/keras_builder.h"

#include <fmt/format.h>

#include <cmath>

#include "graph/operations.h"
#include "models/model_error.h"

namespace mobilith::keras {

using nlohmann::json;
using Kind = file::OperationKind;

int Builder::append(const KerasCall& call, Kind kind, file::Attributes attributes, std::vector<int> inputs) {
  const int output = int(graph.tensors.size());
  const file::Operation operation{
      kind, call.kind, call.name, std::move(inputs), {output}, std::move(attributes)};
  std::vector<file::Value> values;
  for (int input : operation.inputs) values.push_back({.shape = shape(input)});
  file::Call asked{operation, {}};
  for (const file::Value& value : values) asked.inputs.push_back(&value);
  const file::Outcome outcome = file::row_of(kind).outcome(asked);
  file::elements(outcome.shape, file::place_of(operation));
  graph.tensors.push_back({.name = fmt::format("{} ({})", call.name, graph.operations.size()),
                           .type = file::ElementType::f32,
                           .shape = outcome.shape});
  graph.operations.push_back(operation);
  return output;
}

int Builder::constant(const std::string& name, const file::Extents& shape,
                      const std::vector<double>& numbers) {
  made_ += numbers.size();
  if (made_ > most_constants) throw WeightsError(fmt::format("{}: too many channels without weights", name));
  graph.tensors.push_back(file::constant_tensor(name, shape, numbers));
  return int(graph.tensors.size()) - 1;
}

int Builder::variable(const KerasCall& call, const std::string& own_name, const std::string& role,
                      const file::Extents& shape) {
  const auto [known, is_new] = by_role_.emplace(std::pair{call.layer, role}, int(graph.tensors.size()));
  if (is_new) {
    graph.tensors.push_back({.name = own_name + "/" + role, .type = file::ElementType::f32, .shape = shape});
    variables.push_back({known->second, call.layer, role});
  } else if (this->shape(known->second) != shape) {
    throw WeightsError(fmt::format("{}: is called again with another number of channels, its {} is {}",
                                   call.what, role, file::text_of(this->shape(known->second))));
  }
  return known->second;
}

int Making::constant(const file::Extents& shape, std::vector<double> numbers) {
  for (double& number : numbers) number = double(float(number));
  return to.constant(call.name + " (constant)", shape, numbers);
}

int sum(Making& m, int a, int b) { return m.append(Kind::add, file::Elementwise{}, {a, b}); }
int product(Making& m, int a, int b) { return m.append(Kind::multiply, file::Elementwise{}, {a, b}); }

file::ImageOrder take_order(Making& m) {
  m.settings.expect("data_format", {"channels_last", "channels_first", nullptr});
  return m.settings.text("data_format", "channels_last") == "channels_last"
             ? file::ImageOrder::channels_last
             : file::ImageOrder::channels_first;
}

int64_t take_axis(Making& m, int64_t otherwise) {
  const json& given = m.settings.take("axis");
  const json& one = given.is_array() && given.size() == 1 ? given[0] : given;
  const auto rank = int64_t(m.shape().size());
  if (!one.is_null() && (!one.is_number_integer() || one < json(-8) || one > json(8)))
    m.settings.refuse("axis", "one axis");
  const int64_t axis = one.is_null() ? otherwise : one.get<int64_t>();
  const int64_t from_front = axis < 0 ? axis + rank : axis;
  if (from_front < 1 || from_front >= rank)
    m.settings.refuse("axis", fmt::format("an axis of {} behind the batch", file::text_of(m.shape())));
  return from_front;
}

std::vector<double> take_numbers(Making& m, const char* setting) {
  const json* given = &m.settings.take(setting);
  // NumPy's arrays are objects of Keras 3.
  if (given->is_object() && given->value("class_name", json()) == "__numpy__" && given->contains("config") &&
      (*given)["config"].is_object() && (*given)["config"].contains("value"))
    given = &(*given)["config"]["value"];
  const json list = given->is_array() ? *given : json::array({*given});
  std::vector<double> numbers;
  for (const json& number : list) {
    if (!number.is_number() || !std::isfinite(float(number.get<double>())))
      m.settings.refuse(setting, "a number or a list of numbers");
    numbers.push_back(number.get<double>());
  }
  if (numbers.empty()) m.settings.refuse(setting, "a number or a list of numbers");
  return numbers;
}

void expect_image(const Making& m) {
  if (m.shape().size() != 4)
    throw WeightsError(fmt::format("{}: reads a tensor of shape {}, expected an image", m.call.what,
                                   file::text_of(m.shape())));
}

}  // namespace mobilith::keras
