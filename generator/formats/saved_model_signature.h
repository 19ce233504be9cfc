// Which graph of a SavedModel is computed, from which inputs to which outputs.
#pragma once

#include <mobilith_tensorflow.pb.h>

#include <map>
#include <string>
#include <vector>

namespace mobilith::file {

// The graph for serving, or the only one. Throws Error, which names the graphs' tags.
const tensorflow::MetaGraph& serving_graph(const tensorflow::SavedModel&);

// "serving_default", or the only one. Throws Error, which names those that there are.
const tensorflow::Signature& serving_signature(const tensorflow::MetaGraph&);

// The nodes that are the signature's inputs, each as a placeholder of the signature's type and shape. An
// extent that one of node and signature leaves open is the other's. Throws Error where they don't agree, and
// for an input or output that is no tensor of one node.
std::map<std::string, tensorflow::Node> inputs_of(const tensorflow::Signature&, const tensorflow::Graph&);
// "node:0", by the outputs' names in the order of their bytes.
std::vector<std::string> outputs_of(const tensorflow::Signature&);

// The nodes that are run once before, after variables are restored.
std::vector<std::string> initialisers_of(const tensorflow::MetaGraph&);

}  // namespace mobilith::file
