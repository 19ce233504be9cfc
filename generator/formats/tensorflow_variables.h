// Variables of TensorFlow graphs, and how a checkpoint gives them their values.
#pragma once

#include <mobilith_tensorflow.pb.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace mobilith::file {

// From which entry of the checkpoint variables are restored, by variable.
struct Restored {
  std::string key;
  std::string problem{};  // not empty: it can't be said from which
};
using RestoredVariables = std::map<std::string, Restored>;

// What a graph restores that is inlined and has the placeholder `file` for the checkpoint's name. Throws
// Error where it does more with a variable than to restore it.
RestoredVariables restored_variables(const tensorflow::Graph&, const std::string& file);

// Throws Error where the graph, which is run once after restoring, changes a variable.
void expect_no_changes(const tensorflow::Graph&);

// Leaves of an inlined graph what the outputs are computed from. What else is run then changes no variable
// that they read: throws Error where it does, because a second run would give something else.
void keep_needed(tensorflow::Graph&, const std::vector<std::string>& outputs);

bool has_variables(const tensorflow::Graph&);
// Whether each variable of the graph is among those that are restored.
bool restores_all(const RestoredVariables&, const tensorflow::Graph&);

// Makes constants of an inlined graph's variables: nodes "Const" without numbers, which the result has by
// node. `read` gives a checkpoint's tensor by its key. The tensors have no more bytes than `room`. Throws
// Error for a variable that is not restored, or whose type or shape is another in the checkpoint.
std::map<std::string, Tensor> freeze(tensorflow::Graph&, const RestoredVariables&,
                                     const std::function<Tensor(const std::string& key)>& read, size_t room);

}  // namespace mobilith::file
