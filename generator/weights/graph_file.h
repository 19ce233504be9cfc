// Model files that hold a graph of operations (formats/read_graph.h) as Weights.
#pragma once

#include <memory>
#include <string>

#include "weights/model_content.h"
#include "weights/weights.h"

namespace mobilith {

// Whether one of the readers takes the file.
bool is_graph_file(const std::string& bytes);
// Throws WeightsError.
HeldByFile read_graph_file(ModelFiles&, const ReadOptions&);
// path: for messages. hash: of the file. Throws WeightsError.
std::unique_ptr<Weights> open_file_graph(GraphContent, const std::string& path, const std::string& hash,
                                         const ReadOptions&);

}  // namespace mobilith
