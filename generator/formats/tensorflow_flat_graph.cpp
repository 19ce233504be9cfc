#include "formats/tensorflow_flat_graph.h"

#include <vector>

#include "formats/tensorflow_calls.h"

namespace mobilith::file {

const tensorflow::Attribute* attribute_of(const tensorflow::Node& node, const std::string& name) {
  for (const auto& entry : node.attr())
    if (entry.key() == name) return &entry.value();
  return nullptr;
}

// A resource and a reference of one name are two variables.
std::string variable_of(const tensorflow::Node& node) {
  const bool resource = node.op() == "VarHandleOp";
  if (!resource && node.op() != "VariableV2" && node.op() != "Variable") return "";
  const auto* container = attribute_of(node, "container");
  const auto* shared = attribute_of(node, "shared_name");
  const std::string name = shared && !shared->s().empty() ? shared->s() : node.name();
  return (resource ? "resource\n" : "reference\n") + (container ? container->s() : "") + "\n" + name;
}

FlatGraph::FlatGraph(const tensorflow::Graph& graph) {
  for (const tensorflow::Node& node : graph.node()) nodes_.emplace(node.name(), &node);
}

FlatGraph::Source FlatGraph::direct(const tensorflow::Node& node, int input) const {
  if (input >= node.input_size()) return {nullptr};
  const Reference from = reference_of(node.input(input));
  const auto found = nodes_.find(from.node);
  return found == nodes_.end() ? Source{nullptr} : Source{found->second, from.index};
}

FlatGraph::Source FlatGraph::behind(const tensorflow::Node& node, int input) {
  Source source = direct(node, input);
  std::vector<const tensorflow::Node*> passed;
  while (source.node && source.node->op() == "Identity" && source.output == 0) {
    if (const auto known = behind_identity_.find(source.node); known != behind_identity_.end()) {
      source = known->second;
      break;
    }
    passed.push_back(source.node);
    // One that goes in a circle has nothing behind it.
    behind_identity_[source.node] = {nullptr};
    source = direct(*source.node, 0);
  }
  for (const tensorflow::Node* identity : passed) behind_identity_[identity] = source;
  return source;
}

const tensorflow::Node* FlatGraph::variable_behind(const tensorflow::Node& node, int input) {
  const Source source = behind(node, input);
  return source.node && source.output == 0 && !variable_of(*source.node).empty() ? source.node : nullptr;
}

}  // namespace mobilith::file
