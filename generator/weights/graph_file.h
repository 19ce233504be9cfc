// Model files that hold a graph of operations (formats/read_graph.h) as Weights.
#pragma once

#include <memory>
#include <string>

#include "weights/weights.h"

namespace mobilith {

// Whether one of the readers takes the file.
bool is_graph_file(const std::string& bytes);
// path: for messages. Throws WeightsError.
std::unique_ptr<Weights> open_graph_file(const std::string& bytes, const std::string& path,
                                         const ReadOptions&);
// The same of a graph that was read, through infer(). hash: of the file; assumed: Weights::assumed().
std::unique_ptr<Weights> open_file_graph(file::Graph, const std::string& path, const std::string& hash,
                                         const ReadOptions&, const std::string& assumed = "");

}  // namespace mobilith
