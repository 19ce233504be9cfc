#include "formats/saved_model_objects.h"

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

#include "formats/protobuf_survey.h"
#include "formats/tensorflow_calls.h"
#include "formats/tensorflow_flat_graph.h"
#include "graph/file_error.h"

namespace mobilith::file {

namespace {

template <class Message>
Message parsed(const std::string& bytes) {
  expect_few_fields(bytes, *Message::descriptor());
  Message message;
  if (!message.ParseFromString(bytes)) throw Error("objects of a SavedModel that are damaged");
  return message;
}

constexpr int unseen = -1, several = -2;
constexpr int most_of_object = 64;  // of one object; a variable has one

// For each object of the SavedModel, which of the checkpoint's it is: both are walked from their roots along
// the same names.
std::vector<int> counterparts(const tensorflow::SavedObjectGraph& saved,
                              const tensorflow::TrackableObjectGraph& kept) {
  std::vector<int> found(size_t(saved.nodes_size()), unseen);
  if (!saved.nodes_size() || !kept.nodes_size()) return found;
  found[0] = 0;
  std::deque<int> waiting{0};
  std::map<int, std::map<std::string, int>> children;  // of the checkpoint's objects
  while (!waiting.empty()) {
    const int at = waiting.front();
    waiting.pop_front();
    const auto [place, added] = children.try_emplace(found[at]);
    auto& names = place->second;
    if (added)
      for (const auto& child : kept.nodes(found[at]).children()) names[child.local_name()] = child.node_id();
    for (const auto& child : saved.nodes(at).children()) {
      const auto other = names.find(child.local_name());
      if (other == names.end()) continue;
      if (child.node_id() < 0 || child.node_id() >= saved.nodes_size() || other->second < 0 ||
          other->second >= kept.nodes_size())
        throw Error("objects of a SavedModel that are not there");
      int& is = found[child.node_id()];
      if (is == unseen) {
        is = other->second;
        waiting.push_back(child.node_id());
      } else if (is != other->second && saved.nodes(child.node_id()).has_variable()) {
        is = several;
      }
    }
  }
  return found;
}

Restored restored(const tensorflow::SavedObjectGraph& saved, const tensorflow::TrackableObjectGraph& kept,
                  const std::vector<int>& counterpart, int object) {
  if (object < 0 || object >= saved.nodes_size() || !saved.nodes(object).has_variable())
    return {"", "is no variable among the SavedModel's objects"};
  if (counterpart[object] == several) return {"", "is several of the checkpoint's objects"};
  if (counterpart[object] != unseen) {
    const auto& tensors = kept.nodes(counterpart[object]).attributes();
    for (int i = 0; i < std::min(tensors.size(), most_of_object); ++i)
      if (tensors[i].name() == "VARIABLE_VALUE") return {tensors[i].checkpoint_key()};
  }
  return {"", "is none of the checkpoint's objects"};
}

}  // namespace

RestoredVariables variables_of_objects(const tensorflow::MetaGraph& meta,
                                       const std::function<std::string()>& objects) {
  RestoredVariables all;
  if (!meta.has_object_graph_def()) return all;
  const auto saved = parsed<tensorflow::SavedObjectGraph>(meta.object_graph_def());
  const auto kept = parsed<tensorflow::TrackableObjectGraph>(objects());
  const std::vector<int> counterpart = counterparts(saved, kept);
  std::map<std::string, const tensorflow::ConcreteFunction*> functions;
  for (const auto& entry : saved.concrete_functions()) functions[entry.key()] = &entry.value();

  FlatGraph graph(meta.graph_def());
  const FunctionLibrary none("");
  for (const tensorflow::Node& node : meta.graph_def().node()) {
    if (node.op() != "StatefulPartitionedCall" && node.op() != "PartitionedCall") continue;
    const auto function = functions.find(called_by(node, none));
    if (function == functions.end()) continue;
    // What a function captures comes behind its arguments.
    const auto& bound = function->second->bound_inputs();
    std::vector<int> inputs;
    for (int i = 0; i < node.input_size(); ++i)
      if (!node.input(i).starts_with('^')) inputs.push_back(i);
    if (size_t(bound.size()) > inputs.size()) throw Error("a function that captures more than it is given");
    for (int i = 0; i < bound.size(); ++i) {
      const auto* variable = graph.variable_behind(node, inputs[inputs.size() - size_t(bound.size() - i)]);
      if (!variable) continue;
      const Restored from = restored(saved, kept, counterpart, bound[i]);
      const auto [place, added] = all.emplace(variable_of(*variable), from);
      if (!added && place->second.key != from.key) place->second.problem = "is several objects";
    }
  }
  return all;
}

}  // namespace mobilith::file
