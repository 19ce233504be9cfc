// What the parts of the TensorFlow readers share.
#pragma once

#include <mobilith_tensorflow.pb.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "formats/read_graph.h"
#include "graph/file_error.h"

namespace mobilith::file {

// Throws Error for a type that holds no numbers. place: for the message.
ElementType tensorflow_type(int, const std::string& place);

// -1: an extent that is not said. Throws Error for more than 8 axes.
Extents extents_of(const tensorflow::Shape&, const std::string& place);

// A constant of the file; the message stays alive with it. A list may be shorter than the shape, its last
// number stands for the rest: `room` is how many bytes such lists may still take, so that a small file does
// not become a large graph. Throws Error for data that are not as many as the shape says.
Tensor read_constant(const std::shared_ptr<const tensorflow::Tensor>&, std::string name, int64_t& room);

// One node on its way to an operation. An attribute that nobody takes is refused; one that is not there has
// the value that TensorFlow gives it.
class TensorflowReading {
 public:
  TensorflowReading(const std::shared_ptr<const tensorflow::Node>&, Graph&, Operation&);

  Graph& graph;
  Operation& to;

  int64_t integer(const std::string& name, int64_t otherwise);
  double number(const std::string& name, double otherwise);
  bool truth(const std::string& name, bool otherwise);
  std::string word(const std::string& name, const std::string& otherwise);
  ElementType type(const std::string& name, ElementType otherwise);
  std::vector<int64_t> integers(const std::string& name, const std::vector<int64_t>& otherwise = {});
  std::vector<std::string> words(const std::string& name);
  const tensorflow::Shape* shape(const std::string& name);
  std::shared_ptr<const tensorflow::Tensor> tensor(const std::string& name);
  // It changes nothing that is computed.
  void ignore(const std::string& name) { taken_.insert(name); }

  // Throws Error for an attribute that nobody took.
  void finish() const;

  // Throws Error unless there are as many inputs.
  void expect_inputs(size_t count) const;
  // The one number of an input that must be a constant of the file.
  int64_t constant(size_t input) const;
  Tensor& output() { return graph.tensors[to.outputs[0]]; }
  // An operation in front of this one, of a tensor that only this one sees. Returns the tensor.
  int before(OperationKind, Attributes, std::vector<int> inputs);

 private:
  // Null where there is none; of this kind.
  const tensorflow::Attribute* take(const std::string& name, tensorflow::Attribute::ValueCase);

  std::shared_ptr<const tensorflow::Node> node_;
  std::map<std::string, const tensorflow::Attribute*> attributes_;
  std::set<std::string> taken_;
};

// The node's kind and settings. Throws Error for an operation or attribute that is not known.
void read_node(TensorflowReading&);

// A graph of TensorFlow from wherever it was read.
struct TensorflowGraph {
  std::shared_ptr<const tensorflow::Graph> graph;
  std::optional<std::map<std::string, Tensor>> constants{};  // by node; nothing: nodes hold their own
  std::map<std::string, Tensor> variables{};                 // of nodes "Const" that hold none, by node
  std::vector<std::string> outputs{};  // "node" or "node:0"; none: what no other node uses
};
Graph read_tensorflow_graph(TensorflowGraph, const ReadRequest&);

}  // namespace mobilith::file
