// Functions that a TensorFlow graph defines, as bodies of nodes.
#pragma once

#include <mobilith_tensorflow.pb.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mobilith::file {

// What calls are inlined of: the graph itself, which has neither arguments nor results, or a function.
struct GraphBody {
  std::string name{};  // empty: the graph itself
  std::shared_ptr<const tensorflow::Graph> graph;
  std::map<std::string, int> places{};     // of nodes, by name
  std::map<std::string, int> arguments{};  // by name
  std::vector<std::string> results{};      // where from: "argument", "node:output:0"
  std::vector<std::string> effects{};      // nodes that run whichever results are taken
};

// Throws Error for two nodes of one name.
GraphBody body_of_graph(std::shared_ptr<const tensorflow::Graph>);

class FunctionLibrary {
 public:
  // bytes: a graph's `library`; they are parsed but for the nodes. Throws Error.
  explicit FunctionLibrary(const std::string& bytes);

  bool has(const std::string& name) const { return functions_.count(name); }
  // The function's body, parsed when it is first asked for. Throws Error for one that is not there, that is
  // generic, or that has a field or attribute that is not known.
  const GraphBody& body(const std::string& name);

 private:
  tensorflow::FunctionLibrary library_{};
  std::map<std::string, const tensorflow::Function*> functions_{};
  std::map<std::string, GraphBody> bodies_{};
  int64_t fields_left_;  // of the bodies
};

}  // namespace mobilith::file
