// Attributes of TensorFlow's nodes: each is taken by its name and type, or refused.
#include <fmt/format.h>

#include <algorithm>

#include "formats/tensorflow_file.h"
#include "graph/value.h"

namespace mobilith::file {

using Attribute = tensorflow::Attribute;

namespace {

// Remarks of those who made the graph: where nodes run, and what was known of them.
constexpr const char* remarks[] = {"_class",
                                   "_output_shapes",
                                   "_user_specified_name",
                                   "_has_manual_control_dependencies",
                                   "_gradient_op_type",
                                   "_grappler_ArithmeticOptimizer_MinimizeBroadcasts"};

// A file with longer lists than these is none of a MobileNet.
constexpr int longest_list = 16;

const char* name_of_kind(Attribute::ValueCase kind) {
  constexpr const char* names[] = {"nothing",  "a list",        "a word",      "a whole number",
                                   "a number", "a truth value", "a data type", "a shape",
                                   "a tensor", "a placeholder", "a function"};
  return names[size_t(kind)];
}

}  // namespace

TensorflowReading::TensorflowReading(const std::shared_ptr<const tensorflow::Node>& node, Graph& graph_,
                                     Operation& to_)
    : graph(graph_), to(to_), node_(node) {
  for (const auto& entry : node->attr())
    if (!attributes_.emplace(entry.key(), &entry.value()).second)
      refuse(to, fmt::format("attribute {} twice", quoted(entry.key())));
  for (const char* remark : remarks) ignore(remark);
}

const Attribute* TensorflowReading::take(const std::string& name, Attribute::ValueCase kind) {
  taken_.insert(name);
  const auto found = attributes_.find(name);
  if (found == attributes_.end()) return nullptr;
  if (found->second->value_case() != kind)
    refuse(to, fmt::format("attribute {} is {}; expected {}", quoted(name),
                           name_of_kind(found->second->value_case()), name_of_kind(kind)));
  return found->second;
}

int64_t TensorflowReading::integer(const std::string& name, int64_t otherwise) {
  const auto* attribute = take(name, Attribute::kI);
  return attribute ? attribute->i() : otherwise;
}

double TensorflowReading::number(const std::string& name, double otherwise) {
  const auto* attribute = take(name, Attribute::kF);
  return attribute ? attribute->f() : otherwise;
}

bool TensorflowReading::truth(const std::string& name, bool otherwise) {
  const auto* attribute = take(name, Attribute::kB);
  return attribute ? attribute->b() : otherwise;
}

std::string TensorflowReading::word(const std::string& name, const std::string& otherwise) {
  const auto* attribute = take(name, Attribute::kS);
  return attribute ? attribute->s() : otherwise;
}

ElementType TensorflowReading::type(const std::string& name, ElementType otherwise) {
  const auto* attribute = take(name, Attribute::kType);
  return attribute ? tensorflow_type(attribute->type(), place_of(to)) : otherwise;
}

std::vector<int64_t> TensorflowReading::integers(const std::string& name,
                                                 const std::vector<int64_t>& otherwise) {
  const auto* attribute = take(name, Attribute::kList);
  if (!attribute) return otherwise;
  const tensorflow::List& list = attribute->list();
  if (list.s_size() || list.f_size() || list.b_size() || list.type_size() || list.shape_size() ||
      list.tensor_size() || list.func_size())
    refuse(to, fmt::format("attribute {} has other than whole numbers", quoted(name)));
  if (list.i_size() > longest_list)
    refuse(to, fmt::format("attribute {} has {} numbers", quoted(name), list.i_size()));
  return {list.i().begin(), list.i().end()};
}

std::vector<std::string> TensorflowReading::words(const std::string& name) {
  const auto* attribute = take(name, Attribute::kList);
  if (!attribute) return {};
  const tensorflow::List& list = attribute->list();
  if (list.i_size() || list.f_size() || list.b_size() || list.type_size() || list.shape_size() ||
      list.tensor_size() || list.func_size() || list.s_size() > longest_list)
    refuse(to, fmt::format("attribute {} has other than a few words", quoted(name)));
  return {list.s().begin(), list.s().end()};
}

const tensorflow::Shape* TensorflowReading::shape(const std::string& name) {
  const auto* attribute = take(name, Attribute::kShape);
  return attribute ? &attribute->shape() : nullptr;
}

std::shared_ptr<const tensorflow::Tensor> TensorflowReading::tensor(const std::string& name) {
  const auto* attribute = take(name, Attribute::kTensor);
  if (!attribute) return {};
  return {node_, &attribute->tensor()};
}

void TensorflowReading::finish() const {
  for (const auto& [name, attribute] : attributes_)
    if (!taken_.count(name)) refuse(to, fmt::format("attribute {} is not known", quoted(name)));
}

void TensorflowReading::expect_inputs(size_t count) const {
  if (to.inputs.size() != count) refuse(to, fmt::format("{} inputs; expected {}", to.inputs.size(), count));
}

int64_t TensorflowReading::constant(size_t input) const {
  const Tensor& tensor = graph.tensors[to.inputs.at(input)];
  const auto is_one = [](int64_t extent) { return extent == 1; };
  if (!tensor.constant || !is_whole(tensor.type) ||
      !std::all_of(tensor.shape->begin(), tensor.shape->end(), is_one))
    refuse(to, fmt::format("input {} must be one constant whole number", input));
  return int64_t(value_of(tensor).numbers.at(0));
}

int TensorflowReading::before(OperationKind kind, Attributes attributes, std::vector<int> inputs) {
  graph.tensors.push_back({.name = to.name + " (" + to.type + "'s own)"});
  const int made = int(graph.tensors.size()) - 1;
  graph.operations.push_back({.kind = kind,
                              .type = to.type,
                              .name = to.name,
                              .inputs = std::move(inputs),
                              .outputs = {made},
                              .attributes = std::move(attributes)});
  return made;
}

}  // namespace mobilith::file
