#include "graph/lifetimes.h"

namespace mobilith::file {

std::vector<size_t> last_uses(const Graph& graph) {
  std::vector<size_t> last(graph.tensors.size(), 0);
  for (size_t i = 0; i < graph.operations.size(); ++i)
    for (const int input : graph.operations[i].inputs)
      if (input >= 0) last[input] = i;
  for (const int output : graph.outputs) last[output] = graph.operations.size();
  return last;
}

}  // namespace mobilith::file
