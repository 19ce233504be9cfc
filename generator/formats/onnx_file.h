// What the parts of the ONNX reader share.
#pragma once

#include <mobilith_onnx.pb.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "graph/file_error.h"
#include "graph/graph.h"

namespace mobilith::file {

class ExternalData;

// A tensor of the file; the message, or the file of its numbers, stays alive with it. Throws Error for other
// types, and for data that are not as many as the shape says.
Tensor read_constant(const std::shared_ptr<const onnx::Tensor>&, std::string name, ExternalData&);

// Throws Error for a type that holds no numbers. place: for the message.
ElementType onnx_type(int, const std::string& place);

// One node on its way to an operation. An attribute that nobody takes is refused.
class NodeReading {
 public:
  NodeReading(const std::shared_ptr<const onnx::Node>&, int64_t opset, Graph&, Operation&, ExternalData&);

  int64_t opset;
  const std::string& domain() const { return node_->domain(); }
  Graph& graph;
  Operation& to;
  ExternalData& external;

  int64_t integer(const std::string& name, int64_t otherwise);
  double number(const std::string& name, double otherwise);
  std::string word(const std::string& name, const std::string& otherwise);
  std::optional<std::vector<int64_t>> integers(const std::string& name);
  std::optional<std::vector<float>> numbers(const std::string& name);
  std::shared_ptr<const onnx::Tensor> tensor(const std::string& name);
  // It changes nothing that is computed.
  void ignore(const std::string& name) { taken_.insert(name); }
  bool has(const std::string& name) const { return attributes_.count(name) != 0; }

  // Throws Error for an attribute that nobody took.
  void finish() const;

  void at_most(size_t inputs) const;
  // How many outputs the node names.
  int outputs() const {
    return int(std::ranges::count_if(node_->output(), [](const std::string& name) { return !name.empty(); }));
  }
  bool given(size_t input) const { return input < to.inputs.size() && to.inputs[input] >= 0; }
  // The one number of an input that must be constant.
  double constant(size_t input) const;
  // A new constant of whole numbers. Returns its index.
  int add_constant(const std::vector<int64_t>&);
  // Returns the index of the new tensor.
  int add_tensor(Tensor);

 private:
  // Null where there is none; of this kind, which ONNX numbers.
  const onnx::Attribute* take(const std::string& name, int kind);

  std::shared_ptr<const onnx::Node> node_;
  std::map<std::string, const onnx::Attribute*> attributes_;
  std::set<std::string> taken_;
};

// The node's kind and settings. Returns false where it is a constant, which is in its output's tensor then.
// Throws Error for an operation or attribute that is not known.
bool read_node(NodeReading&);

}  // namespace mobilith::file
