#include "graph/cut.h"

namespace mobilith::file {

Graph cut(Graph graph, const std::vector<int>& outputs) {
  std::vector<bool> needed(graph.tensors.size(), false);
  for (const int output : outputs) needed[size_t(output)] = true;
  std::vector<Operation> kept;
  for (auto op = graph.operations.rbegin(); op != graph.operations.rend(); ++op) {
    bool read = false;
    for (const int output : op->outputs) read = read || (output >= 0 && needed[size_t(output)]);
    if (!read) continue;
    for (const int input : op->inputs)
      if (input >= 0) needed[size_t(input)] = true;
    kept.push_back(std::move(*op));
  }
  graph.operations.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
  graph.outputs = outputs;
  return graph;
}

int tensor_named(const Graph& graph, const std::string& name) {
  int found = -1;
  for (size_t i = 0; i < graph.tensors.size(); i++) {
    if (graph.tensors[i].name != name) continue;
    if (found >= 0) return -1;
    found = static_cast<int>(i);
  }
  return found;
}

}  // namespace mobilith::file
