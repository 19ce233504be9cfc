// Model files that compute in whole numbers, as Weights: blocks that give the file's own numbers.
#pragma once

#include <memory>
#include <string>

#include "weights/weights.h"

namespace mobilith {

// Whether the graph computes in whole numbers that have a scale.
bool computes_whole_numbers(const file::Graph&);

// The graph must have passed infer(). path: for messages. Throws WeightsError.
std::unique_ptr<Weights> open_quantised_graph(file::Graph, const std::string& path, const std::string& hash,
                                              FileLabels, const ReadOptions&);

// A graph that calibrating made of a float network: the blocks' names and the configuration, with its type
// and requantising, are the network's. hash: of the file that the network is of.
std::unique_ptr<Weights> open_calibrated_graph(file::Graph, const Configuration&, const std::string& path,
                                               const std::string& hash, FileLabels, quantised::Requantise);

}  // namespace mobilith
