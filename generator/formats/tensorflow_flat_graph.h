// Looking into a graph of TensorFlow whose calls are inlined.
#pragma once

#include <mobilith_tensorflow.pb.h>

#include <map>
#include <string>
#include <unordered_map>

namespace mobilith::file {

// A node's attribute; null: it has none of this name.
const tensorflow::Attribute* attribute_of(const tensorflow::Node&, const std::string& name);

// What a variable is called by all who use it; empty: the node is no variable.
std::string variable_of(const tensorflow::Node&);

class FlatGraph {
 public:
  // The graph must stay as it is.
  explicit FlatGraph(const tensorflow::Graph&);

  struct Source {
    const tensorflow::Node* node;  // null: there is none
    int output = 0;
  };
  // What makes a node's input, seen through operations "Identity".
  Source behind(const tensorflow::Node&, int input);
  // The variable that a node's input is; null: it is none.
  const tensorflow::Node* variable_behind(const tensorflow::Node&, int input);

 private:
  Source direct(const tensorflow::Node&, int input) const;

  std::map<std::string, const tensorflow::Node*> nodes_{};
  std::unordered_map<const tensorflow::Node*, Source> behind_identity_{};
};

}  // namespace mobilith::file
