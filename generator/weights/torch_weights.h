// State dicts of PyTorch (state_dicts/state_dict.h) of a network of the tables, as Weights.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "state_dicts/state_dict.h"
#include "torch_graphs/torch_graph.h"
#include "weights/torch_dialects.h"
#include "weights/weights.h"

namespace mobilith {

// path: for messages. hash: of the file. Throws WeightsError where the tensors are not those of the dialect's
// network in a width of the tables.
std::unique_ptr<Weights> table_weights(file::StateDict, const TorchDialect&, const std::string& path,
                                       const std::string& hash, const ReadOptions&);

// What Weights::assumed() says of a state dict.
std::string assumed_text(const std::string& path, const std::string& network, const file::TorchAssumptions&,
                         const std::vector<std::string>& left_out);

}  // namespace mobilith
