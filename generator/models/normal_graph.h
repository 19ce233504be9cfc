// A graph in its normal form (normal_form/normal_form.h), with what is asked of it while blocks are taken.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/file_error.h"
#include "graph/graph.h"

namespace mobilith {

class NormalGraph {
 public:
  explicit NormalGraph(const file::Graph&);

  const file::Graph& graph;

  const file::Extents& shape(int tensor) const { return *graph.tensors[size_t(tensor)].shape; }
  bool is_constant(int tensor) const {
    return tensor >= 0 && graph.tensors[size_t(tensor)].constant.has_value();
  }
  std::vector<double> numbers(int tensor) const;  // of a constant
  bool is_output(int tensor) const { return output_[size_t(tensor)]; }
  // The operations that read it, by their index, in order; one that reads it twice is there twice.
  const std::vector<int>& readers(int tensor) const { return readers_[size_t(tensor)]; }
  const file::Operation& operation(int index) const { return graph.operations[size_t(index)]; }
  // The only one that reads it; -1: there are others, or none, or it is an output.
  int sole_reader(int tensor) const;
  // The same behind reshapes, which nobody else reads. `tensor` becomes what that reads; the reshapes are
  // added to `passed`.
  int sole_reader_behind_reshapes(int& tensor, std::vector<int>& passed) const;
  int output_of(int operation) const { return graph.operations[size_t(operation)].outputs[0]; }
  file::OperationKind kind(int index) const { return operation(index).kind; }

 private:
  std::vector<std::vector<int>> readers_;
  std::vector<bool> output_;
};

// "the input 'x'"
std::string input_text(const file::Tensor&);

}  // namespace mobilith
