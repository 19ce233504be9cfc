#include "formats/tensorflow_variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "formats/tensorflow_calls.h"
#include "formats/tensorflow_file.h"
#include "formats/tensorflow_flat_graph.h"
#include "graph/file_error.h"
#include "graph/value.h"

namespace mobilith::file {

namespace {

Operation operation_of(const tensorflow::Node& node) {
  return {.kind = {}, .type = node.op(), .name = node.name(), .inputs = {}, .outputs = {}};
}

bool is_one_of(const std::string& op, std::initializer_list<const char*> ops) {
  return std::any_of(ops.begin(), ops.end(), [&](const char* other) { return op == other; });
}

bool assigns(const tensorflow::Node& node) { return is_one_of(node.op(), {"Assign", "AssignVariableOp"}); }

// Throws Error for a node that takes a variable and is not known to leave it as it is; of variables by name
// those that `matter`, where there is such a set.
void expect_no_change(FlatGraph& flat, const tensorflow::Node& node, const char* when,
                      const std::set<std::string>* matter = nullptr) {
  if (is_one_of(node.op(), {"Identity", "ReadVariableOp", "VarIsInitializedOp", "IsVariableInitialized"}))
    return;
  for (int i = 0; i < node.input_size(); ++i) {
    const tensorflow::Node* variable = flat.variable_behind(node, i);
    if (variable && (!matter || matter->count(variable_of(*variable))))
      refuse(operation_of(node), fmt::format("a variable is changed {}", when));
  }
}

// A constant list of words, of which one is asked for.
const std::string* word(const FlatGraph::Source& list, int index) {
  if (!list.node || list.node->op() != "Const") return nullptr;
  const auto* value = attribute_of(*list.node, "value");
  if (!value || index >= value->tensor().string_val_size()) return nullptr;
  return &value->tensor().string_val(index);
}

// What is assigned.
Restored restored(FlatGraph& flat, const tensorflow::Node& assignment, const std::string& file) {
  const FlatGraph::Source value = flat.behind(assignment, 1);
  if (!value.node || value.node->op() != "RestoreV2")
    return {"", "is not restored from the checkpoint as it is"};
  const FlatGraph::Source prefix = flat.behind(*value.node, 0);
  if (!prefix.node || prefix.node->name() != file) return {"", "is restored from a file of its own"};
  const std::string* key = word(flat.behind(*value.node, 1), value.output);
  const std::string* slice = word(flat.behind(*value.node, 2), value.output);
  if (!key || !slice) return {"", "is restored from what no constant says"};
  if (!slice->empty()) return {"", "is restored from a slice (a partitioned variable), which is not read"};
  return {*key};
}

}  // namespace

RestoredVariables restored_variables(const tensorflow::Graph& graph, const std::string& file) {
  FlatGraph flat(graph);
  RestoredVariables all;
  for (const tensorflow::Node& node : graph.node()) {
    if (!assigns(node)) {
      expect_no_change(flat, node, "while variables are restored");
      continue;
    }
    const tensorflow::Node* variable = flat.variable_behind(node, 0);
    if (!variable) continue;
    const auto [place, added] = all.emplace(variable_of(*variable), restored(flat, node, file));
    if (!added) place->second.problem = "is restored twice";
  }
  return all;
}

void expect_no_changes(const tensorflow::Graph& graph) {
  FlatGraph flat(graph);
  for (const tensorflow::Node& node : graph.node()) expect_no_change(flat, node, "before the first run");
}

void keep_needed(tensorflow::Graph& graph, const std::vector<std::string>& outputs) {
  std::map<std::string, int> places;
  for (int i = 0; i < graph.node_size(); ++i) places.emplace(graph.node(i).name(), i);
  std::vector<char> needed(size_t(graph.node_size()));
  std::vector<std::string> waiting = outputs;
  std::set<std::string> read;
  while (!waiting.empty()) {
    const auto found = places.find(reference_of(waiting.back()).node);
    waiting.pop_back();
    if (found == places.end() || needed[found->second]) continue;
    needed[found->second] = true;
    const tensorflow::Node& node = graph.node(found->second);
    if (const std::string variable = variable_of(node); !variable.empty()) read.insert(variable);
    waiting.insert(waiting.end(), node.input().begin(), node.input().end());
  }
  FlatGraph flat(graph);
  tensorflow::Graph kept;
  for (int i = 0; i < graph.node_size(); ++i)
    if (!needed[i]) expect_no_change(flat, graph.node(i), "in every run", &read);
  for (int i = 0; i < graph.node_size(); ++i)
    if (needed[i]) kept.add_node()->Swap(graph.mutable_node(i));
  graph.Swap(&kept);
}

bool has_variables(const tensorflow::Graph& graph) {
  return std::any_of(graph.node().begin(), graph.node().end(),
                     [](const tensorflow::Node& node) { return !variable_of(node).empty(); });
}

bool restores_all(const RestoredVariables& restored, const tensorflow::Graph& graph) {
  return std::all_of(graph.node().begin(), graph.node().end(), [&](const tensorflow::Node& node) {
    const std::string name = variable_of(node);
    return name.empty() || restored.count(name);
  });
}

namespace {

void set_type(tensorflow::Node& node, const std::string& name, int type) {
  auto& entry = *node.add_attr();
  entry.set_key(name);
  entry.mutable_value()->set_type(tensorflow::DataType(type));
}

void remove_attribute(tensorflow::Node& node, const std::string& name) {
  for (int i = node.attr_size(); i-- > 0;)
    if (node.attr(i).key() == name) node.mutable_attr()->DeleteSubrange(i, 1);
}

int type_of(const tensorflow::Node& variable) {
  const auto* type = attribute_of(variable, "dtype");
  return type ? type->type() : 0;
}

// The shape that the graph gives the variable may be open.
bool fits(const tensorflow::Node& variable, const Extents& found) {
  const auto* shape = attribute_of(variable, "shape");
  if (!shape || shape->shape().unknown_rank()) return true;
  const Extents said = extents_of(shape->shape(), place_of(operation_of(variable)));
  return std::ranges::equal(said, found, [](int64_t a, int64_t b) { return a == -1 || a == b; });
}

void expect_known_attributes(const tensorflow::Node& variable) {
  for (const auto& entry : variable.attr())
    if (!entry.key().starts_with('_') &&
        !is_one_of(entry.key(),
                   {"dtype", "shape", "container", "shared_name", "allowed_devices", "debug_name"}))
      refuse(operation_of(variable), fmt::format("attribute {} is not known", quoted(entry.key())));
}

}  // namespace

std::map<std::string, Tensor> freeze(tensorflow::Graph& graph, const RestoredVariables& restored,
                                     const std::function<Tensor(const std::string& key)>& read, size_t room) {
  std::map<std::string, Tensor> variables;
  std::map<int, int> types;  // of variables, by the node that passes one on
  FlatGraph flat(graph);
  for (int i = 0; i < graph.node_size(); ++i)
    if (is_one_of(graph.node(i).op(), {"ReadVariableOp", "Identity"}))
      if (const tensorflow::Node* variable = flat.variable_behind(graph.node(i), 0))
        types[i] = type_of(*variable);

  for (int i = 0; i < graph.node_size(); ++i) {
    tensorflow::Node& node = *graph.mutable_node(i);
    if (types.count(i)) {
      const auto* type = attribute_of(node, node.op() == "Identity" ? "T" : "dtype");
      const bool handle = node.op() == "Identity" && type && type->type() == tensorflow::DT_RESOURCE;
      const int as = handle || !type ? types[i] : int(type->type());
      remove_attribute(node, node.op() == "Identity" ? "T" : "dtype");
      node.set_op("Identity");
      set_type(node, "T", as);
      continue;
    }
    const std::string name = variable_of(node);
    if (name.empty()) continue;
    expect_known_attributes(node);
    const auto from = restored.find(name);
    if (from == restored.end()) refuse(operation_of(node), "a variable that is not restored");
    if (!from->second.problem.empty()) refuse(operation_of(node), "a variable that " + from->second.problem);
    Tensor tensor = read(from->second.key);
    if (tensor.type != tensorflow_type(type_of(node), place_of(operation_of(node))) ||
        !fits(node, *tensor.shape))
      refuse(operation_of(node),
             fmt::format("the checkpoint has {} of {} for it", text_of(*tensor.shape), name_of(tensor.type)));
    if (tensor.constant->view.size() > room) throw Error("its variables are far larger than their files");
    room -= tensor.constant->view.size();
    tensor.name = node.name();
    const int type = type_of(node);
    node.set_op("Const");
    node.clear_attr(), node.clear_input();
    set_type(node, "dtype", type);
    variables.emplace(node.name(), std::move(tensor));
  }
  return variables;
}

}  // namespace mobilith::file
