// Attributes of ONNX nodes: each is taken by its name and type, or refused.
#include <fmt/format.h>

#include <algorithm>

#include "formats/onnx_file.h"
#include "graph/value.h"

namespace mobilith::file {

namespace {

enum AttributeKind {
  undefined,
  number_kind,
  integer_kind,
  word_kind,
  tensor_kind,
  graph_kind,
  numbers_kind,
  integers_kind
};

int kind_of(const onnx::Attribute& attribute) {
  if (attribute.type() != undefined) return attribute.type();
  return attribute.has_f()             ? number_kind
         : attribute.has_i()           ? integer_kind
         : attribute.has_s()           ? word_kind
         : attribute.has_t()           ? tensor_kind
         : attribute.has_g()           ? graph_kind
         : attribute.floats_size() > 0 ? numbers_kind
                                       : integers_kind;
}

}  // namespace

NodeReading::NodeReading(const std::shared_ptr<const onnx::Node>& node, int64_t opset_, Graph& graph_,
                         Operation& to_, ExternalData& external_)
    : opset(opset_), graph(graph_), to(to_), external(external_), node_(node) {
  for (const onnx::Attribute& attribute : node->attribute()) {
    if (attribute.has_ref_attr_name()) refuse(to, "an attribute that refers to a function's");
    if (!attributes_.emplace(attribute.name(), &attribute).second)
      refuse(to, fmt::format("attribute {} twice", quoted(attribute.name())));
  }
}

const onnx::Attribute* NodeReading::take(const std::string& name, int kind) {
  taken_.insert(name);
  const auto found = attributes_.find(name);
  if (found == attributes_.end()) return nullptr;
  if (kind_of(*found->second) != kind)
    refuse(to, fmt::format("attribute {} is of kind {}; expected {}", quoted(name), kind_of(*found->second),
                           kind));
  return found->second;
}

int64_t NodeReading::integer(const std::string& name, int64_t otherwise) {
  const auto* attribute = take(name, integer_kind);
  return attribute ? attribute->i() : otherwise;
}

double NodeReading::number(const std::string& name, double otherwise) {
  const auto* attribute = take(name, number_kind);
  return attribute ? attribute->f() : otherwise;
}

std::string NodeReading::word(const std::string& name, const std::string& otherwise) {
  const auto* attribute = take(name, word_kind);
  return attribute ? attribute->s() : otherwise;
}

std::optional<std::vector<int64_t>> NodeReading::integers(const std::string& name) {
  const auto* attribute = take(name, integers_kind);
  if (!attribute) return {};
  if (attribute->ints_size() > 16)
    refuse(to, fmt::format("attribute {} has more than 16 numbers", quoted(name)));
  return std::vector<int64_t>(attribute->ints().begin(), attribute->ints().end());
}

std::optional<std::vector<float>> NodeReading::numbers(const std::string& name) {
  const auto* attribute = take(name, numbers_kind);
  if (!attribute) return {};
  return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

std::shared_ptr<const onnx::Tensor> NodeReading::tensor(const std::string& name) {
  const auto* attribute = take(name, tensor_kind);
  if (!attribute) return {};
  return {node_, &attribute->t()};
}

void NodeReading::finish() const {
  for (const auto& [name, attribute] : attributes_)
    if (!taken_.count(name)) refuse(to, fmt::format("attribute {} is not known", quoted(name)));
}

void NodeReading::at_most(size_t inputs) const {
  if (to.inputs.size() > inputs)
    refuse(to, fmt::format("{} inputs; expected at most {}", to.inputs.size(), inputs));
}

double NodeReading::constant(size_t input) const {
  const Tensor& tensor = graph.tensors[to.inputs[input]];
  const auto is_one = [](int64_t extent) { return extent == 1; };
  if (!tensor.constant || !std::all_of(tensor.shape->begin(), tensor.shape->end(), is_one))
    refuse(to, fmt::format("input {} must be one constant", input));
  return value_of(tensor).numbers.at(0);
}

int NodeReading::add_constant(const std::vector<int64_t>& numbers) {
  const auto owner = std::make_shared<const std::vector<int64_t>>(numbers);
  Tensor tensor;
  tensor.name = to.name;
  tensor.type = ElementType::i64;
  tensor.shape = Extents{int64_t(numbers.size())};
  tensor.constant =
      Bytes{owner, {reinterpret_cast<const char*>(owner->data()), owner->size() * sizeof(int64_t)}};
  return add_tensor(std::move(tensor));
}

int NodeReading::add_tensor(Tensor tensor) {
  graph.tensors.push_back(std::move(tensor));
  return int(graph.tensors.size()) - 1;
}

}  // namespace mobilith::file
