#include "models/normal_graph.h"

#include "graph/value.h"

namespace mobilith {

NormalGraph::NormalGraph(const file::Graph& of)
    : graph(of), readers_(of.tensors.size()), output_(of.tensors.size(), false) {
  for (size_t i = 0; i < of.operations.size(); i++)
    for (const int input : of.operations[i].inputs)
      if (input >= 0) readers_[size_t(input)].push_back(static_cast<int>(i));
  for (const int output : of.outputs) output_[size_t(output)] = true;
}

std::vector<double> NormalGraph::numbers(int tensor) const {
  return file::value_of(graph.tensors[size_t(tensor)]).numbers;
}

int NormalGraph::sole_reader(int tensor) const {
  return !is_output(tensor) && readers(tensor).size() == 1 ? readers(tensor).front() : -1;
}

int NormalGraph::sole_reader_behind_reshapes(int& tensor, std::vector<int>& passed) const {
  int reader = sole_reader(tensor);
  while (reader >= 0 && kind(reader) == file::OperationKind::reshape) {
    passed.push_back(reader);
    tensor = output_of(reader);
    reader = sole_reader(tensor);
  }
  return reader;
}

std::string input_text(const file::Tensor& tensor) { return "the input " + file::quoted(tensor.name); }

}  // namespace mobilith
