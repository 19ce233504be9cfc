// Changes of SavedModels, and what is said of them.
#pragma once

#include <mobilith_tensorflow.pb.h>

#include <functional>
#include <stdexcept>

#include "catch.h"
#include "formats/saved_models.h"

namespace mobilith::testing {

namespace tensorflow = mobilith::file::tensorflow;

using Change = std::function<void(tensorflow::MetaGraph&)>;

inline SavedModelFiles changed(const std::string& name, const Change& change) {
  SavedModelFiles files = saved_models().at(name);
  tensorflow::SavedModel model;
  REQUIRE(model.ParseFromString(files["saved_model.pb"]));
  change(*model.mutable_meta_graphs(0));
  files["saved_model.pb"] = model.SerializeAsString();
  return files;
}

inline std::string refusal_of(const std::string& name, const Change& change) {
  return refusal(changed(name, change));
}

inline tensorflow::Signature& signature(tensorflow::MetaGraph& graph, const std::string& name) {
  for (auto& entry : *graph.mutable_signature_def())
    if (entry.key() == name) return *entry.mutable_value();
  throw std::runtime_error("no signature " + name);
}

inline tensorflow::Node& node(tensorflow::Graph& graph, const std::string& name) {
  for (auto& one : *graph.mutable_node())
    if (one.name() == name) return one;
  throw std::runtime_error("no node " + name);
}

// Changes every function of the library.
inline void functions(tensorflow::MetaGraph& graph,
                      const std::function<void(tensorflow::Function&)>& change) {
  tensorflow::FunctionLibrary library;
  REQUIRE(library.ParseFromString(graph.graph_def().library()));
  for (auto& function : *library.mutable_function()) change(function);
  graph.mutable_graph_def()->set_library(library.SerializeAsString());
}

// Every node of an operation in every function.
inline void nodes(tensorflow::MetaGraph& graph, const std::string& op,
                  const std::function<void(tensorflow::Node&)>& change) {
  functions(graph, [&](tensorflow::Function& function) {
    for (std::string& bytes : *function.mutable_node_def()) {
      tensorflow::Node one;
      REQUIRE(one.ParseFromString(bytes));
      if (one.op() == op) change(one);
      bytes = one.SerializeAsString();
    }
  });
}

inline tensorflow::Attribute& attribute(tensorflow::Node& node, const std::string& name) {
  for (auto& entry : *node.mutable_attr())
    if (entry.key() == name) return *entry.mutable_value();
  auto& entry = *node.add_attr();
  entry.set_key(name);
  return *entry.mutable_value();
}

inline void call(tensorflow::Node& node, const std::string& function) {
  tensorflow::FunctionName name;
  name.set_name(function);
  attribute(node, "f").set_func(name.SerializeAsString());
}

}  // namespace mobilith::testing
